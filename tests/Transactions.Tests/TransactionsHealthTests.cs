using Keystone.Ethereum;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keystone.Transactions.Tests;

/// <summary>Who cannot send says so; who does not have to send stays ready.</summary>
public sealed class TransactionsHealthTests
{
    readonly ManualTime _time = new();

    [Fact]
    public async Task A_holder_whose_nodes_are_silent_for_a_minute_is_not_ready_until_one_answers()
    {
        TransactionsHealth health = new(_time, NullLogger<TransactionsHealth>.Instance);
        health.Took(1, Sender);
        health.Failed(1, Sender, "no answer");
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        _time.Advance(TimeSpan.FromSeconds(61));
        health.Failed(1, Sender, "no answer");
        HealthCheckResult silent = await AskAsync(health);
        Assert.Equal(HealthStatus.Unhealthy, silent.Status);
        Assert.Contains("no answer", silent.Description, StringComparison.Ordinal);
        health.Answered(1, Sender);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
    }

    [Fact]
    public async Task A_signer_that_fails_is_named_and_a_standby_is_ready_all_the_same()
    {
        TransactionsHealth health = new(_time, NullLogger<TransactionsHealth>.Instance);
        health.Took(1, Sender);
        health.SignerFailed(Sender, "connection refused");
        Assert.Contains("connection refused", (await AskAsync(health)).Description, StringComparison.Ordinal);
        health.Lost(1, Sender);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
        health.Took(1, Sender);
        Assert.Equal(HealthStatus.Unhealthy, (await AskAsync(health)).Status);
        health.SignerWorks(Sender);
        Assert.Equal(HealthStatus.Healthy, (await AskAsync(health)).Status);
    }

    static readonly Address Sender = Address.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");

    static Task<HealthCheckResult> AskAsync(TransactionsHealth health) => health.CheckHealthAsync(new HealthCheckContext());
}
