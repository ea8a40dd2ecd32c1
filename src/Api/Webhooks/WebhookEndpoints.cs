using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Keystone.Webhooks.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Endpoint = Keystone.Webhooks.Endpoints.Endpoint;

namespace Keystone.Api.Webhooks;

/// <summary><c>/v1/platforms/me/webhooks</c>: the receivers of the caller's environment.</summary>
internal static class WebhookEndpoints
{
    const string Path = "/v1/platforms/me/webhooks", Scope = Scopes.WebhooksManage, What = "Webhook endpoint";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scope).WithTags("webhooks");
        group.MapPost("", CreateAsync).WithName("createWebhook").WithSummary("Register a receiver of webhooks")
            .WithDescription("The answer holds the secret that signs the webhooks; no later answer does.")
            .WithBody<CreateWebhookRequest>(Examples.CreateWebhook).WithErrors(ErrorCodes.WebhookLimitReached, ErrorCodes.WebhookUrlTaken, ErrorCodes.ValidationFailed);
        group.MapGet("", ListAsync).WithName("listWebhooks").WithSummary("List the receivers of your environment")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).WithName("getWebhook").WithSummary("Read a receiver").WithErrors(ErrorCodes.NotFound);
        group.MapPatch("{id}", UpdateAsync).WithName("updateWebhook").WithSummary("Change a receiver")
            .WithBody<UpdateWebhookRequest>(Examples.UpdateWebhook).WithErrors(ErrorCodes.NotFound, ErrorCodes.WebhookUrlTaken, ErrorCodes.ValidationFailed);
        group.MapDelete("{id}", DeleteAsync).WithName("deleteWebhook").WithSummary("Remove a receiver").WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/test", TestAsync).WithName("testWebhook").WithSummary("Send a test event to a receiver").WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/rotate-secret", RotateAsync).WithName("rotateWebhookSecret").WithSummary("Give a receiver a new secret")
            .WithDescription("The new secret signs at once; for a day the old one signs too, in X-Keystone-Signature-Previous and in webhook-signature.")
            .WithBody<RotateSecretRequest>(Examples.RotateSecret, required: false).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        DeliveryEndpoints.Map(group);
    }

    static async Task<Created<WebhookBody>> CreateAsync(HttpContext context, EndpointStore store, WebhookRules webhooks, TimeProvider time)
    {
        Caller caller = context.Caller();
        RequestBody<CreateWebhookRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateWebhookRequest);
        MemberRules rules = new(body.Faults);
        string? url = webhooks.Url(rules, body.Value.Url, caller, required: true);
        string? description = rules.Text("description", body.Value.Description);
        string[]? events = WebhookRules.Events(rules, body.Value.Events, body.Value.EventTypes);
        if (body.Value.Events is null && body.Value.EventTypes is null && !rules.IsBad("event_types"))
            rules.Missing("events");
        string? secret = WebhookRules.Secret(rules, body.Value.Secret);
        bool mutual = webhooks.MutualTls(rules, body.Value.MutualTls, url);
        Refusal.ThrowIfAny(body.Faults);

        DateTimeOffset now = Now(time);
        secret ??= Signature.NewSecret();
        Endpoint endpoint = new(Guid.CreateVersion7(now), caller.EnvironmentId, url!, description, events!, true, Signature.IsStandard(secret), null, now, now)
        {
            StrictOrder = body.Value.StrictOrder == true,
            MutualTls = mutual,
        };
        Require(await store.InsertAsync(endpoint, RequestMiddleware.ApiVersion, secret, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{endpoint.Id}", WebhookBody.Of(endpoint) with { Secret = secret });
    }

    static async Task<Ok<PageBody<WebhookBody>>> ListAsync(HttpContext context, EndpointStore store)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<Endpoint> items, long total) = await store.ListAsync(context.Caller().EnvironmentId, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<WebhookBody>([.. items.Select(WebhookBody.Of)], total)));
    }

    static async Task<Ok<WebhookBody>> GetAsync(HttpContext context, EndpointStore store, string id) =>
        TypedResults.Ok(WebhookBody.Of(await FindAsync(context, store, id)));

    static async Task<Ok<WebhookBody>> UpdateAsync(HttpContext context, EndpointStore store, WebhookRules webhooks, TimeProvider time, string id)
    {
        Endpoint endpoint = await FindAsync(context, store, id);
        RequestBody<UpdateWebhookRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdateWebhookRequest);
        MemberRules rules = new(body.Faults);
        string? url = webhooks.Url(rules, body.Value.Url, context.Caller(), required: false);
        string? description = rules.Text("description", body.Value.Description);
        string[]? events = WebhookRules.Events(rules, body.Value.Events, body.Value.EventTypes);
        bool mutual = webhooks.MutualTls(rules, body.Value.MutualTls ?? endpoint.MutualTls, url ?? endpoint.Url);
        Refusal.ThrowIfAny(body.Faults);
        endpoint = endpoint with
        {
            Url = url ?? endpoint.Url,
            Description = body.Names.Contains("description") ? description : endpoint.Description,
            Events = events ?? endpoint.Events,
            IsActive = body.Value.IsActive ?? endpoint.IsActive,
            DisabledReason = body.Value.IsActive == true ? null : endpoint.DisabledReason,
            UpdatedAt = Now(time),
            StrictOrder = body.Value.StrictOrder ?? endpoint.StrictOrder,
            MutualTls = mutual,
        };
        Require(await store.UpdateAsync(endpoint, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(WebhookBody.Of(endpoint));
    }

    static async Task<Results<NoContent, Problem>> DeleteAsync(HttpContext context, EndpointStore store, string id) =>
        await store.DeleteAsync(context.Caller().EnvironmentId, PathId.Read(id, What), context.RequestAborted)
            ? TypedResults.NoContent() : new Problem(DomainError.NotFound(What));

    static async Task<Accepted<QueuedEventBody>> TestAsync(HttpContext context, EndpointStore store, TimeProvider time, string id)
    {
        Endpoint endpoint = await FindAsync(context, store, id);
        DateTimeOffset now = Now(time);
        Guid message = Guid.CreateVersion7(now);
        string payload = MessageComposer.Test(message, now, RequestMiddleware.ApiVersion, endpoint.Id);
        await store.InsertTestAsync(endpoint, message, Guid.CreateVersion7(now), payload, now, context.RequestAborted);
        return TypedResults.Accepted((string?)null, new QueuedEventBody(DeliveryHeaders.EventId(message)));
    }

    static async Task<Ok<WebhookBody>> RotateAsync(HttpContext context, EndpointStore store, TimeProvider time, string id)
    {
        Endpoint endpoint = await FindAsync(context, store, id);
        RequestBody<RotateSecretRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RotateSecretRequest);
        string? secret = WebhookRules.Secret(new MemberRules(body.Faults), body.Value.Secret);
        Refusal.ThrowIfAny(body.Faults);
        secret ??= Signature.NewSecret();
        DateTimeOffset now = Now(time);
        await store.RotateAsync(endpoint.Id, secret, now, context.RequestAborted);
        body.ReportIgnored(context.Response);
        WebhookBody rotated = WebhookBody.Of(endpoint with { StandardScheme = Signature.IsStandard(secret), UpdatedAt = now });
        return TypedResults.Ok(rotated with { NewSecret = secret, PreviousSecretValidUntil = now + EndpointStore.RotationOverlap });
    }

    /// <exception cref="Refusal">409.</exception>
    static void Require(EndpointRefusal? refusal)
    {
        if (refusal is EndpointRefusal.TooMany)
            throw new Refusal(new DomainError(ErrorCodes.WebhookLimitReached, $"This environment has {EndpointStore.Most} webhook endpoints, which is the most. Remove one first."));
        if (refusal is EndpointRefusal.UrlTaken)
            throw new Refusal(new DomainError(ErrorCodes.WebhookUrlTaken, "Another webhook endpoint of this environment has this URL. Change that one."));
    }

    /// <exception cref="Refusal">404.</exception>
    internal static async Task<Endpoint> FindAsync(HttpContext context, EndpointStore store, string id) =>
        await store.FindAsync(context.Caller().EnvironmentId, PathId.Read(id, What), context.RequestAborted) ?? throw Refusal.NotFound(What);

    // Postgres keeps microseconds; the first answer and later ones show the same time.
    static DateTimeOffset Now(TimeProvider time) => new(time.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);
}
