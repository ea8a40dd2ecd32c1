using System.Text.Json.Serialization;
using Keystone.Client.Models;

namespace Keystone.Client;

/// <summary>JSON of every body.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(IssuedToken))]
[JsonSerializable(typeof(TokenError))]
[JsonSerializable(typeof(KeySet))]
[JsonSerializable(typeof(IssuerMetadata))]
[JsonSerializable(typeof(ErrorPage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(CreateSettlementRequest))]
[JsonSerializable(typeof(ConfirmSettlementRequest))]
[JsonSerializable(typeof(RejectSettlementRequest))]
[JsonSerializable(typeof(Settlement))]
[JsonSerializable(typeof(SettlementPage))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(DepositInstructions))]
[JsonSerializable(typeof(SubmitSignatureRequest))]
[JsonSerializable(typeof(Signature))]
[JsonSerializable(typeof(MintRequest))]
[JsonSerializable(typeof(Minted))]
[JsonSerializable(typeof(AdvanceClockRequest))]
[JsonSerializable(typeof(Clock))]
[JsonSerializable(typeof(Template))]
[JsonSerializable(typeof(TemplatePage))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(WebhookPage))]
[JsonSerializable(typeof(QueuedEvent))]
internal sealed partial class ClientJson : JsonSerializerContext;
