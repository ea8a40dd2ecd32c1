using System.Text.Json.Nodes;
using Keystone.Api.Conduct;
using Keystone.Api.Identity;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Endpoints;
using Endpoint = Keystone.Webhooks.Endpoints.Endpoint;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Webhooks;

/// <summary><c>/v1/platforms/me/webhooks</c>: the receivers of the caller's environment.</summary>
internal sealed class EndpointResource(EndpointStore store, IOptions<WebhookOptions> options, TimeProvider time)
{
    const string Scope = "platform:webhooks:manage";

    public static void Map(IEndpointRouteBuilder routes, EndpointResource resource)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/platforms/me/webhooks").RequireScope(Scope);
        group.MapPost("", (RequestDelegate)resource.CreateAsync);
        group.MapGet("", (RequestDelegate)resource.ListAsync);
        group.MapGet("{id}", (RequestDelegate)resource.GetAsync);
        group.MapPatch("{id}", (RequestDelegate)resource.PatchAsync);
        group.MapDelete("{id}", (RequestDelegate)resource.DeleteAsync);
        group.MapPost("{id}/test", (RequestDelegate)resource.TestAsync);
        group.MapPost("{id}/rotate-secret", (RequestDelegate)resource.RotateAsync);
    }

    async Task CreateAsync(HttpContext context)
    {
        Caller caller = context.Caller();
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        string? url = ReadUrl(body, caller, required: true);
        string? description = body.Text("description");
        string[]? events = ReadEvents(body);
        if (!body.Has("events") && !body.Has("event_types"))
            body.Bad("events", "missing", "This member is required.");
        string? secret = ReadSecret(body);
        body.Done();
        body.Faults.ThrowIfAny();

        DateTimeOffset now = Now();
        secret ??= Signature.NewSecret();
        Endpoint endpoint = new(Guid.CreateVersion7(now), caller.EnvironmentId, url!, description, events!, true, Signature.IsStandard(secret), null, now, now);
        await store.InsertAsync(endpoint, ConductMiddleware.ApiVersion, secret, context.RequestAborted);
        body.TellIgnored(context.Response);
        context.Response.Headers.Location = $"/v1/platforms/me/webhooks/{endpoint.Id}";
        await Answer.WriteAsync(context, 201, ToJson(endpoint, "secret", secret));
    }

    async Task ListAsync(HttpContext context)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        faults.ThrowIfAny();
        (IReadOnlyList<Endpoint> items, long total) = await store.ListAsync(context.Caller().EnvironmentId, paging.Limit, paging.Offset, context.RequestAborted);
        await Answer.WriteAsync(context, 200, paging.Envelope(items.Select(e => ToJson(e)), total));
    }

    async Task GetAsync(HttpContext context) => await Answer.WriteAsync(context, 200, ToJson(await FindAsync(context)));

    async Task PatchAsync(HttpContext context)
    {
        Endpoint endpoint = await FindAsync(context);
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        string? url = ReadUrl(body, context.Caller(), required: false);
        string? description = body.Text("description");
        string[]? events = ReadEvents(body);
        bool? active = body.Boolean("is_active");
        body.Done();
        body.Faults.ThrowIfAny();
        endpoint = endpoint with
        {
            Url = url ?? endpoint.Url,
            Description = body.Element.TryGetProperty("description", out _) ? description : endpoint.Description,
            Events = events ?? endpoint.Events,
            IsActive = active ?? endpoint.IsActive,
            DisabledReason = active == true ? null : endpoint.DisabledReason,
            UpdatedAt = Now(),
        };
        await store.UpdateAsync(endpoint, context.RequestAborted);
        body.TellIgnored(context.Response);
        await Answer.WriteAsync(context, 200, ToJson(endpoint));
    }

    async Task DeleteAsync(HttpContext context)
    {
        if (!await store.DeleteAsync(context.Caller().EnvironmentId, PathId.Read(context, "Webhook endpoint"), context.RequestAborted))
            throw Refusal.NotFound("Webhook endpoint");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    async Task TestAsync(HttpContext context)
    {
        Endpoint endpoint = await FindAsync(context);
        DateTimeOffset now = Now();
        Guid message = Guid.CreateVersion7(now);
        string id = DeliveryHeaders.EventId(message);
        JsonObject payload = new()
        {
            ["event"] = "webhook.test",
            ["type"] = "webhook.test",
            ["id"] = id,
            ["timestamp"] = Times.Text(now),
            ["api_version"] = ConductMiddleware.ApiVersion,
            ["data"] = new JsonObject { ["endpoint_id"] = endpoint.Id.ToString() },
        };
        await store.InsertTestAsync(endpoint, message, Guid.CreateVersion7(now), payload.ToJsonString(), now, context.RequestAborted);
        await Answer.WriteAsync(context, 202, new JsonObject { ["event_id"] = id });
    }

    async Task RotateAsync(HttpContext context)
    {
        Endpoint endpoint = await FindAsync(context);
        ObjectReader body = await BodyReader.ReadObjectAsync(context);
        string? secret = ReadSecret(body);
        body.Done();
        body.Faults.ThrowIfAny();
        secret ??= Signature.NewSecret();
        DateTimeOffset now = Now();
        await store.RotateAsync(endpoint.Id, secret, now, context.RequestAborted);
        body.TellIgnored(context.Response);
        JsonObject answer = ToJson(endpoint with { StandardScheme = Signature.IsStandard(secret), UpdatedAt = now }, "new_secret", secret);
        answer["previous_secret_valid_until"] = Times.Text(now + EndpointStore.RotationOverlap);
        await Answer.WriteAsync(context, 200, answer);
    }

    async Task<Endpoint> FindAsync(HttpContext context) =>
        await store.FindAsync(context.Caller().EnvironmentId, PathId.Read(context, "Webhook endpoint"), context.RequestAborted)
        ?? throw Refusal.NotFound("Webhook endpoint");

    // Postgres keeps microseconds; what was said and what is read later are the same.
    DateTimeOffset Now() => new(time.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);

    string? ReadUrl(ObjectReader body, Caller caller, bool required)
    {
        if (body.Text("url", required, max: 2048) is not { } text)
            return null;
        bool lax = options.Value.AllowPrivateTargets && caller.EnvironmentKind == "sandbox";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0 || url.UserInfo.Length > 0 || url.Fragment.Length > 0
            || (url.Scheme != "https" && !(lax && url.Scheme == "http")))
            return body.Bad("url", "invalid_url", lax
                ? "Use an http or https URL without user name and fragment."
                : "Use an https URL without user name and fragment.");
        if (!lax && System.Net.IPAddress.TryParse(url.Host.Trim('[', ']'), out System.Net.IPAddress? address) && !Keystone.Webhooks.Sending.TargetRules.IsPublic(address))
            return body.Bad("url", "private_address", "The address must be on the public internet.");
        return text;
    }

    static string[]? ReadEvents(ObjectReader body)
    {
        string[]? events = body.Texts("events", 64), types = body.Texts("event_types", 64);
        if (events is not null && types is not null && !events.ToHashSet().SetEquals(types))
        {
            body.Bad("event_types", "contradiction", "events and event_types differ; send one of them.");
            return null;
        }
        string name = events is null ? "event_types" : "events";
        events ??= types;
        for (int i = 0; i < events?.Length; i++)
            if (!EventPattern.IsKnown(events[i]))
                body.Faults.Add($"{body.At(name)}/{i}", "unknown_event", $"Unknown event. Use one of: {string.Join(", ", EventPattern.Known)}.");
        return events?.Distinct().ToArray();
    }

    static string? ReadSecret(ObjectReader body)
    {
        string? secret = body.Text("secret", min: 16, max: 128);
        return secret is null || secret.All(c => c is > ' ' and <= '~') ? secret : body.Bad("secret", "invalid_secret", "Use 16 to 128 printable ASCII characters.");
    }

    static JsonObject ToJson(Endpoint endpoint, string? secretName = null, string? secret = null)
    {
        JsonObject json = new()
        {
            ["id"] = endpoint.Id.ToString(),
            ["url"] = endpoint.Url,
            ["description"] = endpoint.Description,
            ["events"] = Array(endpoint.Events),
            ["event_types"] = Array(endpoint.Events),
            ["is_active"] = endpoint.IsActive,
            ["disabled_reason"] = endpoint.DisabledReason,
        };
        if (secretName is not null)
            json[secretName] = secret;
        json["signature_schemes"] = Array(endpoint.StandardScheme ? ["x-keystone-signature", "standard-webhooks-v1"] : ["x-keystone-signature"]);
        json["created_at"] = Times.Text(endpoint.CreatedAt);
        json["updated_at"] = Times.Text(endpoint.UpdatedAt);
        return json;
    }

    static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
