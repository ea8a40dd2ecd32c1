using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Identity.Environments;
using Keystone.Identity.Errors;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/platforms/me/environments</c>.</summary>
internal static class EnvironmentEndpoints
{
    const string Path = "/v1/platforms/me/environments", What = "Environment";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).WithTags("platform");
        group.MapGet("", ListAsync).RequireScope(Scopes.PlatformRead).WithName("listEnvironments").WithSummary("List the environments of your platform")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", CreateAsync).RequireScope(Scopes.PlatformManage).WithName("createEnvironment").WithSummary("Make an environment")
            .WithDescription("With its first credential, which may do what you may do and whose secret is in this answer and in no other.")
            .WithBody<CreateEnvironmentRequest>(TenantExamples.CreateEnvironment).WithErrors("environment_slug_taken", "environment_limit_reached", ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).RequireScope(Scopes.PlatformRead).WithName("getEnvironment").WithSummary("Read an environment").WithErrors(ErrorCodes.NotFound);
        group.MapPatch("{id}", UpdateAsync).RequireScope(Scopes.PlatformManage).WithName("updateEnvironment").WithSummary("Change an environment")
            .WithDescription("Callers feel the change within five seconds.")
            .WithBody<UpdateEnvironmentRequest>(TenantExamples.UpdateEnvironment).WithErrors("production_only", ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapPost("{id}/deactivate", DeactivateAsync).RequireScope(Scopes.PlatformManage).WithName("deactivateEnvironment").WithSummary("Keep the credentials of an environment out")
            .WithDescription("Its data stays, settlements go on; is_active true lets its credentials in again.").WithErrors("production_only", ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
    }

    static async Task<Ok<PageBody<PlatformEnvironmentView>>> ListAsync(HttpContext context, EnvironmentAccountStore environments)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<PlatformEnvironmentView> items, long total) = await environments.ListAsync(context.Caller().PlatformId, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<PlatformEnvironmentView>(items, total)));
    }

    static async Task<Results<Created<CreatedEnvironmentBody>, Problem>> CreateAsync(HttpContext context, EnvironmentAccountStore environments, IEthereumNodes nodes)
    {
        RequestBody<CreateEnvironmentRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateEnvironmentRequest);
        IdentityResult<CreatedEnvironment> result = await environments.CreateAsync(context.Caller().PlatformId, context.Actor(),
            new NewEnvironment(body.Value.Slug, body.Value.Kind, body.Value.ChainId, body.Value.Name), [.. nodes.Chains.Select(chain => chain.ChainId)],
            TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } made) return TenantErrors.Problem(result.Error!, ApiJson.Default.CreateEnvironmentRequest);
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Environment.Id}", new CreatedEnvironmentBody(made.Environment, CredentialBody.Of(made.Credential)));
    }

    static async Task<Results<Ok<PlatformEnvironmentView>, Problem>> GetAsync(HttpContext context, EnvironmentAccountStore environments, string id)
    {
        IdentityResult<PlatformEnvironmentView> result = await environments.FindAsync(context.Caller().PlatformId, PathId.Read(id, What), context.RequestAborted);
        return result.Value is { } found ? TypedResults.Ok(found) : TenantErrors.Problem(result.Error!);
    }

    static async Task<Results<Ok<PlatformEnvironmentView>, Problem>> UpdateAsync(HttpContext context, EnvironmentAccountStore environments, string id)
    {
        Guid environment = (await environments.FindAsync(context.Caller().PlatformId, PathId.Read(id, What), context.RequestAborted)).OrRefuse().Id;
        RequestBody<UpdateEnvironmentRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdateEnvironmentRequest);
        UpdateEnvironmentRequest sent = body.Value;
        IdentityResult<PlatformEnvironmentView> result = await environments.UpdateAsync(context.Caller().PlatformId, context.Actor(), environment, new EnvironmentChanges
        {
            Name = sent.Name,
            IsActive = sent.IsActive,
            ApiVersion = sent.ApiVersion,
            DefaultTimeoutSeconds = sent.DefaultTimeoutSeconds,
            RateLimitRpm = sent.RateLimitRpm,
            MaxOpenSettlements = sent.MaxOpenSettlements,
            MaxRegistrationsPerHour = sent.MaxRegistrationsPerHour,
            FourEyes = sent.FourEyes,
            WalletsRequired = sent.WalletsRequired,
            DiscloseNameBeforeConfirmation = sent.DiscloseNameBeforeConfirmation,
            ComplianceMinHold = sent.ComplianceMinHold,
            CorsOrigins = sent.CorsOrigins,
        }, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } changed) return TenantErrors.Problem(result.Error!, ApiJson.Default.UpdateEnvironmentRequest);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(changed);
    }

    static async Task<Results<Ok<PlatformEnvironmentView>, Problem>> DeactivateAsync(HttpContext context, EnvironmentAccountStore environments, string id)
    {
        IdentityResult<PlatformEnvironmentView> result = await environments.UpdateAsync(context.Caller().PlatformId, context.Actor(), PathId.Read(id, What),
            new EnvironmentChanges { IsActive = false }, new MemberFaults(), context.RequestAborted);
        return result.Value is { } changed ? TypedResults.Ok(changed) : TenantErrors.Problem(result.Error!);
    }
}
