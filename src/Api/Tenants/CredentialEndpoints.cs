using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Identity.Credentials;
using Keystone.Identity.Errors;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/platforms/me/credentials</c>: the credentials of the caller's environment.</summary>
internal static class CredentialEndpoints
{
    const string Path = "/v1/platforms/me/credentials", Parameter = "client_id", Example = "YOUR_CLIENT_ID";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scopes.PlatformManage).WithTags("platform");
        group.MapGet("", ListAsync).WithName("listCredentials").WithSummary("List the credentials of your environment").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", CreateAsync).WithName("createCredential").WithSummary("Make a credential")
            .WithDescription("The answer holds the secret; no later answer does. Nobody gives a scope that he does not have.")
            .WithBody<CreateCredentialRequest>(TenantExamples.CreateCredential).WithErrors("credential_limit_reached", ErrorCodes.ValidationFailed);
        group.MapGet($"{{{Parameter}}}", GetAsync).WithName("getCredential").WithSummary("Read a credential").WithErrors(ErrorCodes.NotFound).WithPathExample(Parameter, Example);
        group.MapPost($"{{{Parameter}}}/rotate-secret", RotateAsync).WithName("rotateCredentialSecret").WithSummary("Give a credential a new secret")
            .WithDescription("The present secret stays valid for overlap_seconds; one that was replaced before ends at once. Two are valid at most.")
            .WithBody<RotateCredentialRequest>(TenantExamples.RotateCredential, required: false)
            .WithErrors("credential_of_another", "credential_external", ErrorCodes.NotFound, ErrorCodes.ValidationFailed).WithPathExample(Parameter, Example);
        group.MapDelete($"{{{Parameter}}}", RevokeAsync).WithName("revokeCredential").WithSummary("Revoke a credential")
            .WithDescription("Its tokens are refused within five seconds.").WithErrors(ErrorCodes.NotFound).WithPathExample(Parameter, Example);
    }

    static async Task<Ok<PageBody<CredentialBody>>> ListAsync(HttpContext context, EnvironmentCredentialStore credentials)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<CredentialView> items, long total) = await credentials.ListAsync(context.Caller().EnvironmentId, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<CredentialBody>([.. items.Select(one => CredentialBody.Of(one))], total)));
    }

    static async Task<Results<Created<CredentialBody>, Problem>> CreateAsync(HttpContext context, EnvironmentCredentialStore credentials)
    {
        RequestBody<CreateCredentialRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateCredentialRequest);
        DateTimeOffset? end = new MemberRules(body.Faults).Instant("expires_at", body.Value.ExpiresAt);
        IdentityResult<CreatedCredential> result = await credentials.CreateAsync(
            context.Caller().EnvironmentId, context.Actor(), body.Value.Scopes, body.Value.Name, end, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } made) return TenantErrors.Problem(result.Error!, ApiJson.Default.CreateCredentialRequest);
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Credential.ClientId}", CredentialBody.Of(made));
    }

    static async Task<Ok<CredentialBody>> GetAsync(HttpContext context, EnvironmentCredentialStore credentials, [FromRoute(Name = Parameter)] string clientId) =>
        TypedResults.Ok(CredentialBody.Of(await FindAsync(context, credentials, clientId)));

    static async Task<Results<Ok<CredentialBody>, Problem>> RotateAsync(HttpContext context, EnvironmentCredentialStore credentials, [FromRoute(Name = Parameter)] string clientId)
    {
        CredentialView found = await FindAsync(context, credentials, clientId);
        RequestBody<RotateCredentialRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RotateCredentialRequest);
        IdentityResult<CreatedCredential> result = await credentials.RotateAsync(
            context.Caller().EnvironmentId, context.Actor(), found.ClientId, body.Value.OverlapSeconds, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } rotated) return TenantErrors.Problem(result.Error!, ApiJson.Default.RotateCredentialRequest);
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(CredentialBody.Of(rotated));
    }

    static async Task<Results<NoContent, Problem>> RevokeAsync(HttpContext context, EnvironmentCredentialStore credentials, [FromRoute(Name = Parameter)] string clientId) =>
        await credentials.RevokeAsync(context.Caller().EnvironmentId, context.Actor(), Known(clientId), context.RequestAborted) is { } error
            ? TenantErrors.Problem(error) : TypedResults.NoContent();

    /// <exception cref="Refusal">404.</exception>
    static async Task<CredentialView> FindAsync(HttpContext context, EnvironmentCredentialStore credentials, string clientId) =>
        (await credentials.FindAsync(context.Caller().EnvironmentId, Known(clientId), context.RequestAborted)).OrRefuse();

    // What no credential can be called is called by none.
    static string Known(string clientId) =>
        clientId.Length is > 0 and <= 255 && !clientId.Any(c => char.IsControl(c) || char.IsSurrogate(c)) ? clientId : throw Refusal.NotFound("Credential");
}
