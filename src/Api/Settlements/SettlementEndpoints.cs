using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Create;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Events;
using Keystone.Settlements.List;
using Keystone.Settlements.Read;
using Keystone.Settlements.Reject;
using Keystone.Settlements.Templates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Settlements;

/// <summary><c>/v1/settlements</c>.</summary>
internal static class SettlementEndpoints
{
    const string ReadScope = Scopes.SettlementsRead, WriteScope = Scopes.SettlementsWrite;

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/v1/settlements").WithTags("settlements");
        group.AddEndpointFilter(OlderVersion.FilterAsync);
        group.MapPost("", CreateAsync).RequireScope(WriteScope, Scopes.SettlementsInstruct).WithName("createSettlement").WithSummary("Instruct a settlement")
            .WithDescription("One idempotency_key makes one settlement: the same request again is answered with 200, the settlement as it is now and Idempotent-Replayed: true.")
            .WithBody<CreateSettlementRequest>(Examples.CreateSettlement)
            .WithErrors(ErrorCodes.IdempotencyInProgress, ErrorCodes.ValidationFailed, ErrorCodes.IdempotencyKeyReused, ErrorCodes.TemplateLacksConfirmation,
                ErrorCodes.MissingRequiredRole, ErrorCodes.MissingRequiredLegType, ErrorCodes.CounterpartyIsSelf, ErrorCodes.CounterpartyUnknown,
                ErrorCodes.CrossChainNotSupported, ErrorCodes.LegMirrored, ErrorCodes.SelfDelivery, ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
        group.MapGet("", ListAsync).RequireScope(ReadScope).WithName("listSettlements").WithSummary("List settlements, newest first")
            .WithDescription("With Accept: text/csv every match is written as CSV (RFC 4180) without limit and offset; the parameter table chooses settlements, legs, transactions or costs.")
            .WithQuery([.. Paging.Parameters, .. SettlementQuery.Parameters]).WithCsv().WithErrors(ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).RequireScope(ReadScope).WithName("getSettlement").WithSummary("Read a settlement").WithErrors(ErrorCodes.NotFound);
        group.MapGet("{id}/events", EventsAsync).RequireScope(ReadScope).WithName("listSettlementEvents").WithSummary("Read the audit trail of a settlement, oldest first")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapPost("{id}/confirm", ConfirmAsync).RequireScope(WriteScope, Scopes.SettlementsConfirm).WithName("confirmSettlement").WithSummary("Confirm your party in a settlement of another platform")
            .WithDescription("The state may still be the one before: the engine moves it a moment later. The same details again are answered with Idempotent-Replayed: true.")
            .WithBody<ConfirmSettlementRequest>(Examples.ConfirmSettlement)
            .WithErrors(ErrorCodes.NoPendingParty, ErrorCodes.NotFound, ErrorCodes.NotCrossPlatform, ErrorCodes.SettlementEnded, ErrorCodes.ConfirmationDiffers,
                ErrorCodes.AlreadyRejected, ErrorCodes.ValidationFailed, ErrorCodes.SelfDelivery, ErrorCodes.CrossChainNotSupported);
        group.MapPost("{id}/reject", RejectAsync).RequireScope(WriteScope, Scopes.SettlementsConfirm).WithName("rejectSettlement").WithSummary("Refuse to take part in a settlement of another platform")
            .WithBody<RejectSettlementRequest>(Examples.RejectSettlement)
            .WithErrors(ErrorCodes.NoPendingParty, ErrorCodes.NotFound, ErrorCodes.NotCrossPlatform, ErrorCodes.SettlementEnded, ErrorCodes.AlreadyConfirmed,
                ErrorCodes.ValidationFailed);
        ProgressEndpoints.Map(group);
    }

    static async Task<Results<Created<SettlementView>, Ok<SettlementView>, Problem>> CreateAsync(HttpContext context, CreateSettlement create)
    {
        RequestBody<CreateSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateSettlementRequest);
        CreateResult result = await create.ExecuteAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Error is { } error)
            return new Problem(FaultOrder.Sort(error, ApiJson.Default.CreateSettlementRequest));
        body.ReportIgnored(context.Response);
        if (result is CreateResult.Replayed replayed)
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
            return TypedResults.Ok(WithLinks(replayed.Settlement));
        }
        SettlementView created = ((CreateResult.Created)result).Settlement;
        return TypedResults.Created($"/v1/settlements/{created.Id}", WithLinks(created));
    }

    static async Task<Results<Ok<SettlementView>, Problem>> GetAsync(HttpContext context, ReadSettlement read, string id)
    {
        Result<SettlementView> result = await read.ExecuteAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        return result.Value is { } settlement ? TypedResults.Ok(WithLinks(settlement)) : new Problem(result.Error!);
    }

    static async Task<Results<Ok<PageBody<SettlementView>>, EmptyHttpResult>> ListAsync(HttpContext context, ListSettlements list, ExportSettlements export, ReadTemplates templates)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        SettlementFilter filter = SettlementQuery.Read(context.Request.Query, await templates.OfferedAsync(context.Caller(), context.RequestAborted), faults);
        if (!faults.Has("/state") && await templates.StatesInsteadAsync(context.Caller(), filter.States, context.RequestAborted) is { } states)
            faults.Add("/state", "unknown_value", $"Use one of: {string.Join(", ", states)}.");
        bool csv = SettlementCsv.IsAsked(context.Request);
        string table = SettlementQuery.Table(context.Request.Query, csv, faults);
        Refusal.ThrowIfAny(faults);
        context.Response.Headers.Vary = "Accept";
        if (csv)
        {
            await SettlementCsv.WriteAsync(context, export.ExecuteAsync(context.Caller(), filter, context.RequestAborted), table);
            return TypedResults.Empty;
        }
        Page<SettlementView> page = await list.ExecuteAsync(context.Caller(), filter, paging.Limit, paging.Offset, context.RequestAborted);
        return TypedResults.Ok(paging.Body(page with { Items = [.. page.Items.Select(WithLinks)] }));
    }

    static async Task<Results<Ok<PageBody<EventView>>, Problem>> EventsAsync(HttpContext context, ListEvents events, string id)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        // A fault of the query must not reveal that a foreign settlement exists.
        if (faults.Any && await events.IsVisibleAsync(context.Caller(), settlement, context.RequestAborted))
            Refusal.ThrowIfAny(faults);
        Result<Page<EventView>> result = await events.ExecuteAsync(context.Caller(), settlement, paging.Limit, paging.Offset, context.RequestAborted);
        return result.Value is { } page ? TypedResults.Ok(paging.Body(page)) : new Problem(result.Error!);
    }

    static async Task<Results<Ok<SettlementView>, Problem>> ConfirmAsync(HttpContext context, ConfirmSettlement confirm, string id)
    {
        Result<AnswerableSettlement> found = await confirm.FindAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        if (found.Value is not { } settlement)
            return new Problem(found.Error!);
        RequestBody<ConfirmSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.ConfirmSettlementRequest);
        Result<Answered> result = await confirm.ExecuteAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        return result.Value is { } answered ? Respond(context, body, answered) : new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.ConfirmSettlementRequest));
    }

    static async Task<Results<Ok<SettlementView>, Problem>> RejectAsync(HttpContext context, ConfirmSettlement confirm, RejectSettlement reject, string id)
    {
        Result<AnswerableSettlement> found = await confirm.FindAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        if (found.Value is not { } settlement)
            return new Problem(found.Error!);
        RequestBody<RejectSettlementRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RejectSettlementRequest);
        Result<Answered> result = await reject.ExecuteAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        return result.Value is { } answered ? Respond(context, body, answered) : new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.RejectSettlementRequest));
    }

    /// <summary>The settlement as an answer to what was said of it.</summary>
    internal static Ok<SettlementView> Respond<T>(HttpContext context, RequestBody<T> body, Answered answered)
    {
        Report(context, body, answered.Repeated);
        return TypedResults.Ok(WithLinks(answered.Settlement));
    }

    /// <summary>Writes the headers of a repeat and of members that are not known.</summary>
    internal static void Report<T>(HttpContext context, RequestBody<T> body, bool repeated)
    {
        if (repeated)
            context.Response.Headers["Idempotent-Replayed"] = "true";
        body.ReportIgnored(context.Response);
    }

    /// <summary>The settlement with the paths under which it is served.</summary>
    internal static SettlementView WithLinks(SettlementView settlement) =>
        settlement with { Links = new LinksView($"/v1/settlements/{settlement.Id}", $"/v1/settlements/{settlement.Id}/events") };
}
