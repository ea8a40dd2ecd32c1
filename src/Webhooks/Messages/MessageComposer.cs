using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Keystone.Webhooks.Delivery;

namespace Keystone.Webhooks.Messages;

/// <summary>Writes the bodies of webhooks. Pure: the same arguments give the same bytes.</summary>
public static class MessageComposer
{
    const string ConfirmationRequired = "settlement.confirmation_required";

    /// <summary>Name of the event of an endpoint that was switched off.</summary>
    public const string EndpointDisabledEvent = "webhook.endpoint.disabled";

    const string NeutralFailure = "Not completed.";

    // Names are people's own: escaped as JSON demands and no further, so that bodies stay readable.
    static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name of the event of a state: <c>settlement.state.</c> and the state in lower case.</summary>
    public static string StateEvent(string state)
    {
        ArgumentException.ThrowIfNullOrEmpty(state);
        // Event names are lower case on the wire.
#pragma warning disable CA1308
        return "settlement.state." + state.ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>A settlement came into a state.</summary>
    public static ComposedMessage State(MessageEnvelope envelope, StateChange change)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(change);
        return Compose(envelope, StateEvent(change.State), change.SettlementId, json =>
        {
            json.WriteString("settlement_id", change.SettlementId);
            json.WriteString("state", change.State);
            if (change.PreviousState is not null) json.WriteString("previous_state", change.PreviousState);
            json.WriteString("settlement_type", change.SettlementType);
            json.WriteString("timestamp", Time(envelope.At));
            json.WriteString("external_reference", change.ToInitiator ? change.ExternalReference : null);
            json.WriteNumber("settlement_sequence", envelope.Sequence);
            if (change.Retreat) WriteRetreat(json);
            if (change.Failure is { } failure)
            {
                json.WriteStartObject("failure");
                json.WriteString("code", failure.Code);
                json.WriteString("message", failure.Code == "compliance" ? NeutralFailure : failure.Message);
                json.WriteEndObject();
            }
        });
    }

    /// <summary>A party has to be confirmed. For the environment of that party only.</summary>
    public static ComposedMessage Confirmation(MessageEnvelope envelope, ConfirmationRequest request)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(request);
        return Compose(envelope, ConfirmationRequired, request.SettlementId, json =>
        {
            json.WriteString("settlement_id", request.SettlementId);
            json.WriteString("role", request.Role);
            json.WriteString("wallet_address_hint", request.WalletAddressHint);
            json.WriteString("counterparty_reference", request.CounterpartyReference);
            json.WriteStartArray("legs");
            foreach (MessageLeg leg in request.Legs) Write(json, leg);
            json.WriteEndArray();
            json.WriteStartObject("initiator");
            json.WriteString("platform_slug", request.InitiatorSlug);
            json.WriteString("platform_name", request.InitiatorName);
            json.WriteEndObject();
            json.WriteString("confirm_by", Time(request.ConfirmBy));
            json.WriteString("timeout_at", Time(request.TimeoutAt));
        });
    }

    /// <summary>A counterparty confirmed or rejected. Who that is was named by the initiator; wallets, names and reasons are read with the settlement.</summary>
    public static ComposedMessage Party(MessageEnvelope envelope, PartyAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(answer);
        string status = answer.Confirmed ? "confirmed" : "rejected";
        return Compose(envelope, "settlement.party." + status, answer.SettlementId, json =>
        {
            json.WriteString("settlement_id", answer.SettlementId);
            json.WriteString("role", answer.Role);
            json.WriteString("platform_slug", answer.PlatformSlug);
            json.WriteString("status", status);
            json.WriteString("timestamp", Time(envelope.At));
            json.WriteNumber("settlement_sequence", envelope.Sequence);
        });
    }

    /// <summary>A deposit arrived or left, or went back.</summary>
    public static ComposedMessage Leg(MessageEnvelope envelope, LegChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Compose(envelope, change.Event, change.SettlementId, json =>
        {
            json.WriteString("settlement_id", change.SettlementId);
            json.WriteString("leg_id", change.LegId);
            json.WriteNumber("leg_index", change.Index);
            json.WriteString("leg_type", change.LegType);
            json.WriteString("status", change.Status);
            json.WriteString("transaction", change.Transaction);
            json.WriteString("timestamp", Time(envelope.At));
            json.WriteNumber("settlement_sequence", envelope.Sequence);
            if (change.Retreat) WriteRetreat(json);
        });
    }

    /// <summary>A rollback began, or was given up because the swap turned out to have been executed.</summary>
    public static ComposedMessage Rollback(MessageEnvelope envelope, string name, Guid settlementId, string cause)
    {
        return Compose(envelope, name, settlementId, json =>
        {
            json.WriteString("settlement_id", settlementId);
            json.WriteString("cause", cause);
            json.WriteString("timestamp", Time(envelope.At));
            json.WriteNumber("settlement_sequence", envelope.Sequence);
        });
    }

    /// <summary>Screening wants a person's decision on a party. For the environment that speaks for the party only.</summary>
    public static ComposedMessage Flagged(MessageEnvelope envelope, Guid settlementId, IReadOnlyList<string> roles)
    {
        ArgumentNullException.ThrowIfNull(roles);
        return Compose(envelope, "settlement.compliance.flagged", settlementId, json =>
        {
            json.WriteString("settlement_id", settlementId);
            json.WriteStartArray("roles");
            foreach (string role in roles) json.WriteStringValue(role);
            json.WriteEndArray();
            json.WriteString("timestamp", Time(envelope.At));
        });
    }

    /// <summary>We stopped delivering to an endpoint; told to the others of its environment. It belongs to no settlement.</summary>
    public static string EndpointDisabled(Guid id, DateTimeOffset at, string apiVersion, Guid endpoint, string reason)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using (Utf8JsonWriter json = new(bytes, Format))
        {
            json.WriteStartObject();
            json.WriteString("event", EndpointDisabledEvent);
            json.WriteString("type", EndpointDisabledEvent);
            json.WriteString("id", DeliveryHeaders.EventId(id));
            json.WriteString("timestamp", Time(at));
            json.WriteString("api_version", apiVersion);
            json.WriteStartObject("data");
            json.WriteString("endpoint_id", endpoint);
            json.WriteString("reason", reason);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    static void WriteRetreat(Utf8JsonWriter json)
    {
        json.WriteBoolean("retreat", true);
        json.WriteString("cause", "reorg");
    }

    static void Write(Utf8JsonWriter json, MessageLeg leg)
    {
        json.WriteStartObject();
        json.WriteString("id", leg.Id);
        json.WriteString("leg_type", leg.LegType);
        json.WriteString("instrument_id", leg.InstrumentId);
        json.WriteString("quantity", leg.Quantity);
        json.WriteString("direction", leg.Direction);
        json.WriteString("party_role", leg.PartyRole);
        json.WriteString("recipient_role", leg.RecipientRole);
        json.WriteNumber("chain_id", leg.ChainId);
        json.WriteString("token_standard", leg.TokenStandard);
        json.WriteString("token_id", leg.TokenId);
        json.WriteString("amount", leg.Amount);
        json.WriteEndObject();
    }

    static ComposedMessage Compose(MessageEnvelope envelope, string type, Guid settlement, Action<Utf8JsonWriter> data)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using (Utf8JsonWriter json = new(bytes, Format))
        {
            json.WriteStartObject();
            json.WriteString("event", type);
            json.WriteString("type", type);
            json.WriteString("id", DeliveryHeaders.EventId(envelope.Id));
            json.WriteString("timestamp", Time(envelope.At));
            json.WriteNumber("sequence", envelope.Sequence);
            json.WriteString("api_version", envelope.ApiVersion);
            json.WriteStartObject("data");
            data(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new ComposedMessage(envelope.Id, type, settlement, envelope.Sequence, Encoding.UTF8.GetString(bytes.WrittenSpan), envelope.At);
    }

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
