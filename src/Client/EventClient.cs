using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Calls about events (what was sent, sending it again, reading them without a receiver), and the files of an operations team.</summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class EventClient
{
    // The server says every 15 s that it is still there.
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    readonly ApiConnection _api;
    readonly TimeProvider _time;

    internal EventClient(ApiConnection api, TimeProvider time) => (_api, _time) = (api, time);

    /// <summary>Events behind a position, oldest first; without one, from the oldest that is kept.</summary>
    public Task<Feed> ListEventsAsync(long? after = null, int limit = 50, string? types = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListEvents, KeystoneClient.Query(Routes.ListEvents.Template,
            [("after", after?.ToString(CultureInfo.InvariantCulture)), ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("types", types)]), ClientJson.Default.Feed, null, true, cancellationToken);

    /// <summary>Events behind a position as they come, over one connection (server-sent events). It ends when the server ends it, which it does after some minutes.</summary>
    /// <exception cref="IOException">The connection was cut, or nothing came for 45 s.</exception>
    public async IAsyncEnumerable<StreamedEvent> StreamEventsAsync(long after, string? types = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string path = KeystoneClient.Query(Routes.ListEvents.Template, [("after", after.ToString(CultureInfo.InvariantCulture)), ("types", types)]);
        using HttpResponseMessage response = await _api.OpenAsync(Routes.ListEvents, path, request => request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream")),
            cancellationToken).ConfigureAwait(false);
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using SilenceGuard guarded = new(body, LongestSilence, _time);
        await foreach (SseItem<byte[]> item in SseParser.Create(guarded, (_, data) => data.ToArray()).EnumerateAsync(cancellationToken).ConfigureAwait(false))
        {
            if (long.TryParse(item.EventId, NumberStyles.None, CultureInfo.InvariantCulture, out long position))
                yield return new StreamedEvent(position, item.EventType, item.Data);
        }
    }

    /// <summary>
    /// Events behind a position as they come, without an end: when the connection ends or is cut, it is opened again behind the last event that was given. Each event is given once.
    /// </summary>
    /// <param name="after">Position of the last event that the caller has; 0 for the first of the feed.</param>
    /// <param name="types">Names and patterns of the events, separated by commas; null for all.</param>
    /// <param name="onCut">Told what cut the connection, and how long it waits before it opens another one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KeystoneApiException">The API refuses, and does not say that it is for now.</exception>
    public async IAsyncEnumerable<StreamedEvent> FollowEventsAsync(
        long after, string? types = null, Action<Exception, TimeSpan>? onCut = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int failures = 0;
        while (true)
        {
            Exception? cut = null;
            IAsyncEnumerator<StreamedEvent> events = StreamEventsAsync(after, types, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (events.ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        if (!await events.MoveNextAsync().ConfigureAwait(false)) break;
                    }
                    catch (Exception fault) when (IsCut(fault, cancellationToken))
                    {
                        cut = fault;
                        break;
                    }
                    failures = 0;
                    after = events.Current.Position;
                    yield return events.Current;
                }
            }
            failures = cut is null ? 0 : failures + 1;
            TimeSpan delay = cut is KeystoneApiException { RetryAfter: { } asked } && asked < LongestDelay ? asked
                : TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, failures) / 4));
            if (cut is not null) onCut?.Invoke(cut, delay);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    static bool IsCut(Exception fault, CancellationToken cancellationToken) => fault switch
    {
        KeystoneApiException refused => refused.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        HttpRequestException or IOException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>Which settlements failed, by reason and side; null for the last 30 days.</summary>
    public Task<FailsReport> GetFailsAsync(DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetFails, KeystoneClient.Query(Routes.GetFails.Template, [("from", Time(from)), ("to", Time(to))]), ClientJson.Default.FailsReport, null, true, cancellationToken);

    /// <summary>What the escrow held for your wallets on a day, UTC, and how it came about; null for yesterday.</summary>
    /// <param name="date">The day.</param>
    /// <param name="token">Only of this token: its address, or your symbol for it.</param>
    /// <param name="wallet">Only of this wallet.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<Statement> GetStatementAsync(DateOnly? date = null, string? token = null, string? wallet = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetStatement, KeystoneClient.Query(Routes.GetStatement.Template,
            [("date", date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("token", token), ("wallet", wallet)]), ClientJson.Default.Statement, null, true, cancellationToken);

    /// <summary>Where a settlement stands as sese.024 of ISO 20022, XML.</summary>
    public Task<string> GetStatusMessageAsync(Guid id, string? role = null, CancellationToken cancellationToken = default) =>
        _api.SendTextAsync(Routes.GetStatusMessage, KeystoneClient.Query(Routes.GetStatusMessage.Path(id.ToString()), [("role", role)]), cancellationToken);

    /// <summary>That a settlement was settled as sese.025 of ISO 20022, XML.</summary>
    public Task<string> GetConfirmationMessageAsync(Guid id, string? role = null, CancellationToken cancellationToken = default) =>
        _api.SendTextAsync(Routes.GetConfirmationMessage, KeystoneClient.Query(Routes.GetConfirmationMessage.Path(id.ToString()), [("role", role)]), cancellationToken);

    static string? Time(DateTimeOffset? time) => time?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A page of what was sent to a receiver, newest first.</summary>
    public Task<DeliveryPage> ListWebhookDeliveriesAsync(Guid id, string? status = null, Guid? settlementId = null, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListWebhookDeliveries, KeystoneClient.Query(Routes.ListWebhookDeliveries.Path(id.ToString()),
            [("status", status), ("settlement_id", settlementId?.ToString()), .. KeystoneClient.Paging(limit, offset)]), ClientJson.Default.DeliveryPage, null, true, cancellationToken);

    /// <summary>A delivery with what was sent and every answer.</summary>
    public Task<Delivery> GetWebhookDeliveryAsync(Guid id, Guid deliveryId, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetWebhookDelivery, Routes.GetWebhookDelivery.Path(id.ToString(), deliveryId.ToString()), ClientJson.Default.Delivery, null, true, cancellationToken);

    /// <summary>Sends the event of a delivery again.</summary>
    public Task<QueuedReplay> ReplayWebhookDeliveryAsync(Guid id, Guid deliveryId, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ReplayWebhookDelivery, Routes.ReplayWebhookDelivery.Path(id.ToString(), deliveryId.ToString()), ClientJson.Default.QueuedReplay, null, true, cancellationToken);

    /// <summary>Sends the events of a settlement or of a time again.</summary>
    public Task<QueuedReplay> ReplayWebhooksAsync(Guid id, ReplayRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ReplayWebhooks, Routes.ReplayWebhooks.Path(id.ToString()), ClientJson.Default.QueuedReplay, KeystoneClient.Body(request, ClientJson.Default.ReplayRequest), true, cancellationToken);
}
