using System.Collections.Concurrent;
using Keystone.Ethereum.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Keeper;

/// <summary>
/// Stops the keeper's work while its clock differs too much from block time: before a settlement is on the chain, its timeout follows this clock.
/// </summary>
/// <remarks>
/// A head later than the clock proves that the clock is slow. That the clock is fast can be seen only when a new block arrives, because the head of a quiet chain
/// is old. A node that lags looks like a fast clock; the keeper must not act on it either.
/// </remarks>
internal sealed partial class ClockGuard(IEthereumNodes nodes, IOptions<KeeperOptions> options, TimeProvider time, ILogger<ClockGuard> log)
    : BackgroundService, IHealthCheck
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<long, string> _held = new();

    /// <summary>Reason why the keeper does not work now; null if the clock is right.</summary>
    public string? Reason => _held.IsEmpty ? null : _held.Values.FirstOrDefault();

    /// <summary>Decides whether to stop, from the head of a chain.</summary>
    /// <param name="now">This machine's time.</param>
    /// <param name="head">Timestamp of the head, seconds since the epoch, UTC.</param>
    /// <param name="arrived">True if the head arrived since the last poll.</param>
    /// <param name="max">Allowed difference, seconds.</param>
    /// <param name="held">True while the keeper is stopped.</param>
    internal static bool Holds(DateTimeOffset now, ulong head, bool arrived, int max, bool held)
    {
        long ahead = now.ToUnixTimeSeconds() - (long)head;
        if (ahead < -max) return true;
        return arrived ? ahead > max : held && ahead > max;
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Reason is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());

    // Runs before the other parts of the keeper start, so that a slow clock is seen at once.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MaxClockSkewSeconds == 0) return;
        foreach (ChainOptions chain in nodes.Chains) await PollAsync(chain.ChainId, null, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Dictionary<long, long> seen = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (ChainOptions chain in nodes.Chains)
                if (await PollAsync(chain.ChainId, seen.TryGetValue(chain.ChainId, out long number) ? number : null, stoppingToken) is { } head)
                    seen[chain.ChainId] = head;
            await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<long?> PollAsync(long chainId, long? before, CancellationToken cancellationToken)
    {
        try
        {
            if (await nodes.For(chainId).GetBlockAsync(BlockTag.Latest, cancellationToken) is not { } head) return null;
            DateTimeOffset now = time.GetUtcNow();
            bool held = _held.ContainsKey(chainId);
            if (!Holds(now, head.Timestamp, before < head.Number, options.Value.MaxClockSkewSeconds, held))
            {
                if (_held.TryRemove(chainId, out _)) Released(chainId);
                return head.Number;
            }
            long off = now.ToUnixTimeSeconds() - (long)head.Timestamp;
            _held[chainId] = $"this machine's clock is {Math.Abs(off)} s {(off < 0 ? "behind" : "ahead of")} the newest block of chain {chainId}; "
                + "set it by NTP, or wait until the node has caught up";
            if (!held)
            {
                Held(_held[chainId]);
                KeeperMetrics.Alarms.Add(1, new KeyValuePair<string, object?>("reason", "clock_skew"));
            }
            return head.Number;
        }
        catch (NodeException)
        {
            // Without a node nothing is sent either; the loops that need the node log it.
            return before;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return before;
        }
    }

    [LoggerMessage(7090, LogLevel.Error, "ALARM clock_skew: the keeper decides and sends nothing, because {Reason}")]
    partial void Held(string reason);

    [LoggerMessage(7091, LogLevel.Information, "The clock agrees with chain {ChainId} again; the keeper continues")]
    partial void Released(long chainId);
}
