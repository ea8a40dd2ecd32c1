using System.Diagnostics.Metrics;

namespace Keystone.Keeper;

/// <summary>Counters of the keeper. No ids in labels.</summary>
internal static class KeeperMetrics
{
    static readonly Meter Meter = new("Keystone.Keeper");

    public static readonly Counter<long> Transitions = Meter.CreateCounter<long>("keystone.engine.transitions", description: "State transitions of settlements");

    public static readonly Counter<long> Groups = Meter.CreateCounter<long>("keystone.engine.groups", description: "Database transactions in which settlements were decided");

    public static readonly Counter<long> Alarms = Meter.CreateCounter<long>("keystone.keeper.alarms", description: "Things that an operator has to look at");

    public static readonly Gauge<long> NotReady =
        Meter.CreateGauge<long>("keystone.keeper.not.ready", description: "1 while settlements cannot move, by reason: mirror_halted, screening_list, screening_provider.");

    public static readonly Counter<long> Reconciled =
        Meter.CreateCounter<long>("keystone.reconciler.compared", description: "Settlements compared with the contract's storage");

    static readonly string[] Reasons =
    [
        "reconciler_difference", "unexplained_balance", "rollback_blocked", "clock_skew", "low_balance", "attester_not_appointed", "attestation_contradicted", "screening_list", "screening_provider", "audit_chain_broken", "mirror_halted",
        "repo_not_final", "repo_close_held", "repo_close_failed", "repo_close_faulted",
    ];

    /// <summary>Shows each alarm as 0 before it is the first time raised: Prometheus sees an increase only of a series that was there.</summary>
    public static void Begin()
    {
        foreach (string reason in Reasons) Alarms.Add(0, new KeyValuePair<string, object?>("reason", reason));
    }

    public static readonly Counter<long> Screenings = Meter.CreateCounter<long>("keystone.screening.answers", description: "Answers of screening providers");
}
