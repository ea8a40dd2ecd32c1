using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Receivers;
using Keystone.Webhooks.Endpoints;
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

    static async Task<Created<WebhookBody>> CreateAsync(HttpContext context, ManageReceivers receivers)
    {
        RequestBody<CreateWebhookRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateWebhookRequest);
        CreatedReceiver made = Require(await receivers.CreateAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Endpoint.Id}", WebhookBody.Of(made.Endpoint) with { Secret = made.Secret });
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

    static async Task<Ok<WebhookBody>> UpdateAsync(HttpContext context, EndpointStore store, ManageReceivers receivers, string id)
    {
        Endpoint endpoint = await FindAsync(context, store, id);
        RequestBody<UpdateWebhookRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdateWebhookRequest);
        endpoint = Require(await receivers.UpdateAsync(context.Caller(), endpoint, body.Value, body.Names.Contains("description"), body.Faults, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(WebhookBody.Of(endpoint));
    }

    static async Task<Results<NoContent, Problem>> DeleteAsync(HttpContext context, ManageReceivers receivers, string id) =>
        await receivers.DeleteAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted) is { } error ? new Problem(error) : TypedResults.NoContent();

    static async Task<Accepted<QueuedEventBody>> TestAsync(HttpContext context, EndpointStore store, ManageReceivers receivers, string id) =>
        TypedResults.Accepted((string?)null, new QueuedEventBody(Require(await receivers.TestAsync(context.Caller(), await FindAsync(context, store, id), context.RequestAborted))));

    static async Task<Ok<WebhookBody>> RotateAsync(HttpContext context, EndpointStore store, ManageReceivers receivers, string id)
    {
        Endpoint endpoint = await FindAsync(context, store, id);
        RequestBody<RotateSecretRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RotateSecretRequest);
        CreatedReceiver rotated = Require(await receivers.RotateAsync(context.Caller(), endpoint, body.Value, body.Faults, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(WebhookBody.Of(rotated.Endpoint) with { NewSecret = rotated.Secret, PreviousSecretValidUntil = rotated.Endpoint.UpdatedAt + EndpointStore.RotationOverlap });
    }

    /// <exception cref="Refusal">There is no value.</exception>
    static T Require<T>(Result<T> result) where T : class => result.Value ?? throw new Refusal(result.Error!);

    /// <exception cref="Refusal">404.</exception>
    internal static async Task<Endpoint> FindAsync(HttpContext context, EndpointStore store, string id) =>
        await store.FindAsync(context.Caller().EnvironmentId, PathId.Read(id, What), context.RequestAborted) ?? throw Refusal.NotFound(What);
}
