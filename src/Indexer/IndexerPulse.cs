using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Keystone.Indexer;

/// <summary>
/// Health check <c>indexer</c>, live: whether the loop of every chain is running, with a lease or on standby, whatever its node reports. A chain without new
/// blocks is no reason to restart the process.
/// </summary>
internal sealed class IndexerPulse(TimeProvider time) : IHealthCheck
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<long, DateTimeOffset> _beats = new();

    /// <summary>Reports that the loop of a chain is running.</summary>
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
