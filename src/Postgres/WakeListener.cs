using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Postgres;

/// <summary>Carries wake signals between processes.</summary>
internal sealed partial class WakeListener(WakeSignals signals, WakeStore store, TimeProvider time, ILogger<WakeListener> log) : BackgroundService
{
    static readonly TimeSpan BetweenTellings = TimeSpan.FromMilliseconds(20);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(HearAsync(stoppingToken), PublishAsync(stoppingToken));

    async Task HearAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What was raised while nobody listened is lost, so every loop looks once.
                await store.HearAsync(signals.RaiseAllHere, signals.RaiseHere, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Deaf(e.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or DbException or ObjectDisposedException)
            {
                return;
            }
            TimeSpan pause = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(500, 1_500));
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task PublishAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (string loop in await signals.NextToPublishAsync(stoppingToken)) await store.PublishAsync(loop, stoppingToken);
                await Task.Delay(BetweenTellings, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Mute(e.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or DbException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    [LoggerMessage(2010, LogLevel.Warning, "Wake signals of other processes cannot be received ({Reason}); polling continues")]
    partial void Deaf(string reason);

    [LoggerMessage(2011, LogLevel.Warning, "A wake signal could not be published ({Reason}); other processes find the work when they poll")]
    partial void Mute(string reason);
}
