using Keystone.Api.Activity;
using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Api.Tenants;
using Keystone.Hosting.Reports;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.Platforms;
using Keystone.Settlements.Activity;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Admin;

/// <summary><c>/v1/admin</c> about the system and its tenants: processes, nodes, alarms, activity, platforms.</summary>
internal static class AdminSystemEndpoints
{
    const string Platform = "Platform", Alarm = "Alarm";

    static readonly string[] Order = ["healthy", "degraded", "unhealthy"];

    static readonly QueryParameter Active = QueryParameter.Flag("active", "Only those that are not over.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/admin").RequireScope(Scopes.Admin).WithTags("admin");
        group.MapGet("providers/health", HealthAsync).WithName("getProvidersHealth").WithSummary("Read what the processes report of themselves and of what they depend on")
            .WithDescription("age_seconds says how old a report is; a process that was silent for 20 s is not heard from.");
        group.MapGet("nodes", NodesAsync).WithName("listNodes").WithSummary("Read what the processes report of the nodes of their chains");
        group.MapGet("alarms", AlarmsAsync).WithName("listAlarms").WithSummary("List alarms, active ones first")
            .WithQuery([.. Paging.Parameters, Active]).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("alarms/{id}/acknowledge", AcknowledgeAsync).WithName("acknowledgeAlarm").WithSummary("Note that you take care of an alarm")
            .WithBody<AcknowledgeAlarmRequest>(AdminExamples.Acknowledge, required: false).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapGet("activity", ActivityAsync).WithName("listAllActivity").WithSummary("List what was changed in all environments and by the operator, newest first")
            .WithQuery([.. Paging.Parameters, .. ActivityQuery.OfOperator]).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("platforms", PlatformsAsync).WithName("listPlatforms").WithSummary("List the platforms").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("platforms/{id}", PlatformAsync).WithName("getAnyPlatform").WithSummary("Read a platform").WithErrors(ErrorCodes.NotFound);
        group.MapPost("platforms/{id}/suspend", SuspendAsync).WithName("suspendPlatform").WithSummary("Keep every credential of a platform out")
            .WithDescription("Within five seconds. Its settlements go on.").WithErrors(ErrorCodes.NotFound);
        group.MapPost("platforms/{id}/activate", ActivateAsync).WithName("activatePlatform").WithSummary("Let a suspended platform in again").WithErrors(ErrorCodes.NotFound);
    }

    static async Task<Ok<ProvidersHealthBody>> HealthAsync(HttpContext context, ReportStore reports)
    {
        IReadOnlyList<ReportView> health = await reports.ReportsAsync("health", context.RequestAborted);
        string[] said = [.. health.Where(report => report.Instance.Status == "alive")
            .SelectMany(report => report.Report.EnumerateObject()).Select(check => check.Value.GetProperty("status").GetString()!)];
        return TypedResults.Ok(new ProvidersHealthBody(said.Length == 0 ? "unknown" : Order[said.Max(status => Array.IndexOf(Order, status))],
            await reports.InstancesAsync(context.RequestAborted), health, await reports.ReportsAsync("providers", context.RequestAborted)));
    }

    static async Task<Ok<NodesBody>> NodesAsync(HttpContext context, ReportStore reports) => TypedResults.Ok(new NodesBody(await reports.ReportsAsync("nodes", context.RequestAborted)));

    static async Task<Ok<PageBody<AlarmView>>> AlarmsAsync(HttpContext context, AlarmStore alarms)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        bool active = Active.Read(context.Request.Query, faults) == "true";
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<AlarmView> items, long total) = await alarms.ListAsync(active, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<AlarmView>(items, total)));
    }

    static async Task<Results<Ok<AlarmView>, Problem>> AcknowledgeAsync(HttpContext context, AlarmStore alarms, string id)
    {
        Guid alarm = PathId.Read(id, Alarm);
        if (!await alarms.ExistsAsync(alarm, context.RequestAborted)) return new Problem(DomainError.NotFound(Alarm));
        RequestBody<AcknowledgeAlarmRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.AcknowledgeAlarmRequest);
        string? note = new MemberRules(body.Faults).Text("note", body.Value.Note, max: 500);
        Refusal.ThrowIfAny(body.Faults);
        body.ReportIgnored(context.Response);
        return await alarms.AcknowledgeAsync(alarm, context.Caller().ClientId, note, context.RequestAborted) is { } noted ? TypedResults.Ok(noted) : new Problem(DomainError.NotFound(Alarm));
    }

    static async Task<Ok<PageBody<ActivityView>>> ActivityAsync(HttpContext context, ActivityStore activity)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        ActivityFilter filter = ActivityQuery.Read(context.Request.Query, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await activity.ListAsync(filter, paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Ok<PageBody<PlatformView>>> PlatformsAsync(HttpContext context, PlatformAccountStore platforms)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        (IReadOnlyList<PlatformView> items, long total) = await platforms.ListAsync(paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(new Page<PlatformView>(items, total)));
    }

    static async Task<Results<Ok<PlatformView>, Problem>> PlatformAsync(HttpContext context, PlatformAccountStore platforms, string id) =>
        await platforms.FindAsync(PathId.Read(id, Platform), context.RequestAborted) is { } found ? TypedResults.Ok(found) : new Problem(DomainError.NotFound(Platform));

    static Task<Results<Ok<PlatformView>, Problem>> SuspendAsync(HttpContext context, PlatformAccountStore platforms, string id) => SetStatusAsync(context, platforms, id, active: false);

    static Task<Results<Ok<PlatformView>, Problem>> ActivateAsync(HttpContext context, PlatformAccountStore platforms, string id) => SetStatusAsync(context, platforms, id, active: true);

    static async Task<Results<Ok<PlatformView>, Problem>> SetStatusAsync(HttpContext context, PlatformAccountStore platforms, string id, bool active)
    {
        IdentityResult<PlatformView> result = await platforms.SetStatusAsync(PathId.Read(id, Platform), active, context.RequestAborted);
        return result.Value is { } changed ? TypedResults.Ok(changed) : TenantErrors.Problem(result.Error!);
    }
}
