using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Keystone.Indexer;

/// <summary>
/// Health check <c>chains</c>, ready: whether the chains that this process follows are followed. Not ready while the mirror of one is halted or none of its nodes has answered
/// for a minute; degraded while no block of it becomes final. A standby, which has no lease, is ready whatever the nodes do.
/// </summary>
internal sealed partial class ChainsHealth(TimeProvider time, ILogger<ChainsHealth> log) : IHealthCheck
{
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    // On the slowest chain that has finality, a final block is some two hundred blocks behind the head.
    const long MostBlocksUnfinal = 1_000;

    readonly ConcurrentDictionary<long, State> _states = new();

    /// <summary>The lease of a chain was taken.</summary>
    public void Took(long chainId)
    {
        IndexerMetrics.Begin(chainId);
        _states[chainId] = new State { Answered = time.GetUtcNow() };
    }

    /// <summary>The lease of a chain was lost or given back: another process follows the chain.</summary>
    public void Lost(long chainId)
    {
        _states.TryRemove(chainId, out _);
        IndexerMetrics.NoFinality.Record(0, new KeyValuePair<string, object?>("chain", chainId));
        foreach (string reason in (string[])["node_silent", "mirror_halted"]) Record(chainId, reason, false);
    }

    /// <summary>A poll of a node ended well.</summary>
    public void Answered(long chainId)
    {
        if (!_states.TryGetValue(chainId, out State? state)) return;
        (state.Answered, state.Fault, state.IsSilenceSaid) = (time.GetUtcNow(), null, false);
        Record(chainId, "node_silent", false);
    }

    /// <summary>Where the mirror and its node stood at a poll.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="head">Head of the node.</param>
    /// <param name="mirrored">Newest mirrored block.</param>
    /// <param name="final">Newest final block of the mirror.</param>
    public void Stands(long chainId, BlockHeader head, long mirrored, long final)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (_states.TryGetValue(chainId, out State? state)) state.Position = new Position(head.Number, head.Timestamp, mirrored, final, time.GetUtcNow());
    }

    /// <summary>Where the chains stand that this process follows, as a report of the process.</summary>
    public JsonObject Report()
    {
        JsonArray chains = [];
        foreach ((long chainId, State state) in _states.OrderBy(state => state.Key))
            if (state.Position is { } position)
                chains.Add(new JsonObject
                {
                    ["chain_id"] = chainId,
                    ["mirrored_block"] = position.Mirrored,
                    ["node_head"] = position.Head,
                    ["blocks_behind"] = Math.Max(0, position.Head - position.Mirrored),
                    ["final_block"] = position.Final,
                    ["head_time"] = Timestamps.Seconds(DateTimeOffset.FromUnixTimeSeconds((long)position.HeadTime)),
                    ["polled_at"] = Timestamps.Seconds(position.At),
                    ["halted"] = state.Halted,
                });
        return new JsonObject { ["chains"] = chains };
    }

    /// <summary>A poll of a node failed.</summary>
    public void Failed(long chainId, string fault)
    {
        if (!_states.TryGetValue(chainId, out State? state)) return;
        state.Fault = fault;
        if (!IsSilent(state) || state.IsSilenceSaid) return;
        state.IsSilenceSaid = true;
        Record(chainId, "node_silent", true);
        NodesSilent(chainId, fault);
        IndexerMetrics.Alarms.Add(1, new("chain", chainId), new("reason", "node_silent"));
    }

    /// <summary>Why the mirror of a chain is halted; null when it is not. The first time is an alarm.</summary>
    public void Halt(long chainId, string? reason)
    {
        IndexerMetrics.Halted.Record(reason is null ? 0 : 1, new KeyValuePair<string, object?>("chain", chainId));
        if (!_states.TryGetValue(chainId, out State? state)) return;
        bool isNew = reason is not null && state.Halted is null;
        state.Halted = reason;
        Record(chainId, "mirror_halted", reason is not null);
        if (!isNew) return;
        Halted(chainId, reason!);
        IndexerMetrics.Alarms.Add(1, new("chain", chainId), new("reason", "mirror_halted"));
    }

    /// <summary>The polled node's view of finality. If nothing becomes final this is logged once, because settlements would wait for ever.</summary>
    /// <param name="chain">Settings of the chain.</param>
    /// <param name="finality">What the node said.</param>
    /// <param name="head">Height of its head.</param>
    public void Finality(ChainOptions chain, Finality finality, long head)
    {
        if (!_states.TryGetValue(chain.ChainId, out State? state)) return;
        string? problem = finality.Refusal is { } refusal ? $"the node refuses the block tag finalized ({refusal})"
            : head - (finality.Block?.Number ?? 0) > MostBlocksUnfinal ? $"the node's head is {head} and its finalized block {finality.Block?.Number.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}"
            : null;
        bool isNew = problem is not null && state.NoFinality is null;
        state.NoFinality = problem is null ? null : $"No block of chain {chain.ChainId} becomes final: {problem}. Set {chain.Section}:FinalityDepth to the number of blocks after which one counts as final.";
        IndexerMetrics.NoFinality.Record(problem is null ? 0 : 1, new KeyValuePair<string, object?>("chain", chain.ChainId));
        if (isNew) NothingBecomesFinal(state.NoFinality!);
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        List<string> failing = [], degraded = [];
        foreach ((long chainId, State state) in _states.OrderBy(state => state.Key))
        {
            if (state.Halted is { } halted) failing.Add($"The mirror of chain {chainId} is halted: {halted}");
            if (IsSilent(state)) failing.Add($"No node of chain {chainId} answers: {state.Fault}");
            if (state.NoFinality is { } none) degraded.Add(none);
        }
        return Task.FromResult(failing.Count > 0 ? HealthCheckResult.Unhealthy(string.Join(' ', failing.Concat(degraded)))
            : degraded.Count > 0 ? HealthCheckResult.Degraded(string.Join(' ', degraded))
            : HealthCheckResult.Healthy());
    }

    bool IsSilent(State state) => state.Fault is not null && time.GetUtcNow() - state.Answered > Silence;

    static void Record(long chainId, string reason, bool isSo) => IndexerMetrics.NotReady.Record(isSo ? 1 : 0, new("chain", chainId), new("reason", reason));

    [LoggerMessage(4047, LogLevel.Error, "ALARM node_silent: no node of chain {ChainId} has answered for a minute, so its mirror stands still: {Reason}")]
    partial void NodesSilent(long chainId, string reason);

    [LoggerMessage(4045, LogLevel.Warning, "{Problem}")]
    partial void NothingBecomesFinal(string problem);

    [LoggerMessage(4046, LogLevel.Critical, "ALARM mirror_halted: the mirror of chain {ChainId} is halted: {Reason}")]
    partial void Halted(long chainId, string reason);

    sealed class State
    {
        public DateTimeOffset Answered;
        public volatile string? Fault;
        public volatile bool IsSilenceSaid;
        public volatile string? Halted;
        public volatile string? NoFinality;
        public volatile Position? Position;
    }

    sealed record Position(long Head, ulong HeadTime, long Mirrored, long Final, DateTimeOffset At);
}
