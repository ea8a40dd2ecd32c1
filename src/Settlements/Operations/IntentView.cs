using System.ComponentModel;

namespace Keystone.Settlements.Operations;

/// <summary>A transaction that the system wants, and how far it is.</summary>
public sealed record IntentView(
    [property: Description("UUID of the intent.")] Guid Id,
    [property: Description("Settlement that it is for; null when it is for none that is known.")] Guid? SettlementId,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("Kind of action, such as register or execute_swap.")] string Purpose,
    [property: Description("Id of the escrow on the chain.")] string EscrowId,
    [property: Description("Index of the leg; null when it is about all of them.")] int? LegIndex,
    [property: Description("wanted, resting (a transaction carries it that has not had its effect), done, obsolete or failed (only a retry by the operator tries it again).")] string Status,
    [property: Description("Times it was put back.")] int Attempts,
    [property: Description("Why it was put back the last time.")] string? LastReason,
    [property: Description("Not tried before.")] DateTimeOffset DueAt,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("Hash of the mined transaction, else of the last one that was signed for it.")] string? Transaction);
