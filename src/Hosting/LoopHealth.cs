using Keystone.Postgres;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Keystone.Hosting;

/// <summary>Health check <c>loops</c>, live: every loop of the process has turned within its limit.</summary>
internal sealed class LoopHealth(LoopPulses pulses) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> late = pulses.Late();
        return Task.FromResult(late.Count == 0 ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"These loops no longer turn: {string.Join(", ", late)}."));
    }
}
