using Keystone.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;

namespace Keystone.Keeper.Jobs;

/// <summary>
/// Starts and stops the scheduler. A scheduler that failed to start cannot be started again, so each attempt builds a new one. At shutdown Quartz waits
/// for its database without a limit. No job needs that, so the wait is limited here.
/// </summary>
internal sealed partial class JobHost(
    IServiceProvider services, IOptions<StorageOptions> storage, TimeProvider time, ILogger<JobHost> log) : BackgroundService
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    IScheduler? _scheduler;
    ServiceProvider? _quartz;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Without the scheduler all loops still work; jobs only reduce delays.
        while (!stoppingToken.IsCancellationRequested && _scheduler is null)
        {
            ServiceProvider quartz = _quartz = Build();
            try
            {
                IScheduler scheduler = await quartz.GetRequiredService<ISchedulerFactory>().GetScheduler(stoppingToken);
                await scheduler.Start(stoppingToken);
                _scheduler = scheduler;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NotStarted(e.Message.Split('\n')[0]);
                await EndsAsync(() => quartz.DisposeAsync().AsTask(), stoppingToken);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is { } scheduler && !await EndsAsync(() => scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None).AsTask(), cancellationToken))
            LeftBehind();
        else if (_quartz is { } quartz)
            await EndsAsync(() => quartz.DisposeAsync().AsTask(), cancellationToken);
    }

    // Quartz may block the calling thread, so it runs on a thread of the pool.
    async Task<bool> EndsAsync(Func<Task> end, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(end, CancellationToken.None).WaitAsync(Patience, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    ServiceProvider Build()
    {
        ServiceCollection own = new();
        own.AddSingleton(services.GetRequiredService<ILoggerFactory>());
        own.TryAdd(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        foreach (Type needed in KeeperJobs.Needs) own.AddSingleton(needed, services.GetRequiredService(needed));
        own.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "keystone-keeper";
                scheduler.GenerateInstanceId = true;
            });
            JobStore.Use(quartz, storage.Value);
            KeeperJobs.Add(quartz);
        });
        return own.BuildServiceProvider();
    }

    [LoggerMessage(7074, LogLevel.Warning, "The scheduled jobs could not be started; this is tried again in 5 s, and the loops work without them: {Reason}")]
    partial void NotStarted(string reason);

    [LoggerMessage(7075, LogLevel.Warning, "The scheduler did not stop in time; its database is probably unreachable")]
    partial void LeftBehind();
}
