using Keystone.Postgres;
using Keystone.Webhooks.History;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Webhooks.Delivery;

/// <summary>Measures how the deliveries stand, every fifteen seconds: what is due and not attempted says that webhooks are late, whichever loop or database is at fault.</summary>
internal sealed class DeliveryGauges(DeliveryStateStore store, TimeProvider time, ILogger<DeliveryGauges> log, LoopPulses? pulses = null) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WebhookMetrics.Begin();
        return new PolledLoop("delivery gauges", Interval, time, log, pulses).RunAsync(MeasureAsync, stoppingToken);
    }

    async Task MeasureAsync(CancellationToken cancellationToken)
    {
        DeliveryState state = await store.ReadAsync(time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        WebhookMetrics.Due.Record(state.Due);
        WebhookMetrics.OldestDue.Record(state.OldestDueSeconds);
        WebhookMetrics.Disabled.Record(state.DisabledEndpoints);
    }
}
