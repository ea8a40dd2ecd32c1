using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Delivery;

/// <summary>Numbers committed messages in order and creates a delivery per endpoint that asked for them.</summary>
internal sealed class Publisher(PublicationStore store, WakeSignals signals, IOptions<WebhookOptions> options, TimeProvider time, ILogger<Publisher> log, LoopPulses? pulses = null) : BackgroundService
{
    const int Batch = 500;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new PolledLoop("publisher", TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, log, pulses)
        { Signal = () => signals.Next(WakeSignals.Webhooks) }.RunAsync(PollAsync, stoppingToken);

    async Task PollAsync(CancellationToken stoppingToken)
    {
        int published;
        do
        {
            pulses?.Turn("publisher");
            published = await store.PublishAsync(Batch, time.GetUtcNow(), stoppingToken).ConfigureAwait(false);
            if (published > 0) signals.Raise(WakeSignals.Deliveries);
        }
        while (published == Batch);
    }
}
