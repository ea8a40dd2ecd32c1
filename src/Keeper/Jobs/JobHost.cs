using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>
/// Starts and stops the scheduler. Quartz waits for its database when it shuts down, without an end when the database is gone; nothing of
/// what its jobs do needs that, so the wait has one here.
/// </summary>
internal sealed partial class JobHost(ISchedulerFactory factory, TimeProvider time, ILogger<JobHost> log) : BackgroundService
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    IScheduler? _scheduler;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A scheduler that cannot start leaves every loop at work: jobs are a convenience.
        while (!stoppingToken.IsCancellationRequested && _scheduler is null)
        {
            try
            {
                IScheduler scheduler = await factory.GetScheduler(stoppingToken);
                await scheduler.Start(stoppingToken);
                _scheduler = scheduler;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NotStarted(e.Message);
                await Task.Delay(TimeSpan.FromSeconds(10), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is not { } scheduler) return;
        try
        {
            // The caller's thread may be what Quartz blocks, so it gets one of the pool's.
            await Task.Run(() => scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None).AsTask(), CancellationToken.None)
                .WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LeftBehind();
        }
    }

    [LoggerMessage(74, LogLevel.Warning, "The scheduled jobs could not be started ({Reason}); tried again in 10 s")]
    partial void NotStarted(string reason);

    [LoggerMessage(75, LogLevel.Warning, "The scheduler did not end in time; its database is probably gone")]
    partial void LeftBehind();
}
