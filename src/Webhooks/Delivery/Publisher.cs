using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Delivery;

/// <summary>Numbers committed messages in order and creates a delivery per endpoint that asked for them.</summary>
internal sealed class Publisher(PublicationStore store, WakeSignals signals, IOptions<WebhookOptions> options, TimeProvider time, ILogger<Publisher> log, LoopPulses? pulses = null) : BackgroundService
{
    const int Batch = 500;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        PolledLoop loop = new("publisher", TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time, log, pulses) { Signal = () => signals.Next(WakeSignals.Webhooks) };
        return loop.RunAsync(async token =>
        {
            int published;
            do
            {
                loop.Turn();
                published = await store.PublishAsync(Batch, time.GetUtcNow(), token).ConfigureAwait(false);
                if (published > 0) signals.Raise(WakeSignals.Deliveries);
            }
            while (published == Batch);
        }, stoppingToken);
    }
}
