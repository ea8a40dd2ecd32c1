using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.Events;

/// <summary>What an event of the audit trail says, beside the first one. Members that are null are left out.</summary>
public sealed record EventPayload
{
    /// <summary>Settlement.</summary>
    public required Guid SettlementId { get; init; }

    /// <summary>Number within the settlement.</summary>
    public required int Sequence { get; init; }

    /// <summary><c>state</c>, <c>leg</c>, <c>rollback</c> or <c>confirmation</c>.</summary>
    public required string Type { get; init; }

    /// <summary>State before.</summary>
    public required string FromState { get; init; }

    /// <summary>State after.</summary>
    public required string ToState { get; init; }

    /// <summary><c>api</c>, <c>engine</c>, <c>chain</c>, <c>timer</c>, <c>compliance</c>, <c>admin</c> or <c>reorg</c>.</summary>
    public required string TriggeredBy { get; init; }

    /// <summary>UTC.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>Why the state changed, where there is more to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the settlement failed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>Transaction on which the event rests.</summary>
    public string? Transaction { get; init; }

    /// <summary>Leg of an event of type <c>leg</c>.</summary>
    public int? LegIndex { get; init; }

    /// <summary>New status of that leg.</summary>
    public string? Status { get; init; }

    /// <summary>Event of a rollback.</summary>
    public string? Event { get; init; }

    /// <summary>Why it rolls back.</summary>
    public string? Cause { get; init; }

    /// <summary>Roles that have yet to confirm.</summary>
    public IReadOnlyList<string>? PendingRoles { get; init; }

    /// <summary>The payload in canonical JSON, as it is hashed and stored.</summary>
    public string ToCanonicalJson() => CanonicalJson.Of(JsonSerializer.SerializeToNode(this, EventPayloadJson.Default.EventPayload));
}

/// <summary>What the first event says: the instruction, in which personal fields stand only as salted commitments.</summary>
internal sealed record FirstEventPayload(
    Guid SettlementId, int Sequence, string? FromState, string ToState, string TriggeredBy, string SettlementType, string Template, string TimeoutAt, string CreatedAt,
    IReadOnlyList<FirstEventParty> Parties, IReadOnlyList<FirstEventLeg> Legs)
{
    /// <summary>The payload in canonical JSON, as it is hashed and stored.</summary>
    public string ToCanonicalJson() => CanonicalJson.Of(JsonSerializer.SerializeToNode(this, FirstEventJson.Default.FirstEventPayload));
}

/// <summary>A party of the instruction; all but the role are commitments.</summary>
internal sealed record FirstEventParty(string Role, string? Name, string? ExternalReference, string? WalletAddress);

/// <summary>A leg of the instruction; the token id is null for an ERC-20.</summary>
internal sealed record FirstEventLeg(string LegType, string Token, string? TokenId, string Amount, string Giver, string Taker);

/// <summary>An operator's order, as stored.</summary>
internal sealed record OrderBody(string Order, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventPayload))]
internal sealed partial class EventPayloadJson : JsonSerializerContext;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FirstEventPayload))]
[JsonSerializable(typeof(OrderBody))]
internal sealed partial class FirstEventJson : JsonSerializerContext;
