using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Domain.Names;
using Keystone.Ethereum.Nodes;
using Keystone.Identity;
using Keystone.Identity.Credentials;
using Keystone.Identity.Environments;
using Keystone.Identity.Errors;
using Keystone.Identity.Platforms;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/platforms</c> and <c>/v1/platforms/me</c>.</summary>
internal static class PlatformEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/platforms", CreateAsync).RequireScope(Scopes.Admin).WithTags("admin").WithName("createPlatform").WithSummary("Make a platform, for the operator")
            .WithDescription("With its first environment and that one's first credential, whose secret is in this answer and in no other.")
            .WithBody<CreatePlatformRequest>(TenantExamples.CreatePlatform).WithErrors("platform_name_taken", ErrorCodes.ValidationFailed);
        RouteGroupBuilder group = routes.MapGroup("/v1/platforms/me").WithTags("platform");
        group.MapGet("", GetAsync).RequireScope(Scopes.PlatformRead).WithName("getPlatform").WithSummary("Read your platform");
        group.MapPatch("", UpdateAsync).RequireScope(Scopes.PlatformManage).WithName("updatePlatform").WithSummary("Change your platform")
            .WithBody<UpdatePlatformRequest>(TenantExamples.UpdatePlatform).WithErrors(ErrorCodes.ValidationFailed);
    }

    static async Task<Results<Created<CreatedPlatformBody>, Problem>> CreateAsync(
        HttpContext context, PlatformStore platforms, PlatformAccountStore read, EnvironmentAccountStore environments, EnvironmentCredentialStore credentials, IEthereumNodes nodes)
    {
        RequestBody<CreatePlatformRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreatePlatformRequest);
        MemberFaults faults = TenantErrors.Of(body.Faults);
        long[] chains = [.. nodes.Chains.Select(chain => chain.ChainId)];
        string? name = faults.Text("name", body.Value.Name, required: true), slug = faults.Slug("slug", body.Value.Slug, required: true);
        string environment = faults.Slug("environment", body.Value.Environment) ?? "sandbox";
        string kind = faults.Word("kind", body.Value.Kind == "development" ? "sandbox" : body.Value.Kind, "sandbox", "production") ?? (environment == "production" ? "production" : "sandbox");
        long chain = body.Value.ChainId ?? (chains.Length == 1 ? chains[0] : 0);
        if (!chains.Contains(chain)) faults.Add("chain_id", "unknown_value", $"Use one of: {string.Join(", ", chains)}.");
        if (name is not null && NameKey.Clean(name, 255) != name) faults.Add("name", "invisible_character", "The name holds characters that nobody sees, or spaces at its ends; leave them out.");
        if (faults.Any) return TenantErrors.Problem(IdentityError.Invalid(faults), ApiJson.Default.CreatePlatformRequest);
        NewCredential made;
        try
        {
            made = await platforms.CreateAsync(new NewPlatform(slug!, name!, environment, kind, chain), NameSkeleton.AreConfusable, context.RequestAborted);
        }
        catch (PlatformException refused)
        {
            return new Problem(new DomainError("platform_name_taken", refused.Message));
        }
        Guid id = await read.IdAsync(slug!, context.RequestAborted);
        PlatformEnvironmentView first = (await environments.ListAsync(id, 1, 0, context.RequestAborted)).Items[0];
        CredentialView credential = (await credentials.FindAsync(first.Id, made.ClientId, context.RequestAborted)).OrRefuse();
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"/v1/admin/platforms/{id}",
            new CreatedPlatformBody((await read.FindAsync(id, context.RequestAborted))!, first, CredentialBody.Of(credential, made.ClientSecret)));
    }

    static async Task<Ok<OwnPlatformBody>> GetAsync(HttpContext context, PlatformAccountStore platforms)
    {
        Caller caller = context.Caller();
        return TypedResults.Ok(OwnPlatformBody.Of((await platforms.FindAsync(caller.PlatformId, context.RequestAborted))!, caller));
    }

    static async Task<Results<Ok<OwnPlatformBody>, Problem>> UpdateAsync(HttpContext context, PlatformAccountStore platforms)
    {
        Caller caller = context.Caller();
        RequestBody<UpdatePlatformRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.UpdatePlatformRequest);
        MemberFaults faults = TenantErrors.Of(body.Faults);
        if (body.Value.Name is { } name && NameKey.Clean(name, 255) != name) faults.Add("name", "invisible_character", "The name holds characters that nobody sees, or spaces at its ends; leave them out.");
        IdentityResult<PlatformView> result = await platforms.UpdateAsync(caller.PlatformId, new PlatformChanges(body.Names)
        {
            Name = body.Value.Name,
            LogoUrl = body.Value.LogoUrl,
            SupportEmail = body.Value.SupportEmail,
            SupportUrl = body.Value.SupportUrl,
        }, faults, NameSkeleton.AreConfusable, context.RequestAborted);
        if (result.Error is { } error) return TenantErrors.Problem(error, ApiJson.Default.UpdatePlatformRequest);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(OwnPlatformBody.Of(result.Value!, caller));
    }
}
