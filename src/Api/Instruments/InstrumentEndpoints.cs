using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Instruments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Instruments;

/// <summary><c>/v1/instruments</c>: the tokens that the caller's environment registered.</summary>
internal static class InstrumentEndpoints
{
    const string Path = "/v1/instruments", What = "Instrument";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scopes.InstrumentsManage).WithTags("instruments");
        group.MapGet("", ListAsync).WithName("listInstruments").WithSummary("List the tokens that your environment registered, by symbol")
            .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", RegisterAsync).WithName("registerInstrument").WithSummary("Register a token under a symbol")
            .WithDescription("The contract is read once, now: code, standard, decimals and what it calls itself. The same again is answered with 200.")
            .WithBody<RegisterInstrumentRequest>(Examples.RegisterInstrument)
            .WithErrors(ErrorCodes.ValidationFailed, ErrorCodes.SymbolTaken, ErrorCodes.SymbolConfusable, ErrorCodes.CrossChainNotSupported, ErrorCodes.QuotaReached, ErrorCodes.NodeUnavailable);
        group.MapDelete("{id}", RemoveAsync).WithName("removeInstrument").WithSummary("Forget a symbol")
            .WithDescription("Settlements that were instructed by it go on with the token that it stood for.").WithErrors(ErrorCodes.NotFound);
    }

    static async Task<Ok<PageBody<InstrumentView>>> ListAsync(HttpContext context, ListInstruments list)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await list.ExecuteAsync(context.Caller(), paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Results<Created<InstrumentView>, Ok<InstrumentView>, Problem>> RegisterAsync(HttpContext context, RegisterInstrument register)
    {
        RequestBody<RegisterInstrumentRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RegisterInstrumentRequest);
        Result<RegisteredInstrument> result = await register.ExecuteAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } registered)
            return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.RegisterInstrumentRequest));
        body.ReportIgnored(context.Response);
        return registered.IsNew ? TypedResults.Created($"{Path}/{registered.Instrument.Id}", registered.Instrument) : TypedResults.Ok(registered.Instrument);
    }

    static async Task<Results<NoContent, Problem>> RemoveAsync(HttpContext context, RemoveInstrument remove, string id) =>
        await remove.ExecuteAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted) is { } refused ? new Problem(refused) : TypedResults.NoContent();
}
