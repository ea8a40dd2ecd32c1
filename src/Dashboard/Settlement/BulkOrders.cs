using Keystone.Dashboard.Callers;
using Keystone.Identity;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Settlement;

/// <summary>The orders that can be given to a selection.</summary>
internal sealed class BulkOrders(SettlementOrders orders)
{
    const string OwnTrail = "For the audit trail of your own side. 1 to 500 characters.";

    /// <summary>Those that the caller may give at all.</summary>
    public IEnumerable<BulkOrder> Of(DashboardCaller caller, CancellationToken cancellationToken)
    {
        bool instructs = caller.May(Scopes.SettlementsInstruct), confirms = caller.May(Scopes.SettlementsConfirm);
        string own = caller.Caller.PlatformSlug;
        if (confirms)
            yield return new BulkOrder("Confirm", "Your side agrees to each as it was instructed, with the wallet that the other platform expects. The terms are then fixed and published.", OwnTrail, false,
                settlement => Pending(settlement) switch
                {
                    [] => "Nothing of yours waits for a confirmation.",
                    [{ WalletAddressHint: null }] => "No wallet is expected: confirm it on its own page.",
                    [_] => null,
                    _ => "Several roles of yours wait: confirm it on its own page.",
                },
                settlement => $"Confirms the {Pending(settlement)[0].Role} with {Pending(settlement)[0].WalletAddressHint}",
                (settlement, _) => orders.ConfirmAsync(settlement.Id, Details(settlement, caller.Caller.ChainId), cancellationToken));
        if (caller.May(Scopes.ComplianceDecide))
            yield return new BulkOrder("Approve", "Each stopped party of yours passes. It cannot be taken back.", "For your own audit trail and the operator's. No other platform reads it.", true,
                settlement => settlement.Compliance?.Decidable == true ? null : "Nothing of yours waits for a decision.",
                settlement => $"Approves {string.Join(" and ", (settlement.Compliance?.Stopped ?? []).Select(stopped => $"the {stopped.Role}").Distinct())}",
                (settlement, reason) => orders.DecideAsync(settlement.Id, approves: true, reason, cancellationToken));
        if (!instructs && !confirms) yield break;
        yield return new BulkOrder("Hold", "Terms are not published before you release them. Deadlines run on.", OwnTrail, false,
            settlement => settlement.IsTerminal || settlement.Rollback is not null ? "It has ended." : settlement.Escrow is not null ? "Its terms are published; it can be cancelled, not held." : settlement.Hold.Own ? "You hold it already." : null,
            _ => "Is held", (settlement, reason) => orders.HoldAsync(settlement.Id, holds: true, reason, cancellationToken));
        yield return new BulkOrder("Cancel", "Each ends when every deposit is returned, or when the other platform has asked for it too. Every platform of a settlement reads the reason.", "Every platform of the settlement reads it.", true,
            settlement => settlement.IsTerminal || settlement.Rollback is not null || settlement.Finality is not null ? "It has ended, or the swap was executed."
                : settlement.Cancellation?.RequestedBy.Any(one => one.PlatformSlug == own) == true ? "You asked for it already."
                : settlement.EnvironmentId is null && settlement.Parties.Any(party => party.Status == "pending_confirmation") ? "The other platform instructed it: reject it instead." : null,
            settlement => settlement.SettlementType == "cross_platform" && settlement.Parties.All(party => party.Status == "confirmed") ? "Asks for the end; the other platform has to ask too" : "Ends",
            (settlement, reason) => orders.CancelAsync(settlement.Id, reason, cancellationToken));
    }

    static PartyView[] Pending(SettlementView settlement) => settlement.IsTerminal || settlement.Rollback is not null ? []
        : [.. settlement.Parties.Where(party => party.EnvironmentId is not null && party.Status == "pending_confirmation")];

    // The other platform's name for the party is the best reference that is known; the desk changes nothing of it here.
    static ConfirmSettlementRequest Details(SettlementView settlement, long chainId)
    {
        PartyView party = Pending(settlement)[0];
        return new ConfirmSettlementRequest
        {
            Role = party.Role,
            ChainId = chainId,
            WalletAddress = party.WalletAddressHint,
            ExternalReference = party.CounterpartyReference ?? settlement.Id.ToString(),
            Name = party.CounterpartyReference,
        };
    }
}
