using System.Data.Common;
using Keystone.Webhooks.History;
using Microsoft.Extensions.Hosting;

namespace Keystone.Webhooks.Delivery;

/// <summary>Measures how the deliveries stand, every fifteen seconds: what is due and not attempted says that webhooks are late, whichever loop or database is at fault.</summary>
internal sealed class DeliveryGauges(DeliveryStateStore store, TimeProvider time) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WebhookMetrics.Begin();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                DeliveryState state = await store.ReadAsync(time.GetUtcNow(), stoppingToken).ConfigureAwait(false);
                WebhookMetrics.Due.Record(state.Due);
                WebhookMetrics.OldestDue.Record(state.OldestDueSeconds);
                WebhookMetrics.Disabled.Record(state.DisabledEndpoints);
            }
            catch (DbException)
            {
                // A database that cannot be reached is reported by its own check.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
