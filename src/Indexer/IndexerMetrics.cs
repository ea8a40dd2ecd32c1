using System.Diagnostics.Metrics;

namespace Keystone.Indexer;

/// <summary>Meters of the indexer.</summary>
internal static class IndexerMetrics
{
    static readonly Meter Meter = new("Keystone.Indexer");

    public static readonly Gauge<long> NodeHead = Meter.CreateGauge<long>("keystone.indexer.node.head", description: "Height that the node reports.");

    public static readonly Gauge<long> Position = Meter.CreateGauge<long>("keystone.indexer.position", description: "Height of the mirror.");

    public static readonly Gauge<long> Finalized = Meter.CreateGauge<long>("keystone.indexer.finalized", description: "Finalized height of the mirror.");

    public static readonly Gauge<double> Lag =
        Meter.CreateGauge<double>("keystone.indexer.lag", "s", "Seconds from the time of the newest mirrored block to its commit.");

    public static readonly Gauge<long> Epoch = Meter.CreateGauge<long>("keystone.indexer.lease.epoch", description: "Epoch of the lease held; 0 on standby.");

    public static readonly Gauge<long> Halted = Meter.CreateGauge<long>("keystone.indexer.halted", description: "1 when the mirror of a chain is halted.");

    public static readonly Counter<long> Steps = Meter.CreateCounter<long>("keystone.indexer.steps", description: "Committed steps by kind: extend, reorg, head.");

    public static readonly Counter<long> Logs = Meter.CreateCounter<long>("keystone.indexer.logs", description: "Mirrored logs of the escrow and of transfers to it.");

    public static readonly Counter<long> Undecoded =
        Meter.CreateCounter<long>("keystone.indexer.logs.undecoded", description: "Mirrored logs that are none of the known events; stored raw.");

    public static readonly Counter<long> Strays =
        Meter.CreateCounter<long>("keystone.indexer.stray.transfers", description: "Tokens sent to the escrow by a plain transfer.");

    public static readonly Counter<long> RemovedBlocks =
        Meter.CreateCounter<long>("keystone.indexer.reorg.blocks", description: "Mirrored blocks that a reorg removed.");

    public static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("keystone.indexer.answers.refused", description: "Answers of a node that contradict each other; asked again.");

    public static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("keystone.indexer.step.duration", "s", "Duration of a part of a step: read, write.");
}
