using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Instructions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Instructions;

/// <summary><c>/v1/instructions</c>: each side says its own, and two that agree become a settlement.</summary>
internal static class InstructionEndpoints
{
    const string Path = "/v1/instructions", What = "Instruction";

    static readonly QueryParameter Status = QueryParameter.OneOf("status", "Only instructions of this status.", "pending_match", "matched", "cancelled", "expired");

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).WithTags("instructions");
        group.MapPost("", SubmitAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct).WithName("submitInstruction").WithSummary("Submit your side of a trade")
            .WithDescription("It is compared with what waits under the same trade_reference. If all fields agree, the two become a settlement at once, with both sides confirmed; if not, both sides " +
                "read which fields differ, and the instruction waits for another one until expires_at. One idempotency_key makes one instruction.")
            .WithBody<SubmitInstructionRequest>(Examples.SubmitInstruction)
            .WithErrors(ErrorCodes.IdempotencyInProgress, ErrorCodes.ValidationFailed, ErrorCodes.IdempotencyKeyReused, ErrorCodes.MissingRequiredLegType, ErrorCodes.CrossChainNotSupported,
                ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
        group.MapGet("", ListAsync).RequireScope(Scopes.SettlementsRead).WithName("listInstructions").WithSummary("List your instructions, newest first")
            .WithQuery([.. Paging.Parameters, Status, QueryParameter.Text("trade_reference", "Only instructions of this reference.")])
            .WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).RequireScope(Scopes.SettlementsRead).WithName("getInstruction").WithSummary("Read an instruction").WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/cancel", CancelAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct).WithName("cancelInstruction").WithSummary("Take an instruction back that waits")
            .WithDescription("Those that were compared with it are told. One that was matched is a settlement, and is cancelled as such.")
            .WithBody<CancelInstructionRequest>(Examples.CancelInstruction, required: false).WithErrors(ErrorCodes.NotFound, ErrorCodes.InstructionNotPending, ErrorCodes.ValidationFailed);
    }

    static async Task<Results<Created<InstructionView>, Ok<InstructionView>, Problem>> SubmitAsync(HttpContext context, SubmitInstruction submit)
    {
        RequestBody<SubmitInstructionRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.SubmitInstructionRequest);
        Result<SubmittedInstruction> result = await submit.ExecuteAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } submitted) return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.SubmitInstructionRequest));
        body.ReportIgnored(context.Response);
        if (!submitted.Replayed) return TypedResults.Created($"{Path}/{submitted.Instruction.Id}", submitted.Instruction);
        context.Response.Headers["Idempotent-Replayed"] = "true";
        return TypedResults.Ok(submitted.Instruction);
    }

    static async Task<Ok<PageBody<InstructionView>>> ListAsync(HttpContext context, ReadInstructions read)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        string? status = Status.Read(context.Request.Query, faults),
            reference = new MemberRules(faults).Text("trade_reference", context.Request.Query.TryGetValue("trade_reference", out Microsoft.Extensions.Primitives.StringValues values) ? values.ToString() : null);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await read.ListAsync(context.Caller(), status, reference, paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Results<Ok<InstructionView>, Problem>> GetAsync(HttpContext context, ReadInstructions read, string id) =>
        Answer(await read.FindAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted));

    static async Task<Results<Ok<InstructionView>, Problem>> CancelAsync(HttpContext context, ReadInstructions read, CancelInstruction cancel, string id)
    {
        Guid instruction = PathId.Read(id, What);
        // A fault of the body must not reveal that a foreign instruction exists.
        if ((await read.FindAsync(context.Caller(), instruction, context.RequestAborted)).Error is { } unknown) return new Problem(unknown);
        RequestBody<CancelInstructionRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CancelInstructionRequest);
        Results<Ok<InstructionView>, Problem> answer = Answer(await cancel.ExecuteAsync(context.Caller(), instruction, body.Value.Reason, body.Faults, context.RequestAborted));
        body.ReportIgnored(context.Response);
        return answer;
    }

    static Results<Ok<InstructionView>, Problem> Answer(Result<InstructionView> result) => result.Value is { } instruction ? TypedResults.Ok(instruction) : new Problem(result.Error!);
}
