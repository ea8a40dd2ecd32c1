using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Webhooks.Messages;

/// <summary>A webhook as it is sent. <c>event</c> and <c>type</c> are the same; <c>sequence</c> is absent where there is no settlement.</summary>
internal sealed record MessageBody<T>(
    string Event, string Type, string Id, string Timestamp, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Sequence, string ApiVersion, T Data);

/// <summary>Data of <c>settlement.state.*</c>.</summary>
internal sealed record StateData(
    Guid SettlementId, string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PreviousState, string SettlementType,
    string Timestamp, string? ExternalReference, int SettlementSequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Retreat,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MessageFailureData? Failure);

/// <summary>Why a settlement failed.</summary>
internal sealed record MessageFailureData(string Code, string Message);

/// <summary>Data of <c>settlement.confirmation_required</c>.</summary>
internal sealed record ConfirmationData(
    Guid SettlementId, string Role, string? WalletAddressHint, string? CounterpartyReference, IReadOnlyList<MessageLeg> Legs, InitiatorData Initiator,
    string ConfirmBy, string TimeoutAt, int SettlementSequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepoData? Repo);

/// <summary>Of the opening of a repo: whoever confirms it confirms the closing, too.</summary>
internal sealed record RepoData(string MaturityAt, string RepaymentAmount, string? RepoRate, bool CloseIsConfirmed);

/// <summary>Data of <c>instruction.*</c>.</summary>
internal sealed record InstructionData(
    Guid InstructionId, string TradeReference, string Role, string Status, Guid? SettlementId, IsoData Iso, IReadOnlyList<InstructionMismatch> Mismatches, string Timestamp);

/// <summary>Status and reason in the words of ISO 20022.</summary>
internal sealed record IsoData(string Status, string? Reason);

/// <summary>The platform that made a settlement.</summary>
internal sealed record InitiatorData(string PlatformSlug, string PlatformName);

/// <summary>Data of <c>settlement.party.*</c>.</summary>
internal sealed record PartyData(Guid SettlementId, string Role, string PlatformSlug, string Status, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>settlement.hold.*</c>.</summary>
internal sealed record HoldData(Guid SettlementId, string PlatformSlug, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>settlement.action_required</c>.</summary>
internal sealed record ActionData(Guid SettlementId, string State, string? ExternalReference, string ActBy, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>settlement.cancel_requested</c>; <c>effective</c> is false while another platform has to ask too.</summary>
internal sealed record CancelData(Guid SettlementId, string PlatformSlug, bool Effective, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>settlement.leg.*</c>.</summary>
internal sealed record LegData(
    Guid SettlementId, Guid LegId, int LegIndex, string LegType, string Status, string? Transaction, string Timestamp, int SettlementSequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Retreat,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cause);

/// <summary>Data of <c>settlement.rollback.*</c>.</summary>
internal sealed record RollbackData(Guid SettlementId, string Cause, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>settlement.compliance.flagged</c>.</summary>
internal sealed record FlaggedData(Guid SettlementId, IReadOnlyList<string> Roles, IReadOnlyList<StoppedParty> Parties, string Timestamp, int SettlementSequence);

/// <summary>Data of <c>webhook.*</c>.</summary>
internal sealed record EndpointData(Guid EndpointId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);

/// <summary>JSON of the webhooks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MessageBody<StateData>))]
[JsonSerializable(typeof(MessageBody<ConfirmationData>))]
[JsonSerializable(typeof(MessageBody<PartyData>))]
[JsonSerializable(typeof(MessageBody<CancelData>))]
[JsonSerializable(typeof(MessageBody<HoldData>))]
[JsonSerializable(typeof(MessageBody<ActionData>))]
[JsonSerializable(typeof(MessageBody<LegData>))]
[JsonSerializable(typeof(MessageBody<RollbackData>))]
[JsonSerializable(typeof(MessageBody<FlaggedData>))]
[JsonSerializable(typeof(MessageBody<EndpointData>))]
[JsonSerializable(typeof(MessageBody<InstructionData>))]
internal sealed partial class MessageJson : JsonSerializerContext
{
    // Names are text of users: escaped only where JSON requires it, so that bodies remain readable.
    public static MessageJson Written { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
