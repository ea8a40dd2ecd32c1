using System.ComponentModel;
using System.Text.Json;

namespace Keystone.Settlements.Events;

/// <summary>An event of a settlement's audit trail.</summary>
public sealed record EventView(
    Guid Id,
    Guid SettlementId,
    [property: Description("Number in the reader's own chain of the settlement, gapless from 1.")] int Sequence,
    [property: Description("state, leg, rollback, confirmation_required, confirmation, rejection, signature, agreement, compliance, cancel_request, hold or release.")] string Type,
    string? FromState,
    string ToState,
    [property: Description("api, engine, chain, timer, compliance, admin or reorg.")] string TriggeredBy,
    [property: Description("What the event says; personal fields only as salted commitments.")] JsonElement Payload,
    EventTransactionView? Transaction,
    [property: Description("SHA-256 over the previous hash and the payload in canonical JSON.")] string ContentHash,
    string PreviousHash,
    DateTimeOffset CreatedAt);

/// <summary>The transaction that an event rests on.</summary>
public sealed record EventTransactionView(string Hash);
