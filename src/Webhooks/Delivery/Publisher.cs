using System.Data.Common;
using Keystone.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Delivery;

/// <summary>Numbers committed messages in order and creates a delivery per endpoint that asked for them.</summary>
internal sealed partial class Publisher(PublicationStore store, WakeSignals signals, IOptions<WebhookOptions> options, TimeProvider time, ILogger<Publisher> log, LoopPulses? pulses = null) : BackgroundService
{
    const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan poll = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            Task next = signals.Next(WakeSignals.Webhooks);
            try
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
            catch (DbException fault) when (!stoppingToken.IsCancellationRequested)
            {
                PublishingFailed(fault.Message);
            }
            await WakeSignals.WaitAsync(next, poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 6003, Level = LogLevel.Warning, Message = "Publishing webhooks failed and is tried again: {Reason}")]
    partial void PublishingFailed(string reason);
}
