using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>
/// Calls the API for one credential. It asks for a token when it needs one, waits as <c>Retry-After</c> says, and sends a call again only where a repeat
/// changes nothing. Methods bear the names of the operations in the OpenAPI document. Instances may be used by several threads.
/// </summary>
/// <remarks>Every method throws <see cref="KeystoneApiException"/> when the API refuses and <see cref="HttpRequestException"/> when no answer comes.</remarks>
public sealed class KeystoneClient : IDisposable
{
    readonly ApiConnection _api;
    readonly TimeProvider _time;

    /// <summary>A client over an HTTP client that the caller owns.</summary>
    public KeystoneClient(HttpClient http, KeystoneClientOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        _time = time ?? TimeProvider.System;
        _api = new ApiConnection(http, options, _time);
        Platform = new PlatformClient(_api);
        Operator = new OperatorClient(_api);
        Instructions = new InstructionClient(_api, _time);
        Events = new EventClient(_api, _time);
    }

    /// <summary>Calls about the platform itself.</summary>
    public PlatformClient Platform { get; }

    /// <summary>Calls about bilateral instructions and templates.</summary>
    public InstructionClient Instructions { get; }

    /// <summary>Calls about events and their deliveries.</summary>
    public EventClient Events { get; }

    /// <summary>Calls of the operator of the system; they need a credential of the operator.</summary>
    public OperatorClient Operator { get; }

    /// <summary>Instructs a settlement. Without a key it takes a new one, so that its own repeats make no second settlement.</summary>
    public Task<Settlement> CreateSettlementAsync(CreateSettlementRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        CreateSettlementRequest keyed = request.IdempotencyKey is { Length: > 0 } ? request
            : request with { IdempotencyKey = Guid.CreateVersion7(_time.GetUtcNow()).ToString() };
        return _api.SendAsync(Routes.CreateSettlement, Routes.CreateSettlement.Template, ClientJson.Default.Settlement,
            Body(keyed, ClientJson.Default.CreateSettlementRequest), true, cancellationToken);
    }

    /// <summary>A page of settlements, newest first.</summary>
    public Task<SettlementPage> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return GetAsync(Routes.ListSettlements, Query(Routes.ListSettlements.Template, query.Parameters()), ClientJson.Default.SettlementPage, cancellationToken);
    }

    /// <summary>A settlement as this credential's environment may read it.</summary>
    public Task<Settlement> GetSettlementAsync(Guid id, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.GetSettlement, Routes.GetSettlement.Path(id.ToString()), ClientJson.Default.Settlement, cancellationToken);

    /// <summary>A page of a settlement's audit trail, oldest first.</summary>
    public Task<EventPage> ListSettlementEventsAsync(Guid id, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListSettlementEvents, Query(Routes.ListSettlementEvents.Path(id.ToString()), Paging(limit, offset)), ClientJson.Default.EventPage, cancellationToken);

    /// <summary>Confirms this platform's party in a settlement of another platform.</summary>
    public Task<Settlement> ConfirmSettlementAsync(Guid id, ConfirmSettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ConfirmSettlement, Routes.ConfirmSettlement.Path(id.ToString()), ClientJson.Default.Settlement,
            Body(request, ClientJson.Default.ConfirmSettlementRequest), true, cancellationToken);

    /// <summary>Refuses to take part in a settlement of another platform.</summary>
    public Task<Settlement> RejectSettlementAsync(Guid id, RejectSettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RejectSettlement, Routes.RejectSettlement.Path(id.ToString()), ClientJson.Default.Settlement,
            Body(request, ClientJson.Default.RejectSettlementRequest), true, cancellationToken);

    /// <summary>What an instruction would give, with all faults and warnings. Stores nothing.</summary>
    public Task<Preview> PreviewSettlementAsync(CreateSettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.PreviewSettlement, Routes.PreviewSettlement.Template, ClientJson.Default.Preview, Body(request, ClientJson.Default.CreateSettlementRequest), true, cancellationToken);

    /// <summary>Who has to act on a settlement, by when, and why it waits.</summary>
    public Task<Explain> ExplainSettlementAsync(Guid id, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ExplainSettlement, Routes.ExplainSettlement.Path(id.ToString()), ClientJson.Default.Explain, cancellationToken);

    /// <summary>Asks for the end of a settlement. While another platform has to ask too, <c>cancellation.status</c> is <c>requested</c>.</summary>
    public Task<Settlement> CancelSettlementAsync(Guid id, CancelSettlementRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CancelSettlement, Routes.CancelSettlement.Path(id.ToString()), ClientJson.Default.Settlement, Body(request, ClientJson.Default.CancelSettlementRequest), true, cancellationToken);

    /// <summary>Holds a settlement before its terms are published.</summary>
    public Task<Settlement> HoldSettlementAsync(Guid id, HoldRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.HoldSettlement, Routes.HoldSettlement.Path(id.ToString()), ClientJson.Default.Settlement, Body(request, ClientJson.Default.HoldRequest), true, cancellationToken);

    /// <summary>Releases this platform's hold.</summary>
    public Task<Settlement> ReleaseSettlementAsync(Guid id, HoldRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ReleaseSettlement, Routes.ReleaseSettlement.Path(id.ToString()), ClientJson.Default.Settlement, Body(request, ClientJson.Default.HoldRequest), true, cancellationToken);

    /// <summary>Reports the result of a step that this platform's own systems do, for the state whose template has an <c>external_action</c>.</summary>
    public Task<Settlement> ReportActionAsync(Guid id, string state, ActionResultRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.ReportAction, Routes.ReportAction.Path(id.ToString(), state), ClientJson.Default.Settlement, Body(request, ClientJson.Default.ActionResultRequest), true, cancellationToken);

    /// <summary>Decides on a flagged party of this platform.</summary>
    public Task<Settlement> DecideComplianceAsync(Guid id, ComplianceDecisionRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.DecideCompliance, Routes.DecideCompliance.Path(id.ToString()), ClientJson.Default.Settlement, Body(request, ClientJson.Default.ComplianceDecisionRequest), true, cancellationToken);

    /// <summary>How this platform's parties deposit their legs: transactions, or documents to sign. From the state REGISTERING_ESCROW on.</summary>
    public Task<DepositInstructions> GetDepositInstructionsAsync(Guid id, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.GetDepositInstructions, Routes.GetDepositInstructions.Path(id.ToString()), ClientJson.Default.DepositInstructions, cancellationToken);

    /// <summary>Sends a depositor's signature of one of the documents, which the service relays.</summary>
    public Task<Signature> SubmitSignatureAsync(Guid id, SubmitSignatureRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.SubmitSignature, Routes.SubmitSignature.Path(id.ToString()), ClientJson.Default.Signature,
            Body(request, ClientJson.Default.SubmitSignatureRequest), true, cancellationToken);

    /// <summary>Makes a link by which a party without an account deposits. The link is in this answer and in no other.</summary>
    public Task<DepositLink> CreateDepositLinkAsync(Guid id, CreateDepositLinkRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateDepositLink, Routes.CreateDepositLink.Path(id.ToString()), ClientJson.Default.DepositLink,
            Body(request, ClientJson.Default.CreateDepositLinkRequest), true, cancellationToken);

    /// <summary>A page of this platform's links to a settlement, newest first.</summary>
    public Task<DepositLinkPage> ListDepositLinksAsync(Guid id, int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListDepositLinks, Query(Routes.ListDepositLinks.Path(id.ToString()), Paging(limit, offset)), ClientJson.Default.DepositLinkPage, cancellationToken);

    /// <summary>Revokes a link at once.</summary>
    public Task RevokeDepositLinkAsync(Guid id, Guid linkId, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RevokeDepositLink, Routes.RevokeDepositLink.Path(id.ToString(), linkId.ToString()), cancellationToken);

    /// <summary>Moves the chain and business time forward. Development systems only.</summary>
    public Task<Clock> AdvanceClockAsync(AdvanceClockRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.AdvanceClock, Routes.AdvanceClock.Template, ClientJson.Default.Clock, Body(request, ClientJson.Default.AdvanceClockRequest), true, cancellationToken);

    /// <summary>Mints a test token. Development systems only.</summary>
    public Task<Minted> MintTestTokenAsync(MintRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.MintTestToken, Routes.MintTestToken.Template, ClientJson.Default.Minted, Body(request, ClientJson.Default.MintRequest), true, cancellationToken);

    /// <summary>A page of the templates that the environment may use.</summary>
    public Task<TemplatePage> ListTemplatesAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListTemplates, Query(Routes.ListTemplates.Template, Paging(limit, offset)), ClientJson.Default.TemplatePage, cancellationToken);

    /// <summary>A template by its id or slug.</summary>
    public Task<Template> GetTemplateAsync(string name, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.GetTemplate, Routes.GetTemplate.Path(name), ClientJson.Default.Template, cancellationToken);

    /// <summary>A page of the tokens that the environment registered, by symbol.</summary>
    public Task<InstrumentPage> ListInstrumentsAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListInstruments, Query(Routes.ListInstruments.Template, Paging(limit, offset)), ClientJson.Default.InstrumentPage, cancellationToken);

    /// <summary>Registers a token under a symbol; the same again changes nothing.</summary>
    public Task<Instrument> RegisterInstrumentAsync(RegisterInstrumentRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RegisterInstrument, Routes.RegisterInstrument.Template, ClientJson.Default.Instrument, Body(request, ClientJson.Default.RegisterInstrumentRequest), true, cancellationToken);

    /// <summary>Forgets a symbol.</summary>
    public Task RemoveInstrumentAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RemoveInstrument, Routes.RemoveInstrument.Path(id.ToString()), cancellationToken);

    /// <summary>For the operator: a page of the tokens that came to an escrow by a plain transfer, newest first.</summary>
    public Task<StrayPage> ListStraysAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListStrays, Query(Routes.ListStrays.Template, Paging(limit, offset)), ClientJson.Default.StrayPage, cancellationToken);

    /// <summary>Registers a receiver of webhooks. The answer holds the secret; no later one does.</summary>
    public Task<Webhook> CreateWebhookAsync(CreateWebhookRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.CreateWebhook, Routes.CreateWebhook.Template, ClientJson.Default.Webhook, Body(request, ClientJson.Default.CreateWebhookRequest), true, cancellationToken);

    /// <summary>A page of the environment's receivers.</summary>
    public Task<WebhookPage> ListWebhooksAsync(int limit = 50, int offset = 0, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.ListWebhooks, Query(Routes.ListWebhooks.Template, Paging(limit, offset)), ClientJson.Default.WebhookPage, cancellationToken);

    /// <summary>A receiver.</summary>
    public Task<Webhook> GetWebhookAsync(Guid id, CancellationToken cancellationToken = default) =>
        GetAsync(Routes.GetWebhook, Routes.GetWebhook.Path(id.ToString()), ClientJson.Default.Webhook, cancellationToken);

    /// <summary>Changes the members of a receiver that are not null.</summary>
    public Task<Webhook> UpdateWebhookAsync(Guid id, UpdateWebhookRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.UpdateWebhook, Routes.UpdateWebhook.Path(id.ToString()), ClientJson.Default.Webhook, Body(request, ClientJson.Default.UpdateWebhookRequest), true, cancellationToken);

    /// <summary>Removes a receiver.</summary>
    public Task DeleteWebhookAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.DeleteWebhook, Routes.DeleteWebhook.Path(id.ToString()), cancellationToken);

    /// <summary>Sends a test event to a receiver.</summary>
    public Task<QueuedEvent> TestWebhookAsync(Guid id, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.TestWebhook, Routes.TestWebhook.Path(id.ToString()), ClientJson.Default.QueuedEvent, null, true, cancellationToken);

    /// <summary>Gives a receiver a new secret, which the answer holds.</summary>
    public Task<Webhook> RotateWebhookSecretAsync(Guid id, RotateSecretRequest request, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.RotateWebhookSecret, Routes.RotateWebhookSecret.Path(id.ToString()), ClientJson.Default.Webhook, Body(request, ClientJson.Default.RotateSecretRequest), true, cancellationToken);

    /// <summary>What an error code means. Needs no token.</summary>
    public Task<ErrorPage> GetErrorAsync(string name, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetError, Routes.GetError.Path(name), ClientJson.Default.ErrorPage, null, false, cancellationToken);

    /// <summary>The public keys of access tokens. Needs no token.</summary>
    public Task<KeySet> GetKeysAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetKeys, Routes.GetKeys.Template, ClientJson.Default.KeySet, null, false, cancellationToken);

    /// <summary>The metadata of the built-in issuer (OpenID Connect Discovery 1.0). Needs no token.</summary>
    public Task<IssuerMetadata> GetOpenidConfigurationAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetOpenidConfiguration, Routes.GetOpenidConfiguration.Template, ClientJson.Default.IssuerMetadata, null, false, cancellationToken);

    /// <summary>The same metadata under the path of RFC 8414. Needs no token.</summary>
    public Task<IssuerMetadata> GetAuthorizationServerAsync(CancellationToken cancellationToken = default) =>
        _api.SendAsync(Routes.GetAuthorizationServer, Routes.GetAuthorizationServer.Template, ClientJson.Default.IssuerMetadata, null, false, cancellationToken);

    /// <summary>Forgets the token. The HTTP client stays the caller's.</summary>
    public void Dispose() => _api.Dispose();

    Task<T> GetAsync<T>(Route route, string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        _api.SendAsync(route, path, answer, null, true, cancellationToken);

    internal static byte[] Body<T>(T request, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(request);
        return JsonSerializer.SerializeToUtf8Bytes(request, type);
    }

    internal static IEnumerable<(string, string?)> Paging(int limit, int offset) =>
        [("limit", limit.ToString(CultureInfo.InvariantCulture)), ("offset", offset.ToString(CultureInfo.InvariantCulture))];

    internal static string Query(string path, IEnumerable<(string Name, string? Value)> parameters) =>
        path + "?" + string.Join('&', parameters.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
}
