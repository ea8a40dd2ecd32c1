using Keystone.Ethereum.Nodes;
using Keystone.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Indexer.Tests;

/// <summary>A chain that is not followed shows in readiness, in the process that has to follow it.</summary>
public sealed class ChainsHealthTests
{
    readonly ShiftedClock _clock = new();

    [Fact]
    public async Task Silence_of_all_nodes_and_a_halt_are_not_ready_and_a_standby_is()
    {
        ChainsHealth health = new(_clock, NullLogger<ChainsHealth>.Instance);
        health.Failed(1, "nothing");
        health.Halt(1, "drill");
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        health.Took(1);
        health.Failed(1, "no route");
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        _clock.Shift += TimeSpan.FromSeconds(61);
        health.Failed(1, "no route");
        HealthCheckResult silent = await AskAsync(health);
        Assert.Equal(HealthStatus.Unhealthy, silent.Status);
        Assert.Contains("no route", silent.Description, StringComparison.Ordinal);
        health.Answered(1);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        health.Halt(1, "drill");
        Assert.Contains("drill", (await AskAsync(health)).Description, StringComparison.Ordinal);
        health.Halt(1, null);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        health.Halt(1, "drill");
        health.Lost(1);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
    }

    [Fact]
    public async Task A_chain_without_finality_is_degraded_and_not_taken_out()
    {
        ChainsHealth health = new(_clock, NullLogger<ChainsHealth>.Instance);
        ChainOptions chain = new() { ChainId = 1 };
        health.Took(1);
        health.Finality(chain, new Finality(null, null), 900);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        health.Finality(chain, new Finality(null, "no such tag"), 900);
        Assert.Equal(HealthStatus.Degraded, (await AskAsync(health)).Status);
        health.Finality(chain, new Finality(null, null), 900);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
    }

    static Task<HealthCheckResult> AskAsync(ChainsHealth health) => health.CheckHealthAsync(new HealthCheckContext());
}
