using System.Data.Common;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Hosting.Clock;

/// <summary>Reads each second how far business time is ahead, and once before any loop starts.</summary>
internal sealed partial class ClockReader(ClockStore store, BusinessTime time, ILogger<ClockReader> log) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Movable();
        time.Offset = await store.ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, time.Machine, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                time.Offset = await store.ReadAsync(stoppingToken);
            }
            catch (DbException)
            {
                // Whoever needs the database says that it is away; the offset stays what it was.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(3003, LogLevel.Warning, "Storage:MovableClock is set: business time can be advanced by whoever owns the database. Only a development system wants that")]
    partial void Movable();
}
