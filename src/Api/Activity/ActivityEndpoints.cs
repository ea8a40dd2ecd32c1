using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Activity;

/// <summary><c>/v1/activity</c>: what the credentials of the caller's environment changed or tried to change.</summary>
internal static class ActivityEndpoints
{
    const string What = "Entry";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/activity").RequireScope(Scopes.PlatformRead).WithTags("platform");
        group.MapGet("", ListAsync).WithName("listActivity").WithSummary("List what was changed in your environment, newest first")
            .WithDescription("One entry for each request that changed something or was refused. No bodies and no secrets.")
            .WithQuery([.. Paging.Parameters, .. ActivityQuery.Parameters]).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).WithName("getActivity").WithSummary("Read an entry of the activity log").WithErrors(ErrorCodes.NotFound);
    }

    static async Task<Ok<PageBody<ActivityView>>> ListAsync(HttpContext context, ActivityStore activity)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        ActivityFilter filter = ActivityQuery.Read(context.Request.Query, faults);
        Refusal.ThrowIfAny(faults);
        Guid own = context.Caller().EnvironmentId;
        // What is another's has no entries here.
        Page<ActivityView> page = filter.EnvironmentId is { } asked && asked != own ? new Page<ActivityView>([], 0)
            : await activity.ListAsync(filter with { EnvironmentId = own, PlatformId = null }, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(page));
    }

    static async Task<Results<Ok<ActivityView>, Problem>> GetAsync(HttpContext context, ActivityStore activity, string id) =>
        await activity.FindAsync(context.Caller().EnvironmentId, PathId.Read(id, What), context.RequestAborted) is { } found
            ? TypedResults.Ok(found) : new Problem(DomainError.NotFound(What));
}
