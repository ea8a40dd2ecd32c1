using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Keystone.Api.Admin;
using Keystone.Api.Events;
using Keystone.Api.Http;
using Keystone.Api.OpenApi;
using Keystone.Api.Sandbox;
using Keystone.Api.Settlements;
using Keystone.Api.Templates;
using Keystone.Api.Tenants;
using Keystone.Api.Webhooks;
using Keystone.Compliance.Changes;
using Keystone.Hosting.Reports;
using Keystone.Identity.Environments;
using Keystone.Identity.IpRules;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Settlements.Actions;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Decide;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Events;
using Keystone.Settlements.Explain;
using Keystone.Settlements.Hold;
using Keystone.Settlements.Instructions;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Read;
using Keystone.Settlements.Receivers;
using Keystone.Settlements.Reject;
using Keystone.Settlements.Reporting;
using Keystone.Settlements.Statements;
using Keystone.Settlements.Templates;
using Keystone.Settlements.Wallets;

namespace Keystone.Api;

/// <summary>JSON of every request and response body.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(CreateSettlementRequest))]
[JsonSerializable(typeof(ConfirmSettlementRequest))]
[JsonSerializable(typeof(RejectSettlementRequest))]
[JsonSerializable(typeof(CancelSettlementRequest))]
[JsonSerializable(typeof(HoldRequest))]
[JsonSerializable(typeof(ActionResultRequest))]
[JsonSerializable(typeof(ComplianceDecisionRequest))]
[JsonSerializable(typeof(ExplainView))]
[JsonSerializable(typeof(PreviewBody))]
[JsonSerializable(typeof(SubmitSignatureRequest))]
[JsonSerializable(typeof(DepositInstructionsView))]
[JsonSerializable(typeof(SignatureView))]
[JsonSerializable(typeof(CreateDepositLinkRequest))]
[JsonSerializable(typeof(DepositLinkView))]
[JsonSerializable(typeof(PageBody<DepositLinkView>))]
[JsonSerializable(typeof(AdvanceClockRequest))]
[JsonSerializable(typeof(ClockBody))]
[JsonSerializable(typeof(MintRequest))]
[JsonSerializable(typeof(MintedBody))]
[JsonSerializable(typeof(CreateWebhookRequest))]
[JsonSerializable(typeof(UpdateWebhookRequest))]
[JsonSerializable(typeof(RotateSecretRequest))]
[JsonSerializable(typeof(SettlementView))]
[JsonSerializable(typeof(PageBody<SettlementView>))]
[JsonSerializable(typeof(PageBody<EventView>))]
[JsonSerializable(typeof(TemplateView))]
[JsonSerializable(typeof(PageBody<TemplateView>))]
[JsonSerializable(typeof(RegisterInstrumentRequest))]
[JsonSerializable(typeof(InstrumentView))]
[JsonSerializable(typeof(PageBody<InstrumentView>))]
[JsonSerializable(typeof(PageBody<StrayView>))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(PageBody<WebhookBody>))]
[JsonSerializable(typeof(QueuedEventBody))]
[JsonSerializable(typeof(DeliveryBody))]
[JsonSerializable(typeof(PageBody<DeliveryBody>))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(QueuedReplayBody))]
[JsonSerializable(typeof(FeedBody))]
[JsonSerializable(typeof(FailsReport))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(CreateTemplateRequest))]
[JsonSerializable(typeof(UpdateTemplateRequest))]
[JsonSerializable(typeof(ValidTemplateBody))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(SubmitInstructionRequest))]
[JsonSerializable(typeof(CancelInstructionRequest))]
[JsonSerializable(typeof(InstructionView))]
[JsonSerializable(typeof(PageBody<InstructionView>))]
[JsonSerializable(typeof(CreatePlatformRequest))]
[JsonSerializable(typeof(UpdatePlatformRequest))]
[JsonSerializable(typeof(CreateEnvironmentRequest))]
[JsonSerializable(typeof(UpdateEnvironmentRequest))]
[JsonSerializable(typeof(CreateCredentialRequest))]
[JsonSerializable(typeof(RotateCredentialRequest))]
[JsonSerializable(typeof(CreateIpRuleRequest))]
[JsonSerializable(typeof(InviteMemberRequest))]
[JsonSerializable(typeof(UpdateMemberRequest))]
[JsonSerializable(typeof(RegisterWalletRequest))]
[JsonSerializable(typeof(CreatedPlatformBody))]
[JsonSerializable(typeof(OwnPlatformBody))]
[JsonSerializable(typeof(PlatformEnvironmentView))]
[JsonSerializable(typeof(PageBody<PlatformEnvironmentView>))]
[JsonSerializable(typeof(CreatedEnvironmentBody))]
[JsonSerializable(typeof(CredentialBody))]
[JsonSerializable(typeof(PageBody<CredentialBody>))]
[JsonSerializable(typeof(IpRuleView))]
[JsonSerializable(typeof(PageBody<IpRuleView>))]
[JsonSerializable(typeof(MemberView))]
[JsonSerializable(typeof(PageBody<MemberView>))]
[JsonSerializable(typeof(InvitedMemberBody))]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(PageBody<WalletView>))]
[JsonSerializable(typeof(ActivityView))]
[JsonSerializable(typeof(PageBody<ActivityView>))]
[JsonSerializable(typeof(RetrySettlementRequest))]
[JsonSerializable(typeof(RollbackSettlementRequest))]
[JsonSerializable(typeof(EraseFieldsRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(AcknowledgeAlarmRequest))]
[JsonSerializable(typeof(PageBody<IntentView>))]
[JsonSerializable(typeof(PageBody<StuckSettlementBody>))]
[JsonSerializable(typeof(PipelineView))]
[JsonSerializable(typeof(TransitionsView))]
[JsonSerializable(typeof(OperatorSettlementView))]
[JsonSerializable(typeof(InterventionView))]
[JsonSerializable(typeof(ErasedFields))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(PageBody<PauseBody>))]
[JsonSerializable(typeof(ProvidersHealthBody))]
[JsonSerializable(typeof(NodesBody))]
[JsonSerializable(typeof(SendersBody))]
[JsonSerializable(typeof(AlarmView))]
[JsonSerializable(typeof(PageBody<AlarmView>))]
[JsonSerializable(typeof(ListChangeView))]
[JsonSerializable(typeof(PageBody<ListChangeView>))]
[JsonSerializable(typeof(PageBody<ChangedEntry>))]
[JsonSerializable(typeof(PageBody<TouchedSettlement>))]
[JsonSerializable(typeof(PlatformView))]
[JsonSerializable(typeof(PageBody<PlatformView>))]
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
