using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
using Keystone.Api.Http;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Webhooks.Feed;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Keystone.Api.Events;

/// <summary>Writes the feed as server-sent events (HTML, section 9.2) until the caller goes or the time is over.</summary>
internal sealed class EventStream(EventFeed feed, WakeSignals signals, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>Streams of one environment that this process serves at once.</summary>
    public const int MostOfEnvironment = 8;

    // A token that was revoked, or has expired, opens no new stream; so none lasts long.
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    // Proxies close what is silent for a minute.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    const int PageSize = 200;

    readonly ConcurrentDictionary<Guid, int> _open = new();

    /// <summary>The headers of a stream.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // nginx holds answers back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <exception cref="Refusal">429: the environment has as many streams as it may.</exception>
    public async Task WriteAsync(HttpContext context, Guid environment, FeedPage first, IReadOnlyList<string> types)
    {
        if (_open.AddOrUpdate(environment, 1, (_, open) => open + 1) > MostOfEnvironment)
        {
            Close(environment);
            throw new Refusal(new DomainError(ErrorCodes.QuotaReached, $"At most {MostOfEnvironment} streams of events may be open in this environment at once. Close one, or read GET /v1/events in turns.")
            { RetryAfterSeconds = 10 });
        }
        // Streams have a bound of their own.
        context.Features.Get<RateLimitLease>()?.Dispose();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            Begin(context.Response);
            await context.Response.StartAsync(over.Token);
            await context.Response.Body.FlushAsync(over.Token);
            await RunAsync(context, environment, first, types, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The caller has gone, or this process stops.
        }
        finally
        {
            Close(environment);
        }
    }

    async Task RunAsync(HttpContext context, Guid environment, FeedPage page, IReadOnlyList<string> types, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp(), said = start;
        while (time.GetElapsedTime(start) < Longest)
        {
            Task next = signals.Next(WakeSignals.Deliveries);
            bool silent = page.Items.Count == 0 && time.GetElapsedTime(said) >= Silence;
            foreach (FeedMessage message in page.Items)
                await context.Response.WriteAsync(Text(message), Encoding.UTF8, cancellationToken);
            if (silent) await context.Response.WriteAsync(": still here\n\n", cancellationToken);
            if (silent || page.Items.Count > 0)
            {
                await context.Response.Body.FlushAsync(cancellationToken);
                said = time.GetTimestamp();
            }
            if (!page.HasMore)
                await WakeSignals.WaitAsync(next, Poll, time, cancellationToken);
            page = await feed.ReadAsync(environment, page.Next, PageSize, types, cancellationToken);
            if (page.RestartAfter is not null) return;
        }
    }

    // A body is one line: JSON escapes every line break.
    static string Text(FeedMessage message) => string.Create(CultureInfo.InvariantCulture, $"id: {message.Position}\nevent: {message.Type}\ndata: {message.Payload}\n\n");

    void Close(Guid environment) => _open.AddOrUpdate(environment, 0, (_, open) => open - 1);
}
