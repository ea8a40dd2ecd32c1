using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;

namespace Keystone.Settlements.Deposits;

/// <summary>When legs of a settlement can be deposited, and how.</summary>
internal sealed class DepositAccess(TemplateStore templates)
{
    const int RetrySeconds = 5;

    /// <summary>Why nothing can be deposited now; null when it can.</summary>
    public static DomainError? Refusal(SettlementRecord settlement)
    {
        if (settlement.IsTerminal || settlement.RollbackReason is not null || settlement.Escrow is { IsExecuted: true } or { IsCancelled: true }
            || (settlement is { Escrow: { } escrow, Head: { } head } && escrow.IsPast(head)))
            return DomainError.Conflict(ErrorCodes.SettlementEnded, "The settlement takes no deposits any more.", settlement.State);
        return settlement.Terms is null
            ? DomainError.Conflict(ErrorCodes.EscrowNotRegistered, "The terms are not fixed yet: deposits begin with the state REGISTERING_ESCROW.", settlement.State) with { RetryAfterSeconds = RetrySeconds }
            : null;
    }

    /// <summary>
    /// Whether the keeper relays consents to the whole settlement. Not for a template that checks the parties again after registration: one transaction would go
    /// past that check.
    /// </summary>
    public async Task<bool> IsSettleOfferedAsync(SettlementRecord settlement, CancellationToken cancellationToken)
    {
        try
        {
            return (await templates.FindAsync(settlement.TemplateId, settlement.TemplateVersion, cancellationToken)).RecheckAtStates.IsEmpty;
        }
        catch (TemplateException)
        {
            // Of a build that knows more; the keeper of this one cannot run it either.
            return false;
        }
    }

    /// <summary>Status of a leg as the settlement object says it.</summary>
    public static string StatusOf(LegSnapshot? leg) => leg?.Status switch
    {
        LegStatus.Deposited or LegStatus.Armed => "locked",
        LegStatus.Released => "released",
        LegStatus.Refunded => "rolled_back",
        _ => "pending",
    };

    /// <summary>The node does not answer.</summary>
    public static DomainError NodeUnavailable(string consequence) =>
        new(ErrorCodes.NodeUnavailable, $"The chain's node does not answer. {consequence}; try again.") { RetryAfterSeconds = RetrySeconds };
}
