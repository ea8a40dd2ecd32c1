using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.IpRules;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/platforms/me/ip-rules</c>: from where the credentials of the caller's environment may be used.</summary>
internal static class IpRuleEndpoints
{
    const string Path = "/v1/platforms/me/ip-rules";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scopes.PlatformManage).WithTags("platform");
        group.MapGet("", ListAsync).WithName("listIpRules").WithSummary("List the networks from which your environment may be called").WithQuery(Paging.Parameters)
            .WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", CreateAsync).WithName("createIpRule").WithSummary("Add a network")
            .WithDescription("The first one closes the environment to all others, within five seconds. One that would shut you out is refused.")
            .WithBody<CreateIpRuleRequest>(TenantExamples.CreateIpRule).WithErrors("ip_rule_exists", "ip_rule_limit_reached", ErrorCodes.ValidationFailed);
        group.MapDelete("{id}", DeleteAsync).WithName("deleteIpRule").WithSummary("Remove a network")
            .WithDescription("Without any the environment is open to all. A removal that would shut you out is refused.").WithErrors("would_lock_out", ErrorCodes.NotFound);
    }

    static async Task<Ok<PageBody<IpRuleView>>> ListAsync(HttpContext context, IpRuleStore rules)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        IReadOnlyList<IpRuleView> all = await rules.ListAsync(context.Caller().EnvironmentId, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<IpRuleView>([.. all.Skip(paging.Offset).Take(paging.Limit)], all.Count)));
    }

    static async Task<Results<Created<IpRuleView>, Problem>> CreateAsync(HttpContext context, IpRuleStore rules)
    {
        RequestBody<CreateIpRuleRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateIpRuleRequest);
        IdentityResult<IpRuleView> result = await rules.AddAsync(context.Caller().EnvironmentId, context.Actor(), context.Connection.RemoteIpAddress,
            body.Value.Cidr, body.Value.Description, TenantErrors.Of(body.Faults), context.RequestAborted);
        if (result.Value is not { } made) return TenantErrors.Problem(result.Error!, ApiJson.Default.CreateIpRuleRequest);
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Id}", made);
    }

    static async Task<Results<NoContent, Problem>> DeleteAsync(HttpContext context, IpRuleStore rules, string id) =>
        await rules.RemoveAsync(context.Caller().EnvironmentId, context.Actor(), context.Connection.RemoteIpAddress, PathId.Read(id, "Rule"), context.RequestAborted) is { } error
            ? TenantErrors.Problem(error) : TypedResults.NoContent();
}
