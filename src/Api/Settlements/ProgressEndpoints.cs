using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Actions;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Decide;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Explain;
using Keystone.Settlements.Hold;
using Keystone.Settlements.Preview;
using Keystone.Settlements.Read;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Settlements;

/// <summary>What platforms do with a settlement between its instruction and its end: cancel, hold, decide, ask why it waits; and the preview of an instruction.</summary>
internal static class ProgressEndpoints
{
    const string ReadScope = Scopes.SettlementsRead, WriteScope = Scopes.SettlementsWrite;

    public static void Map(RouteGroupBuilder group)
    {
        group.MapPost("preview", PreviewAsync).RequireScope(WriteScope, Scopes.SettlementsInstruct).WithMetadata(new ReadsOnly()).WithName("previewSettlement").WithSummary("Check an instruction without giving it")
            .WithDescription("Runs the rules of the instruction and checks at the chain what would keep deposits from coming. Stores nothing, and is answered with 200 whatever it finds.")
            .WithBody<CreateSettlementRequest>(Examples.CreateSettlement).WithErrors(ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
        group.MapGet("{id}/explain", ExplainAsync).RequireScope(ReadScope).WithName("explainSettlement").WithSummary("Read who has to act, by when, and why it waits")
            .WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/cancel", CancelAsync).RequireScope(WriteScope, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("cancelSettlement").WithSummary("Ask for the end of a settlement")
            .WithDescription("Until every party has confirmed, and always where all parties are of one platform, the initiator's request ends it (200). After that it takes a second platform, and "
                + "once every leg is in the escrow all of them: until then a request is answered with 202 and the others are notified by settlement.cancel_requested. Deposits are returned before the end. "
                + "After full funding it races with the swap: the chain decides, and the same request again is answered with what it decided. This is conduct of the API: the contract lets one depositor alone "
                + "cancel or withdraw until every leg is in.")
            .WithBody<CancelSettlementRequest>(Examples.CancelSettlement)
            .WithErrors(ErrorCodes.NotInitiator, ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.AlreadyExecuted, ErrorCodes.ValidationFailed);
        group.MapPost("{id}/hold", (HttpContext context, HoldSettlement hold, string id) => HoldAsync(context, hold, id, true)).RequireScope(WriteScope, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("holdSettlement")
            .WithSummary("Hold a settlement before its terms are published")
            .WithDescription("Each side has a hold of its own, and only its own platform releases it. Deadlines run on.")
            .WithBody<HoldRequest>(Examples.HoldSettlement).WithErrors(ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.TermsPublished, ErrorCodes.ValidationFailed);
        group.MapPost("{id}/release", (HttpContext context, HoldSettlement hold, string id) => HoldAsync(context, hold, id, false)).RequireScope(WriteScope, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("releaseSettlement")
            .WithSummary("Release your hold")
            .WithBody<HoldRequest>(Examples.ReleaseSettlement).WithErrors(ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.TermsPublished, ErrorCodes.ValidationFailed);
        group.MapPost("{id}/actions/{state}", ReportActionAsync).RequireScope(WriteScope, Scopes.SettlementsInstruct).WithName("reportAction")
            .WithSummary("Report the result of a step that your own systems do")
            .WithDescription("For a state whose template has an external_action. The platform that instructed is asked by settlement.action_required, does the step, and reports here, until 30 seconds before the "
                + "deadline: completed lets the settlement go on, failed ends it. The same result again is answered with Idempotent-Replayed: true.")
            .WithBody<ActionResultRequest>(Examples.ReportAction)
            .WithErrors(ErrorCodes.NotInitiator, ErrorCodes.NotFound, ErrorCodes.SettlementEnded, ErrorCodes.ActionNotRequired, ErrorCodes.ActionResolved, ErrorCodes.ValidationFailed)
            .WithPathExample("state", "LOCKING_ASSETS");
        group.MapPost("{id}/compliance-decision", DecideAsync).RequireScope(Scopes.ComplianceDecide).WithName("decideCompliance").WithSummary("Decide on a flagged party of yours")
            .WithDescription("Every flagged party needs a decision of its own platform or of the operator; one rejection ends the settlement. Nobody else reads that there was anything to decide. With the "
                + "environment's four-eyes switch on, whoever instructed or confirmed the settlement cannot decide.")
            .WithBody<ComplianceDecisionRequest>(Examples.DecideCompliance)
            .WithErrors(ErrorCodes.SecondPersonNeeded, ErrorCodes.NotFound, ErrorCodes.NothingToDecide, ErrorCodes.AlreadyDecided, ErrorCodes.ValidationFailed);
    }

    static async Task<Results<Ok<PreviewBody>, Problem>> PreviewAsync(HttpContext context, PreviewSettlement preview)
    {
        RequestBody<CreateSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateSettlementRequest);
        Result<PreviewResult> result = await preview.ExecuteAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } found)
            return new Problem(result.Error!);
        body.ReportIgnored(context.Response);
        IReadOnlyList<Fault> errors = found.Errors.Count == 0 ? [] : FaultOrder.Sort(DomainError.Validation(found.Errors), ApiJson.Default.CreateSettlementRequest).Faults;
        return TypedResults.Ok(new PreviewBody(found.WouldCreate, [.. errors.Select(fault => ProblemFault.Of(fault))], found.Warnings, found.Costs));
    }

    static async Task<Results<Ok<ExplainView>, Problem>> ExplainAsync(HttpContext context, ExplainSettlement explain, string id)
    {
        Result<ExplainView> result = await explain.ExecuteAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        return result.Value is { } found ? TypedResults.Ok(found) : new Problem(result.Error!);
    }

    static async Task<Results<Ok<SettlementView>, Accepted<SettlementView>, Problem>> CancelAsync(HttpContext context, CancelSettlement cancel, string id)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        if (!await cancel.IsVisibleAsync(context.Caller(), settlement, context.RequestAborted))
            return new Problem(DomainError.NotFound("Settlement"));
        RequestBody<CancelSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CancelSettlementRequest);
        Result<CancelResult> result = await cancel.ExecuteAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } taken)
            return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.CancelSettlementRequest));
        SettlementEndpoints.Report(context, body, taken.Repeated);
        SettlementView view = SettlementEndpoints.WithLinks(taken.Settlement);
        return taken.IsEffective ? TypedResults.Ok(view) : TypedResults.Accepted((string?)null, view);
    }

    static async Task<Results<Ok<SettlementView>, Problem>> HoldAsync(HttpContext context, HoldSettlement hold, string id, bool holds)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        if (!await hold.IsVisibleAsync(context.Caller(), settlement, context.RequestAborted))
            return new Problem(DomainError.NotFound("Settlement"));
        RequestBody<HoldRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.HoldRequest);
        Result<Answered> result = await hold.ExecuteAsync(context.Caller(), settlement, holds, body.Value, body.Faults, context.RequestAborted);
        return result.Value is { } answered ? SettlementEndpoints.Respond(context, body, answered) : new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.HoldRequest));
    }

    static async Task<Results<Ok<SettlementView>, Problem>> ReportActionAsync(HttpContext context, ReportAction report, string id, string state)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        if (!await report.IsVisibleAsync(context.Caller(), settlement, context.RequestAborted))
            return new Problem(DomainError.NotFound("Settlement"));
        RequestBody<ActionResultRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.ActionResultRequest);
        Result<Answered> result = await report.ExecuteAsync(context.Caller(), settlement, state, body.Value, body.Faults, context.RequestAborted);
        return result.Value is { } answered ? SettlementEndpoints.Respond(context, body, answered) : new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.ActionResultRequest));
    }

    static async Task<Results<Ok<SettlementView>, Problem>> DecideAsync(HttpContext context, DecideCompliance decide, string id)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        if (!await decide.IsVisibleAsync(context.Caller(), settlement, context.RequestAborted))
            return new Problem(DomainError.NotFound("Settlement"));
        RequestBody<ComplianceDecisionRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.ComplianceDecisionRequest);
        Result<Answered> result = await decide.ExecuteAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        return result.Value is { } answered ? SettlementEndpoints.Respond(context, body, answered) : new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.ComplianceDecisionRequest));
    }
}
