using System.Diagnostics.Metrics;

namespace Keystone.Keeper;

/// <summary>Counters of the keeper. No ids in labels.</summary>
internal static class KeeperMetrics
{
    static readonly Meter Meter = new("Keystone.Keeper");

    public static readonly Counter<long> Transitions = Meter.CreateCounter<long>("keystone.engine.transitions", description: "State transitions of settlements");

    public static readonly Counter<long> Alarms = Meter.CreateCounter<long>("keystone.keeper.alarms", description: "Things that an operator has to look at");

    public static readonly Gauge<long> NotReady =
        Meter.CreateGauge<long>("keystone.keeper.not.ready", description: "1 while settlements cannot move, by reason: mirror_halted, screening_list, screening_provider.");

    public static readonly Counter<long> Reconciled =
        Meter.CreateCounter<long>("keystone.reconciler.compared", description: "Settlements compared with the contract's storage");

    public static readonly Counter<long> Screenings = Meter.CreateCounter<long>("keystone.screening.answers", description: "Answers of screening providers");
}
