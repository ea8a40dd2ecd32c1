using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Keystone.Indexer;

/// <summary>
/// Health check <c>indexer</c>, live: whether the loop of every chain still turns, with a lease or on standby, whatever its node says. A chain
/// that stands still is no reason to start the process anew.
/// </summary>
internal sealed class IndexerPulse(TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<long, DateTimeOffset> _beats = new();

    /// <summary>Says that the loop of a chain turned.</summary>
    public void Beat(long chainId) => _beats[chainId] = time.GetUtcNow();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        long[] still = [.. _beats.Where(beat => now - beat.Value > Longest).Select(beat => beat.Key).Order()];
        return Task.FromResult(still.Length == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"The loop of chain {string.Join(", ", still)} does not turn."));
    }
}
