using System.Diagnostics.Metrics;

namespace Keystone.Transactions;

/// <summary>Meters of the transaction manager.</summary>
internal static class TransactionsMetrics
{
    static readonly Meter Meter = new("Keystone.Transactions");

    public static readonly Counter<long> Attempts =
        Meter.CreateCounter<long>("keystone.transactions.attempts", description: "Signed transactions by kind: first, replace, fill.");

    public static readonly Counter<long> Broadcasts = Meter.CreateCounter<long>("keystone.transactions.broadcasts", description: "Responses of nodes to broadcast transactions.");

    public static readonly Counter<long> UnknownErrors = Meter.CreateCounter<long>(
        "keystone.transactions.broadcast.errors.unknown", description: "Rejections of broadcast transactions whose message and code say nothing that is known, by node.");

    public static readonly Counter<long> PutBack =
        Meter.CreateCounter<long>("keystone.transactions.intents.put.back", description: "Intents put back: would_revert, funds, not_built, without_effect, unsigned.");

    public static readonly Counter<long> BudgetReached =
        Meter.CreateCounter<long>("keystone.transactions.budget.reached", description: "Replacements not made because they would pass the budget.");

    public static readonly Counter<long> Alarms =
        Meter.CreateCounter<long>("keystone.transactions.alarms", description: "Things that an operator has to look at: low_balance, budget_reached, budget_spent, deadline_nears, nonce_below_final, node_silent, signer_away, sender_without_key.");

    /// <summary>Shows each alarm and the lease before there is any: Prometheus sees an increase only of a series that was there.</summary>
    public static void Begin()
    {
        foreach (string reason in (string[])["low_balance", "budget_reached", "budget_spent", "deadline_nears", "nonce_below_final", "node_silent", "signer_away", "sender_without_key"])
            Alarms.Add(0, new KeyValuePair<string, object?>("reason", reason));
        foreach (string reason in (string[])["node_silent", "signer_away"]) NotReady.Record(0, new KeyValuePair<string, object?>("reason", reason));
        Epoch.Record(0);
    }

    public static readonly Gauge<long> NotReady = Meter.CreateGauge<long>(
        "keystone.transactions.not.ready", description: "1 while the holder of a sender's lease cannot send, by reason: node_silent, signer_away.");

    public static readonly Histogram<int> Carried = Meter.CreateHistogram<int>("keystone.transactions.carried", description: "Intents that one transaction carries.");

    public static readonly Gauge<long> InFlight = Meter.CreateGauge<long>("keystone.transactions.in.flight", description: "Signed transactions not seen mined.");

    public static readonly Gauge<long> StorageSlotGas = Meter.CreateGauge<long>("keystone.transactions.storage.slot.gas", description: "Gas of a new storage slot that gas limits allow for.");

    public static readonly Gauge<long> Epoch = Meter.CreateGauge<long>("keystone.transactions.lease.epoch", description: "Epoch of the lease held; 0 on standby.");
}
