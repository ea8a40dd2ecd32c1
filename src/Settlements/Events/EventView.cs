using System.ComponentModel;
using System.Text.Json;

namespace Keystone.Settlements.Events;

/// <summary>An event of a settlement's audit trail.</summary>
public sealed record EventView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Its settlement.")] Guid SettlementId,
    [property: Description("Number in the reader's own chain of the settlement, gapless from 1.")] int Sequence,
    [property: Description("state, leg, rollback, confirmation_required, confirmation, rejection, signature, agreement, compliance, cancel_request, hold or release.")] string Type,
    [property: Description("State before; null for the first event.")] string? FromState,
    [property: Description("State after; the same as before when only something else happened.")] string ToState,
    [property: Description("api, engine, chain, timer, compliance, admin or reorg.")] string TriggeredBy,
    [property: Description("What the event says; personal fields only as salted commitments.")] JsonElement Payload,
    [property: Description("Transaction that it rests on; null for none.")] EventTransactionView? Transaction,
    [property: Description("SHA-256 over the previous hash and the payload in canonical JSON.")] string ContentHash,
    [property: Description("content_hash of the event before in the reader's chain; of the first event 32 zero bytes.")] string PreviousHash,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt);

/// <summary>The transaction that an event rests on.</summary>
public sealed record EventTransactionView(
    [property: Description("Hash of the transaction, 32 bytes in hex.")] string Hash);
