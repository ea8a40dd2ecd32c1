using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Events;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Repo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Admin;

/// <summary><c>/v1/admin/settlements</c>, <c>/v1/admin/pause</c> and <c>/v1/admin/resume</c>: what the operator's commands do, through the same use cases.</summary>
internal static class AdminEndpoints
{
    const string What = "Settlement";

    static readonly QueryParameter Period = QueryParameter.OneOf("period", "Time to look back at. Default: 24h.", [.. OperateSettlements.Periods.Keys]),
        Status = QueryParameter.Words("status", "Only intents in this state; repeatable. Default: wanted, resting and failed.", [.. ListIntents.States]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/admin").RequireScope(Scopes.Admin).WithTags("admin");
        group.MapGet("settlements/stuck", StuckAsync).WithName("listStuckSettlements").WithSummary("List open settlements that do not move, the longest first")
            .WithQuery(Paging.Parameters[0], QueryParameter.Integer("minutes", "Least time without a change; settlements with failures are listed regardless of it.", 0, 525_600, 10)).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("settlements/pipeline", PipelineAsync).WithName("getPipeline").WithSummary("Count settlements by state");
        group.MapGet("settlements/transitions", TransitionsAsync).WithName("getTransitions").WithSummary("Count moves between states")
            .WithQuery(Period).WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("intents", IntentsAsync).WithName("listIntents").WithSummary("List the transactions that the system wants, the earliest due first")
            .WithQuery([.. Paging.Parameters, Status])
            .WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("senders", SendersAsync).WithName("listSenders").WithSummary("List the accounts that send transactions, and what each still holds")
            .WithDescription("By chain, the account in service first. Accounts are put into service, drained and retired by the operator's command keystone sender.");
        group.MapGet("settlements/{id}", GetAsync).WithName("getAnySettlement").WithSummary("Read a settlement of any platform").WithErrors(ErrorCodes.NotFound);
        group.MapGet("settlements/{id}/events", EventsAsync).WithName("listAnySettlementEvents").WithSummary("Read the operator's chain of a settlement, oldest first")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapPost("settlements/{id}/retry", RetryAsync).WithName("retrySettlement").WithSummary("Try a settlement and its transactions again at once")
            .WithBody<RetrySettlementRequest>(AdminExamples.Retry, required: false).WithErrors(ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.ValidationFailed);
        group.MapPost("settlements/{id}/rollback", RollBackAsync).WithName("rollbackSettlement").WithSummary("Cancel a settlement and give every deposit back")
            .WithDescription("At once while nothing is on the chain, else by the operator's cancellation there. What was executed on the chain cannot be taken back.")
            .WithBody<RollbackSettlementRequest>(AdminExamples.Rollback).WithErrors(ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.AlreadyExecuted, ErrorCodes.ValidationFailed);
        group.MapPost("settlements/{id}/trigger-maturity", TriggerAsync).WithName("triggerMaturity").WithSummary("Have a repo closed before its maturity")
            .WithDescription("The keeper makes the closing within seconds once the opening is final. Ordered or made before, nothing changes and action is none.")
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.NotRepo);
        group.MapPost("settlements/{id}/erase", EraseAsync).WithName("eraseSettlementFields").WithSummary("Erase personal fields of a party of a settlement that has ended")
            .WithDescription("The audit trail holds commitments alone and stays whole. Wallets are on the chain and stay.")
            .WithBody<EraseFieldsRequest>(AdminExamples.Erase).WithErrors(ErrorCodes.NotFound, ErrorCodes.SettlementOpen, ErrorCodes.ValidationFailed);
        group.MapGet("pause", PausesAsync).WithName("listPauses").WithSummary("List the pauses in force, oldest first");
        group.MapPost("pause", PauseAsync).WithName("pauseSystem").WithSummary("Pause registrations and swaps; refunds go on")
            .WithBody<PauseRequest>(AdminExamples.Pause).WithErrors("already_paused", ErrorCodes.ValidationFailed);
        group.MapPost("resume", ResumeAsync).WithName("resumeSystem").WithSummary("Lift a pause").WithBody<ResumeRequest>(AdminExamples.Resume).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
    }

    static async Task<Ok<PageBody<StuckSettlementBody>>> StuckAsync(HttpContext context, OperateSettlements operate)
    {
        Faults faults = new();
        int limit = Paging.Number(context, "limit", 50, 1, 200, faults), minutes = Paging.Number(context, "minutes", 10, 0, 525_600, faults);
        Refusal.ThrowIfAny(faults);
        IReadOnlyList<StuckRow> rows = await operate.StuckAsync(minutes, limit, context.RequestAborted);
        return TypedResults.Ok(new PageBody<StuckSettlementBody>([.. rows.Select(StuckSettlementBody.Of)], rows.Count, limit, 0, null));
    }

    static async Task<Ok<PipelineView>> PipelineAsync(HttpContext context, OperateSettlements operate) => TypedResults.Ok(await operate.PipelineAsync(context.RequestAborted));

    static async Task<Ok<TransitionsView>> TransitionsAsync(HttpContext context, OperateSettlements operate)
    {
        Faults faults = new();
        string period = Period.Read(context.Request.Query, faults) ?? "24h";
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(await operate.TransitionsAsync(period, context.RequestAborted));
    }

    static async Task<Ok<PageBody<IntentView>>> IntentsAsync(HttpContext context, ListIntents intents)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        IReadOnlyList<string> states = Status.ReadAll(context.Request.Query, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await intents.ExecuteAsync(states.Count == 0 ? ListIntents.OpenStates : states, paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Ok<SendersBody>> SendersAsync(HttpContext context, OperateSenders senders) => TypedResults.Ok(new SendersBody(await senders.ListAsync(context.RequestAborted)));

    static async Task<Results<Ok<OperatorSettlementView>, Problem>> GetAsync(HttpContext context, OperateSettlements operate, string id) =>
        (await operate.FindAsync(PathId.Read(id, What), context.RequestAborted)) is { Value: { } found } ? TypedResults.Ok(found) : new Problem(DomainError.NotFound(What));

    static async Task<Results<Ok<PageBody<EventView>>, Problem>> EventsAsync(HttpContext context, OperateSettlements operate, ListEvents events, string id)
    {
        Guid settlement = PathId.Read(id, What);
        if (await operate.RequireAsync(settlement, context.RequestAborted) is { } unknown) return new Problem(unknown);
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        Result<Page<EventView>> result = await events.OfOperatorAsync(settlement, paging.Limit, paging.Offset, context.RequestAborted);
        return result.Value is { } page ? TypedResults.Ok(paging.Body(page)) : new Problem(result.Error!);
    }

    static async Task<Results<Ok<InterventionView>, Problem>> RetryAsync(HttpContext context, OperateSettlements operate, string id)
    {
        Guid settlement = PathId.Read(id, What);
        if (await operate.RequireAsync(settlement, context.RequestAborted) is { } unknown) return new Problem(unknown);
        RequestBody<RetrySettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RetrySettlementRequest);
        new MemberRules(body.Faults).Text("reason", body.Value.Reason, max: 500);
        Refusal.ThrowIfAny(body.Faults);
        return Answer(context, body, await operate.RetryAsync(settlement, context.RequestAborted));
    }

    static async Task<Results<Ok<InterventionView>, Problem>> RollBackAsync(HttpContext context, OperateSettlements operate, string id)
    {
        Guid settlement = PathId.Read(id, What);
        if (await operate.RequireAsync(settlement, context.RequestAborted) is { } unknown) return new Problem(unknown);
        RequestBody<RollbackSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RollbackSettlementRequest);
        string? reason = new MemberRules(body.Faults).Text("reason", body.Value.Reason, required: true, max: 500);
        Refusal.ThrowIfAny(body.Faults);
        return Answer(context, body, await operate.RollBackAsync(settlement, reason!, "operator:" + context.Caller().ClientId, context.RequestAborted));
    }

    static async Task<Results<Ok<InterventionView>, Problem>> TriggerAsync(HttpContext context, TriggerMaturity trigger, string id)
    {
        Result<InterventionView> result = await trigger.ExecuteAsync(PathId.Read(id, What), context.RequestAborted);
        return result.Value is { } done ? TypedResults.Ok(done) : new Problem(result.Error!);
    }

    static Results<Ok<InterventionView>, Problem> Answer<T>(HttpContext context, RequestBody<T> body, Result<InterventionView> result)
    {
        if (result.Value is not { } done) return new Problem(result.Error!);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(done);
    }

    static async Task<Results<Ok<ErasedFields>, Problem>> EraseAsync(HttpContext context, OperateSettlements operate, ErasureStore erasure, string id)
    {
        Guid settlement = PathId.Read(id, What);
        if (await operate.RequireAsync(settlement, context.RequestAborted) is { } unknown) return new Problem(unknown);
        RequestBody<EraseFieldsRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.EraseFieldsRequest);
        string? role = new MemberRules(body.Faults).Slug("role", body.Value.Role, required: true);
        if (body.Value.Fields?.Contains(null) == true && !body.Faults.Any) body.Faults.Add("/fields", "wrong_type", "Entries must be strings.");
        Refusal.ThrowIfAny(body.Faults);
        Result<ErasedFields> result = await erasure.EraseAsync(settlement, role!, body.Value.Fields?.OfType<string>().ToList(), context.RequestAborted);
        if (result.Value is not { } erased) return new Problem(result.Error!);
        body.ReportIgnored(context.Response);
        return TypedResults.Ok(erased);
    }

    static async Task<Ok<PageBody<PauseBody>>> PausesAsync(HttpContext context, PauseStore pauses)
    {
        IReadOnlyList<Pause> active = await pauses.ActiveAsync(context.RequestAborted);
        return TypedResults.Ok(new PageBody<PauseBody>([.. active.Select(PauseBody.Of)], active.Count, Math.Max(1, active.Count), 0, null));
    }

    static async Task<Results<Created<PauseBody>, Problem>> PauseAsync(HttpContext context, PauseStore pauses, EnvironmentStore environments)
    {
        RequestBody<PauseRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.PauseRequest);
        MemberRules rules = new(body.Faults);
        string? scope = rules.Word("scope", body.Value.Scope, true, "all", "environment", "token"), reason = rules.Text("reason", body.Value.Reason, required: true, max: 500);
        Guid environment = Guid.Empty;
        if (scope == "environment" && rules.Text("environment_id", body.Value.EnvironmentId, required: true) is { } named
            && (!Guid.TryParseExact(named, "D", out environment) || await environments.FindAsync(environment, context.RequestAborted) is null))
            rules.Bad("environment_id", "unknown_value", "There is no such environment.");
        Address? token = scope == "token" ? rules.Wallet("token", body.Value.Token, required: true) : null;
        if (scope == "token" && body.Value.ChainId is null) rules.Missing("chain_id");
        Refusal.ThrowIfAny(body.Faults);
        PauseScope what = scope switch
        {
            "environment" => PauseScope.OfEnvironment(environment),
            "token" => PauseScope.OfToken(body.Value.ChainId!.Value, token!.Value),
            _ => PauseScope.All,
        };
        if (!await pauses.SetAsync(what, reason!, "operator", context.RequestAborted)) return new Problem(new DomainError("already_paused", "The same is paused already."));
        body.ReportIgnored(context.Response);
        return TypedResults.Created("/v1/admin/pause", PauseBody.Of((await pauses.ActiveAsync(context.RequestAborted)).Last(pause => pause.What == what)));
    }

    static async Task<Results<NoContent, Problem>> ResumeAsync(HttpContext context, PauseStore pauses)
    {
        RequestBody<ResumeRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.ResumeRequest);
        string? sent = new MemberRules(body.Faults).Text("pause_id", body.Value.PauseId, required: true);
        Refusal.ThrowIfAny(body.Faults);
        return Guid.TryParseExact(sent, "D", out Guid id) && await pauses.LiftAsync(id, context.RequestAborted) ? TypedResults.NoContent() : new Problem(DomainError.NotFound("Pause"));
    }
}
