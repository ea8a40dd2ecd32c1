using Keystone.Api.Http;
using Keystone.Api.OpenApi;
using Keystone.Postgres;
using Keystone.Settlements.Errors;
using Keystone.Webhooks;
using Keystone.Webhooks.Endpoints;
using Keystone.Webhooks.History;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Endpoint = Keystone.Webhooks.Endpoints.Endpoint;

namespace Keystone.Api.Webhooks;

/// <summary>What was sent to the receivers of the caller's environment, and sending it again.</summary>
internal static class DeliveryEndpoints
{
    const string What = "Webhook delivery";

    static readonly QueryParameter Status = QueryParameter.OneOf("status", "Only deliveries of this status.", "waiting", "delivered", "failed");

    static readonly QueryParameter[] Filters =
    [
        Status,
        QueryParameter.Text("event", "Only deliveries of events of this name."),
        QueryParameter.Text("event_id", "Only deliveries of this event: evt_ and 32 hexadecimal digits."),
        QueryParameter.Text("settlement_id", "Only deliveries of events of this settlement; UUID."),
        QueryParameter.Time("from", "Only deliveries made at that time or later."),
        QueryParameter.Time("to", "Only deliveries made before that time."),
    ];

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("{id}/deliveries", ListAsync).WithName("listWebhookDeliveries").WithSummary("List what was sent to a receiver, newest first")
            .WithQuery([.. Paging.Parameters, .. Filters]).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapGet("{id}/deliveries/{delivery_id}", GetAsync).WithName("getWebhookDelivery").WithSummary("Read a delivery with what was sent and every answer")
            .WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/deliveries/{delivery_id}/replay", ReplayOneAsync).WithName("replayWebhookDelivery").WithSummary("Send the event of a delivery again")
            .WithDescription("The same bytes under the same webhook-id, signed anew. Whether it succeeds says nothing of the receiver's health: it neither disables the receiver nor clears its failures.")
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.WebhookInactive);
        group.MapPost("{id}/replay", ReplayManyAsync).WithName("replayWebhooks").WithSummary("Send the events of a settlement or of a time again")
            .WithDescription("Every event of your environment that the receiver's patterns cover, in the order in which they happened, whether it was sent before or not; at most 10,000 at once. " +
                "They neither disable the receiver nor clear its failures.")
            .WithBody<ReplayRequest>(Examples.ReplayWebhooks).WithErrors(ErrorCodes.NotFound, ErrorCodes.WebhookInactive, ErrorCodes.ValidationFailed);
    }

    static async Task<Ok<PageBody<DeliveryBody>>> ListAsync(HttpContext context, EndpointStore store, DeliveryHistory history, string id)
    {
        Endpoint endpoint = await WebhookEndpoints.FindAsync(context, store, id);
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        DeliveryFilter filter = ReadFilter(context.Request.Query, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<DeliveryRecord> items, long total) = await history.ListAsync(endpoint.Id, filter, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<DeliveryBody>([.. items.Select(DeliveryBody.Of)], Math.Min(total, 10_000), total > 10_000)));
    }

    static async Task<Ok<DeliveryBody>> GetAsync(HttpContext context, EndpointStore store, DeliveryHistory history, string id, string delivery_id)
    {
        Endpoint endpoint = await WebhookEndpoints.FindAsync(context, store, id);
        DeliveryDetails details = await history.FindAsync(endpoint.Id, PathId.Read(delivery_id, What), context.RequestAborted) ?? throw Refusal.NotFound(What);
        return TypedResults.Ok(DeliveryBody.Of(details, endpoint.Url));
    }

    static async Task<Accepted<QueuedReplayBody>> ReplayOneAsync(
        HttpContext context, EndpointStore store, DeliveryHistory history, WakeSignals signals, TimeProvider time, string id, string delivery_id)
    {
        Endpoint endpoint = await WebhookEndpoints.FindAsync(context, store, id);
        Guid delivery = PathId.Read(delivery_id, What);
        if (await history.FindAsync(endpoint.Id, delivery, context.RequestAborted) is null) throw Refusal.NotFound(What);
        RequireActive(endpoint);
        return Queued(await history.ReplayAsync(endpoint.Id, delivery, time.GetUtcNow(), context.RequestAborted), signals);
    }

    static async Task<Accepted<QueuedReplayBody>> ReplayManyAsync(
        HttpContext context, EndpointStore store, DeliveryHistory history, WakeSignals signals, TimeProvider time, string id)
    {
        Endpoint endpoint = await WebhookEndpoints.FindAsync(context, store, id);
        RequestBody<ReplayRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.ReplayRequest);
        ReplaySelection selection = ReadSelection(body.Value, new MemberRules(body.Faults), time.GetUtcNow());
        Refusal.ThrowIfAny(body.Faults);
        RequireActive(endpoint);
        if (await history.ReplayAsync(endpoint, selection, time.GetUtcNow(), context.RequestAborted) is not { } queued)
            throw new Refusal(DomainError.Validation([new Fault("/from", "too_many", $"More than {DeliveryHistory.MostReplayed} events match. Ask for a shorter time.")]));
        body.ReportIgnored(context.Response);
        return Queued(queued, signals);
    }

    static ReplaySelection ReadSelection(ReplayRequest request, MemberRules rules, DateTimeOffset now)
    {
        Guid? settlement = null;
        if (rules.Text("settlement_id", request.SettlementId, max: 64) is { } text)
            if (Guid.TryParseExact(text, "D", out Guid read)) settlement = read;
            else rules.Bad("settlement_id", "invalid_id", "Use a UUID.");
        DateTimeOffset? from = rules.Instant("from", request.From), to = rules.Instant("to", request.To);
        if (request.SettlementId is null && request.From is null && !rules.IsBad("settlement_id")) rules.Missing("from");
        if (from is { } begin && (to ?? now) <= begin) rules.Bad("to", "out_of_range", "to must lie after from, and from in the past.");
        return new ReplaySelection(settlement, from, to);
    }

    static DeliveryFilter ReadFilter(IQueryCollection query, Faults faults)
    {
        MemberRules rules = new(faults);
        Guid? settlement = null, message = null;
        if (Value("settlement_id") is { } id)
            if (Guid.TryParseExact(id, "D", out Guid read)) settlement = read;
            else rules.Bad("settlement_id", "invalid_id", "Use a UUID.");
        if (Value("event_id") is { } name)
            if (name.StartsWith("evt_", StringComparison.Ordinal) && Guid.TryParseExact(name[4..], "N", out Guid read)) message = read;
            else rules.Bad("event_id", "invalid_id", "Use evt_ and 32 hexadecimal digits.");
        string? named = rules.Text("event", Value("event"));
        if (named is not null && !EventPattern.IsEvent(named)) rules.Bad("event", "unknown_event", $"Unknown event. Use one of: {string.Join(", ", EventPattern.Events)}.");
        return new DeliveryFilter(Status.Read(query, faults), named, settlement, message,
            rules.Instant("from", Value("from")), rules.Instant("to", Value("to")));

        string? Value(string parameter) => query.TryGetValue(parameter, out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null;
    }

    static Accepted<QueuedReplayBody> Queued(int queued, WakeSignals signals)
    {
        signals.Raise(WakeSignals.Deliveries);
        return TypedResults.Accepted((string?)null, new QueuedReplayBody(queued));
    }

    /// <exception cref="Refusal">409: nothing is sent to an endpoint that is switched off, so nothing is queued for it.</exception>
    static void RequireActive(Endpoint endpoint)
    {
        if (!endpoint.IsActive)
            throw new Refusal(new DomainError(ErrorCodes.WebhookInactive, "This webhook endpoint is switched off. Set is_active to true first."));
    }
}
