using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Keystone.Ethereum.Nodes;

/// <summary>
/// What one node was found to refuse. Nodes and providers say so with different codes and messages, so that it is learned from what they answer: a refusal
/// whose substitute the same node answers is about the method, whatever its message. It is logged once, and the method is tried again after an hour, because nodes are upgraded.
/// </summary>
/// <param name="node">Host and port of the node.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Where it is said.</param>
internal sealed partial class NodeCapabilities(string node, TimeProvider time, ILogger log)
{
    // One refusal may be an accident; the substitute costs more requests each time.
    const int Enough = 3;
    const int MostMessages = 100;

    static readonly TimeSpan TryAgain = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, State> _known = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, DateTimeOffset> _said = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _messages = new(StringComparer.Ordinal);

    /// <summary>True while the node is not asked for it.</summary>
    /// <param name="feature">Method, or what else it is called by.</param>
    public bool Lacks(string feature) => _known.TryGetValue(feature, out State? state) && state.Until > time.GetUtcNow();

    /// <summary>The node answered what it was asked for.</summary>
    /// <param name="feature">Method, or what else it is called by.</param>
    public void Has(string feature)
    {
        if (_known.TryRemove(feature, out State? state) && state.Until > default(DateTimeOffset)) NodeMetrics.Lacking.Record(0, new("node", node), new("method", feature));
    }

    /// <summary>The node refused, and answered what was asked for in its place.</summary>
    /// <param name="feature">Method, or what else it is called by.</param>
    /// <param name="instead">What is done from now on, for the log.</param>
    /// <param name="refusal">How it refused.</param>
    public void Refused(string feature, string instead, NodeException refusal)
    {
        State state = _known.GetOrAdd(feature, _ => new State());
        bool isLearned;
        lock (state)
        {
            state.Count++;
            isLearned = refusal.Kind == NodeFaultKind.Unsupported || state.Count >= Enough;
            if (isLearned) state.Until = time.GetUtcNow() + TryAgain;
        }
        Say(feature, feature, instead, refusal);
        if (isLearned) NodeMetrics.Lacking.Record(1, new("node", node), new("method", feature));
    }

    /// <summary>The node takes fewer calls in a batch than it was sent.</summary>
    /// <param name="calls">Calls that it refused.</param>
    /// <param name="refusal">How it refused.</param>
    public void RefusedBatch(int calls, NodeException refusal)
    {
        Say("batch", $"a batch of {calls} calls", "Batches get smaller until it takes them, and stay so.", refusal);
        NodeMetrics.Lacking.Record(1, new("node", node), new("method", "batch"));
    }

    /// <summary>Counts an error whose message and code say nothing that is known, and logs each message once.</summary>
    /// <param name="method">What was asked.</param>
    /// <param name="fault">The error.</param>
    public void Note(string method, NodeException fault)
    {
        if (fault.Kind != NodeFaultKind.Other || fault.Code is null) return;
        NodeMetrics.UnknownErrors.Add(1, new("node", node), new("method", method));
        if (_messages.Count < MostMessages && _messages.TryAdd(Shape(fault.Message), true)) UnknownError(node, method, fault.Code.Value, fault.Message);
    }

    // Also of a node that refuses now and then: once in the time after which it is asked again.
    void Say(string key, string feature, string instead, NodeException refusal)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (_said.TryGetValue(key, out DateTimeOffset last) && now - last < TryAgain) return;
        _said[key] = now;
        Lacking(node, feature, instead, refusal.Message);
    }

    // Numbers and hashes in it differ from one error to the next.
    static string Shape(string message) => string.Concat(message.Where(c => !char.IsAsciiHexDigit(c)).Take(200));

    [LoggerMessage(1063, LogLevel.Warning, "Node {Node} rejects {Feature} ({Reason}). {Instead}")]
    partial void Lacking(string node, string feature, string instead, string reason);

    [LoggerMessage(1064, LogLevel.Information, "Node {Node} responded to {Method} with an unclassified error ({Code}: {Reason}); it is treated as transient")]
    partial void UnknownError(string node, string method, int code, string reason);

    sealed class State
    {
        public int Count;
        public DateTimeOffset Until;
    }
}
