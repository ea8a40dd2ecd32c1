using System.Diagnostics.Metrics;
using Keystone.Indexer.Reading;

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

    public static readonly Gauge<long> Held = Meter.CreateGauge<long>("keystone.indexer.lease.held", description: "1 while this process has the lease of a chain.");

    public static readonly Gauge<long> Halted = Meter.CreateGauge<long>("keystone.indexer.halted", description: "1 when the mirror of a chain is halted.");

    public static readonly Gauge<long> NotReady = Meter.CreateGauge<long>(
        "keystone.indexer.not.ready", description: "1 while a chain whose lease is held is not followed, by reason: node_silent, mirror_halted.");

    public static readonly Gauge<long> NoFinality = Meter.CreateGauge<long>(
        "keystone.indexer.finality.missing", description: "1 while no block of a chain becomes final: its node does not know the tag, or names no block; FinalityDepth sets a depth instead.");

    public static readonly Counter<long> Alarms =
        Meter.CreateCounter<long>("keystone.indexer.alarms", description: "Things that an operator has to look at: unknown_header, weaker_proof_refuted, mirror_halted, node_silent.");

    /// <summary>Shows each alarm of a chain, and what says that nothing is wrong, before anything was: Prometheus sees an increase only of a series that was there.</summary>
    public static void Begin(long chainId)
    {
        KeyValuePair<string, object?> chain = new("chain", chainId);
        foreach (string reason in (string[])["unknown_header", "weaker_proof_refuted", "mirror_halted", "node_silent"]) Alarms.Add(0, chain, new("reason", reason));
        foreach (string kind in ContradictionException.Proofs) ProofFailures.Add(0, chain, new("kind", kind));
        UnknownHeader.Record(0, chain);
    }

    public static readonly Gauge<long> UnknownHeader = Meter.CreateGauge<long>(
        "keystone.indexer.unknown.header", description: "1 while a chain is at a fork whose headers this build does not know.");

    public static readonly Gauge<long> WeakerBlocks = Meter.CreateGauge<long>(
        "keystone.indexer.blocks.weaker", description: "Mirrored blocks that are proved less than Indexer:Proof = receipts asks for; they are proved again, 0 otherwise.");

    public static readonly Counter<long> Raised =
        Meter.CreateCounter<long>("keystone.indexer.blocks.raised", description: "Heights that were proved again at the level of receipts.");

    public static readonly Counter<long> Steps = Meter.CreateCounter<long>("keystone.indexer.steps", description: "Committed steps by kind: extend, reorg, head.");

    public static readonly Counter<long> Logs = Meter.CreateCounter<long>("keystone.indexer.logs", description: "Mirrored logs of the escrow and of transfers to it.");

    public static readonly Counter<long> Undecoded =
        Meter.CreateCounter<long>("keystone.indexer.logs.undecoded", description: "Mirrored logs that are none of the known events; stored raw.");

    public static readonly Counter<long> Strays =
        Meter.CreateCounter<long>("keystone.indexer.stray.transfers", description: "Tokens sent to the escrow by a plain transfer.");

    public static readonly Counter<long> ForcedEther =
        Meter.CreateCounter<long>("keystone.indexer.forced.ether", description: "Logs of ether that was forced on the escrow, which accepts none.");

    public static readonly Counter<long> Reorgs = Meter.CreateCounter<long>("keystone.indexer.reorgs", description: "Rollbacks of the mirror.");

    public static readonly Histogram<long> ReorgDepth =
        Meter.CreateHistogram<long>("keystone.indexer.reorg.depth", description: "Blocks that one rollback removed.");

    public static readonly Counter<long> RemovedBlocks =
        Meter.CreateCounter<long>("keystone.indexer.reorg.blocks", description: "Mirrored blocks that a reorg removed.");

    public static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("keystone.indexer.responses.refused", description: "Answers of a node that contradict each other, by kind; asked again.");

    public static readonly Counter<long> ProofFailures = Meter.CreateCounter<long>(
        "keystone.indexer.proof.failures", description: "Answers that their own proof refutes, by kind: hash, bloom, receipts, logs.");

    public static readonly Gauge<long> RangeBlocks =
        Meter.CreateGauge<long>("keystone.indexer.range.blocks", description: "Blocks behind finality that are asked for at once.");

    public static readonly Gauge<long> BackfillLeft = Meter.CreateGauge<long>("keystone.indexer.backfill.blocks.left", description: "Blocks behind the head that are not mirrored yet.");

    public static readonly Gauge<double> BackfillRate =
        Meter.CreateGauge<double>("keystone.indexer.backfill.events.rate", description: "Logs a second of the backfill, over its last half minute.");

    public static readonly Gauge<double> BackfillTime =
        Meter.CreateGauge<double>("keystone.indexer.backfill.time.left", "s", "Time that the rest of the backfill takes at this rate.");

    public static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("keystone.indexer.step.duration", "s", "Duration of a part of a step: read, verify (within read, of one processor), write.");
}
