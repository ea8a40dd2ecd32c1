using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Webhooks.Delivery;

/// <summary>Numbers committed messages in order and creates a delivery per endpoint that asked for them.</summary>
internal sealed partial class Publisher(PublicationStore store, IOptions<WebhookOptions> options, TimeProvider time, ILogger<Publisher> log) : BackgroundService
{
    const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        do
        {
            try
            {
                while (await store.PublishAsync(Batch, time.GetUtcNow(), stoppingToken).ConfigureAwait(false) == Batch) { }
            }
            catch (DbException fault) when (!stoppingToken.IsCancellationRequested)
            {
                PublishingFailed(fault);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Publishing webhooks failed; it is tried again.")]
    partial void PublishingFailed(Exception fault);
}
