using System.Diagnostics.Metrics;

namespace Keystone.Ethereum.Nodes;

/// <summary>Meters of the nodes. A node's label is its host and port.</summary>
internal static class NodeMetrics
{
    static readonly Meter Meter = new("Keystone.Nodes");

    public static readonly Counter<long> Requests = Meter.CreateCounter<long>("keystone.node.requests", description: "Requests by chain, node, method and outcome.");

    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("keystone.node.request.duration", "s", "Seconds to an answer.");

    public static readonly Gauge<long> HeadLag = Meter.CreateGauge<long>("keystone.node.head.lag", description: "Blocks that a node is behind the best of its chain.");

    public static readonly Gauge<long> Quarantined =
        Meter.CreateGauge<long>("keystone.node.quarantined", description: "1 while a node contradicts the others at a finalized height, or is on another chain.");

    public static readonly Gauge<long> Lacking = Meter.CreateGauge<long>(
        "keystone.node.lacking", description: "1 while a node is not asked for a method because it refuses it; method is batch where it takes smaller batches only.");

    public static readonly Counter<long> UnknownErrors = Meter.CreateCounter<long>(
        "keystone.node.errors.unknown", description: "Errors of a node whose code and message say nothing that is known, by method.");

    public static readonly Counter<long> Alarms = Meter.CreateCounter<long>("keystone.node.alarms", description: "Things about a node that an operator has to look at: wrong_chain.");
}
