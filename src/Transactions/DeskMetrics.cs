using System.Diagnostics.Metrics;

namespace Keystone.Transactions;

/// <summary>Meters of the desk.</summary>
internal static class DeskMetrics
{
    static readonly Meter Meter = new("Keystone.Transactions");

    public static readonly Counter<long> Attempts =
        Meter.CreateCounter<long>("keystone.desk.attempts", description: "Signed transactions by kind: first, replace, fill.");

    public static readonly Counter<long> Offers = Meter.CreateCounter<long>("keystone.desk.offers", description: "Answers of nodes to offered transactions.");

    public static readonly Counter<long> PutBack =
        Meter.CreateCounter<long>("keystone.desk.intents.put.back", description: "Intents put back: would_revert, funds, not_built, without_effect, unsigned.");

    public static readonly Counter<long> BudgetReached =
        Meter.CreateCounter<long>("keystone.desk.budget.reached", description: "Replacements not made because they would pass the budget.");

    public static readonly Counter<long> Alarms =
        Meter.CreateCounter<long>("keystone.desk.alarms", description: "Things that an operator has to look at: low_balance, budget_reached, budget_spent, deadline_nears.");

    public static readonly Histogram<int> Carried = Meter.CreateHistogram<int>("keystone.desk.carried", description: "Intents that one transaction carries.");

    public static readonly Gauge<long> InFlight = Meter.CreateGauge<long>("keystone.desk.in.flight", description: "Signed transactions not seen mined.");

    public static readonly Gauge<long> SlotGas = Meter.CreateGauge<long>("keystone.desk.slot.gas", description: "Gas of a new storage slot that gas limits allow for.");

    public static readonly Gauge<long> Epoch = Meter.CreateGauge<long>("keystone.desk.lease.epoch", description: "Epoch of the lease held; 0 on standby.");
}
