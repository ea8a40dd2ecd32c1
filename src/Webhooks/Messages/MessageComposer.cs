using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Keystone.Postgres;
using Keystone.Webhooks.Delivery;

namespace Keystone.Webhooks.Messages;

/// <summary>Composes the bodies of webhooks. Pure: the same arguments give the same bytes.</summary>
public static class MessageComposer
{
    const string ConfirmationRequired = "settlement.confirmation_required";

    const string TestEvent = "webhook.test";

    /// <summary>Name of the event of an endpoint that was switched off.</summary>
    public const string EndpointDisabledEvent = "webhook.endpoint.disabled";

    const string NeutralFailure = "Not completed.";

    /// <summary>The name of the event of a state: <c>settlement.state.</c> and the state in lower case.</summary>
    public static string StateEvent(string state)
    {
        ArgumentException.ThrowIfNullOrEmpty(state);
        // Event names are lower case on the wire.
#pragma warning disable CA1308
        return "settlement.state." + state.ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>A settlement entered a state.</summary>
    public static ComposedMessage State(MessageEnvelope envelope, StateChange change)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(change);
        MessageFailureData? failure = change.Failure is not { } why ? null
            : new MessageFailureData(why.Code, why.Code == "compliance" ? NeutralFailure : why.Message);
        return Compose(envelope, StateEvent(change.State), change.SettlementId, MessageJson.Written.MessageBodyStateData, new StateData(
            change.SettlementId, change.State, change.PreviousState, change.SettlementType, Time(envelope.At), change.ToInitiator ? change.ExternalReference : null,
            envelope.Sequence, Retreat(change.Retreat), Cause(change.Retreat), failure));
    }

    /// <summary>A party has to be confirmed. For the environment of that party only.</summary>
    public static ComposedMessage Confirmation(MessageEnvelope envelope, ConfirmationRequest request)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(request);
        return Compose(envelope, ConfirmationRequired, request.SettlementId, MessageJson.Written.MessageBodyConfirmationData, new ConfirmationData(
            request.SettlementId, request.Role, request.WalletAddressHint, request.CounterpartyReference,
            [.. request.Legs.Select(leg => leg with { LegType = LegType(envelope, leg.LegType) })],
            new InitiatorData(request.InitiatorSlug, request.InitiatorName), Time(request.ConfirmBy), Time(request.TimeoutAt), envelope.Sequence,
            request.Repo is { } repo ? new RepoData(Time(repo.MaturityAt), repo.RepaymentAmount, repo.Rate, true) : null));
    }

    /// <summary>A counterparty confirmed or rejected. Who that is was named by the initiator; wallets, names and reasons are read with the settlement.</summary>
    public static ComposedMessage Party(MessageEnvelope envelope, PartyAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(answer);
        string status = answer.Confirmed ? "confirmed" : "rejected";
        return Compose(envelope, "settlement.party." + status, answer.SettlementId, MessageJson.Written.MessageBodyPartyData, new PartyData(
            answer.SettlementId, answer.Role, answer.PlatformSlug, status, Time(envelope.At), envelope.Sequence));
    }

    /// <summary>A platform asked for the end of a settlement. Its reason is read with the settlement.</summary>
    public static ComposedMessage Cancel(MessageEnvelope envelope, CancelRequested request)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(request);
        return Compose(envelope, "settlement.cancel_requested", request.SettlementId, MessageJson.Written.MessageBodyCancelData,
            new CancelData(request.SettlementId, request.PlatformSlug, request.IsEffective, Time(envelope.At), envelope.Sequence));
    }

    /// <summary>A platform holds a settlement, or released its hold. Its reason is read by itself alone.</summary>
    /// <param name="envelope">Of the message.</param>
    /// <param name="settlementId">The settlement.</param>
    /// <param name="platformSlug">Whose hold it is.</param>
    /// <param name="placed">True when it was placed, false when it was released.</param>
    public static ComposedMessage Hold(MessageEnvelope envelope, Guid settlementId, string platformSlug, bool placed)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Compose(envelope, placed ? "settlement.hold.placed" : "settlement.hold.released", settlementId, MessageJson.Written.MessageBodyHoldData,
            new HoldData(settlementId, platformSlug, Time(envelope.At), envelope.Sequence));
    }

    /// <summary>A step is to be done by the platform that instructed, and its result reported. For the environment of that platform only.</summary>
    public static ComposedMessage Action(MessageEnvelope envelope, ActionRequest request)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(request);
        return Compose(envelope, "settlement.action_required", request.SettlementId, MessageJson.Written.MessageBodyActionData,
            new ActionData(request.SettlementId, request.State, request.ExternalReference, Time(request.ActBy), Time(envelope.At), envelope.Sequence));
    }

    /// <summary>A leg was deposited, withdrawn or refunded.</summary>
    public static ComposedMessage Leg(MessageEnvelope envelope, LegChange change)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(change);
        return Compose(envelope, change.Event, change.SettlementId, MessageJson.Written.MessageBodyLegData, new LegData(
            change.SettlementId, change.LegId, change.Index, LegType(envelope, change.LegType), change.Status, change.Transaction, Time(envelope.At), envelope.Sequence,
            Retreat(change.Retreat), Cause(change.Retreat)));
    }

    /// <summary>A rollback began, or was abandoned because the swap had been executed.</summary>
    public static ComposedMessage Rollback(MessageEnvelope envelope, string name, Guid settlementId, string cause)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return Compose(envelope, name, settlementId, MessageJson.Written.MessageBodyRollbackData,
            new RollbackData(settlementId, cause, Time(envelope.At), envelope.Sequence));
    }

    /// <summary>Screening flagged a party, and a person has to decide. Sent only to the environment that the party belongs to.</summary>
    public static ComposedMessage Flagged(MessageEnvelope envelope, Guid settlementId, IReadOnlyList<StoppedParty> parties)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(parties);
        return Compose(envelope, "settlement.compliance.flagged", settlementId, MessageJson.Written.MessageBodyFlaggedData,
            new FlaggedData(settlementId, [.. parties.Select(party => party.Role).Distinct()], parties, Time(envelope.At), envelope.Sequence));
    }

    /// <summary>Something became of an instruction of the receiving environment. It belongs to no settlement yet, or names the one that it became.</summary>
    public static string Instruction(Guid id, string type, DateTimeOffset at, string apiVersion, InstructionNews news)
    {
        ArgumentNullException.ThrowIfNull(news);
        return Body(id, type, at, null, apiVersion, MessageJson.Written.MessageBodyInstructionData, new InstructionData(
            news.InstructionId, news.TradeReference, news.Role, news.Status, news.SettlementId, new IsoData(news.IsoStatus, news.IsoReason), news.Mismatches, Time(at)));
    }

    /// <summary>Deliveries to an endpoint were stopped; sent to the other endpoints of its environment. It belongs to no settlement.</summary>
    public static string EndpointDisabled(Guid id, DateTimeOffset at, string apiVersion, Guid endpoint, string reason) =>
        Body(id, EndpointDisabledEvent, at, null, apiVersion, MessageJson.Written.MessageBodyEndpointData, new EndpointData(endpoint, reason));

    /// <summary>An event that an endpoint's owner asked for, to try the endpoint. It belongs to no settlement.</summary>
    public static string Test(Guid id, DateTimeOffset at, string apiVersion, Guid endpoint) =>
        Body(id, TestEvent, at, null, apiVersion, MessageJson.Written.MessageBodyEndpointData, new EndpointData(endpoint, null));

    /// <summary>The version of the API in which a leg of the type <c>asset</c> is called <c>asset_delivery</c>.</summary>
    public const string AssetDeliveryVersion = "2026-03-16";

    static string LegType(MessageEnvelope envelope, string type) => type == "asset" && envelope.ApiVersion == AssetDeliveryVersion ? "asset_delivery" : type;

    static bool? Retreat(bool retreat) => retreat ? true : null;

    static string? Cause(bool retreat) => retreat ? "reorg" : null;

    static ComposedMessage Compose<T>(MessageEnvelope envelope, string type, Guid settlement, JsonTypeInfo<MessageBody<T>> json, T data) =>
        new(envelope.Id, type, settlement, envelope.Sequence, Body(envelope.Id, type, envelope.At, envelope.Sequence, envelope.ApiVersion, json, data), envelope.At);

    static string Body<T>(Guid id, string type, DateTimeOffset at, int? sequence, string apiVersion, JsonTypeInfo<MessageBody<T>> json, T data) =>
        JsonSerializer.Serialize(new MessageBody<T>(type, type, DeliveryHeaders.EventId(id), Time(at), sequence, apiVersion, data), json);

    static string Time(DateTimeOffset at) => Timestamps.Seconds(at);
}
