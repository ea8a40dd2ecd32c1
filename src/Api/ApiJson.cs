using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Api.Http;
using Keystone.Api.OpenApi;
using Keystone.Api.Sandbox;
using Keystone.Api.Webhooks;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Events;
using Keystone.Settlements.Read;
using Keystone.Settlements.Reject;
using Keystone.Settlements.Templates;

namespace Keystone.Api;

/// <summary>JSON of every request and response body.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(CreateSettlementRequest))]
[JsonSerializable(typeof(ConfirmSettlementRequest))]
[JsonSerializable(typeof(RejectSettlementRequest))]
[JsonSerializable(typeof(SubmitSignatureRequest))]
[JsonSerializable(typeof(DepositInstructionsView))]
[JsonSerializable(typeof(SignatureView))]
[JsonSerializable(typeof(MintRequest))]
[JsonSerializable(typeof(MintedBody))]
[JsonSerializable(typeof(AdvanceClockRequest))]
[JsonSerializable(typeof(ClockBody))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(SettlementView))]
[JsonSerializable(typeof(PageBody<SettlementView>))]
[JsonSerializable(typeof(PageBody<EventView>))]
[JsonSerializable(typeof(TemplateView))]
[JsonSerializable(typeof(PageBody<TemplateView>))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(PageBody<WebhookBody>))]
[JsonSerializable(typeof(QueuedEventBody))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(ErrorPage))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(IssuedTokenBody))]
[JsonSerializable(typeof(TokenErrorBody))]
[JsonSerializable(typeof(KeySetBody))]
[JsonSerializable(typeof(IssuerMetadataBody))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(int))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>For writing: names and texts of people are escaped as JSON demands and no further.</summary>
    public static ApiJson Written { get; } = new(Configure(new JsonSerializerOptions()));

    /// <summary>Gives options the same form.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new UtcTimeConverter());
        return options;
    }
}
