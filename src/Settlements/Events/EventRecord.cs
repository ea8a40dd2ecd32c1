namespace Keystone.Settlements.Events;

/// <summary>An event of the audit trail.</summary>
internal sealed record EventRecord(
    Guid Id, int Sequence, string Type, string? FromState, string ToState, string TriggeredBy, string Payload, byte[] PreviousHash, byte[] ContentHash,
    DateTimeOffset CreatedAt);
