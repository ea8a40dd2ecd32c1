using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Settlements;

/// <summary>How the parties of a settlement put their legs in.</summary>
internal static class DepositEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/settlements/{id}").WithTags("settlements");
        group.MapGet("deposit-instructions", ReadAsync).RequireScope(Scopes.SettlementsRead).WithName("getDepositInstructions").WithSummary("Read how your parties deposit their legs")
            .WithDescription("For each leg that your parties give: the transactions of the depositor in order, ready to be pasted into a custody system; the documents that it may sign in their place; and what would stop the deposit now.")
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.EscrowNotRegistered, ErrorCodes.SettlementEnded, ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
        group.MapPost("signatures", SubmitAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("submitSignature").WithSummary("Send a depositor's signature, which the service relays")
            .WithDescription("The signature of a document of the deposit instructions. It is verified against the depositor, by its key or by its wallet's contract (ERC-1271), and never shown again. The same again changes nothing.")
            .WithBody<SubmitSignatureRequest>(Examples.SubmitSignature)
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.EscrowNotRegistered, ErrorCodes.SettlementEnded, ErrorCodes.ConsentWithdrawn, ErrorCodes.ValidationFailed, ErrorCodes.SignatureInvalid,
                ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
    }

    static async Task<Results<Ok<DepositInstructionsView>, Problem>> ReadAsync(HttpContext context, ReadDepositInstructions read, string id)
    {
        Result<DepositInstructionsView> result = await read.ExecuteAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        return result.Value is { } instructions ? TypedResults.Ok(instructions) : new Problem(result.Error!);
    }

    static async Task<Results<Accepted<SignatureView>, Problem>> SubmitAsync(HttpContext context, SubmitSignature submit, string id)
    {
        Result<SignableSettlement> found = await submit.FindAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        if (found.Value is not { } settlement)
            return new Problem(found.Error!);
        RequestBody<SubmitSignatureRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.SubmitSignatureRequest);
        Result<Submitted> result = await submit.ExecuteAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } submitted)
            return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.SubmitSignatureRequest));
        if (submitted.Repeated)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        body.ReportIgnored(context.Response);
        return TypedResults.Accepted((string?)null, submitted.Signature);
    }
}
