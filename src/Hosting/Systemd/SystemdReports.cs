using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Keystone.Hosting.Systemd;

/// <summary>
/// Reports to systemd: READY when work is possible, WATCHDOG every third of the interval while each loop turns, STOPPING when the service ends. With a
/// loop that hangs the reports stop, and systemd restarts the service.
/// </summary>
internal sealed partial class SystemdReports(
    ISystemdNotifier notifier, WatchdogInterval watchdog, HealthCheckService health, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<SystemdReports> log)
    : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    static readonly ServiceState Alive = new("WATCHDOG=1");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using CancellationTokenRegistration stopping = lifetime.ApplicationStopping.Register(() => notifier.Notify(ServiceState.Stopping));
        try
        {
            // The start checks have passed when the host has started; what the service works with may still be away.
            await AwaitAsync(lifetime.ApplicationStarted, stoppingToken);
            Task watching = WatchAsync(stoppingToken);
            while (!await IsAsync("ready", stoppingToken)) await Task.Delay(Poll, time, stoppingToken);
            notifier.Notify(ServiceState.Ready);
            await watching;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    async Task WatchAsync(CancellationToken stoppingToken)
    {
        if (watchdog.Value is not { } interval) return;
        bool alive = true;
        while (true)
        {
            bool isAlive = await IsAsync("live", stoppingToken);
            if (isAlive) notifier.Notify(Alive);
            else if (alive) Hangs(interval.TotalSeconds);
            alive = isAlive;
            await Task.Delay(interval / 3, time, stoppingToken);
        }
    }

    async Task<bool> IsAsync(string tag, CancellationToken cancellationToken) =>
        (await health.CheckHealthAsync(check => check.Tags.Contains(tag), cancellationToken)).Status != HealthStatus.Unhealthy;

    static async Task AwaitAsync(CancellationToken happened, CancellationToken stoppingToken)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = happened.Register(() => reached.TrySetResult());
        await reached.Task.WaitAsync(stoppingToken);
    }

    [LoggerMessage(3010, LogLevel.Critical, "A loop does not turn any more: the reports to systemd stop, and it restarts this service within {Seconds} s")]
    partial void Hangs(double seconds);
}
