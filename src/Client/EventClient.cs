using System.Globalization;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>Calls about events (what was sent, sending it again, reading them without a receiver), and the files of an operations team.</summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class EventClient
{
    readonly ApiConnection _api;

    internal EventClient(ApiConnection api) => _api = api;

    /// <summary>Events behind a position, oldest first; without one, from the oldest that is kept.</summary>
    public Task<Feed> ListEventsAsync(long? after = null, int limit = 50, string? types = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ListEvents, KeystoneClient.Query(Routes.ListEvents.Template,
            [("after", after?.ToString(CultureInfo.InvariantCulture)), ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("types", types)]), ClientJson.Default.Feed, null, true, cancellationToken);

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
