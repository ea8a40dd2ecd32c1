using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.DepositLinks;
using Keystone.Settlements.Deposits;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Settlements;

/// <summary>Links by which parties without an account deposit.</summary>
internal static class DepositLinkEndpoints
{
    const string Path = "/v1/settlements/{id}/deposit-links", Parameter = "link_id";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).WithTags("settlements");
        group.MapPost("", CreateAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("createDepositLink")
            .WithSummary("Make a link by which a party without an account deposits")
            .WithDescription("A page for one role of one settlement, which works with the wallet of the party's browser. It works from REGISTERING_ESCROW to the deadline, unless it is revoked. The link is in this answer and in no other.")
            .WithBody<CreateDepositLinkRequest>(Examples.CreateDepositLink)
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.EscrowNotRegistered, ErrorCodes.SettlementEnded, ErrorCodes.DepositLinkLimitReached, ErrorCodes.DepositPageOff, ErrorCodes.ValidationFailed);
        group.MapGet("", ListAsync).RequireScope(Scopes.SettlementsRead).WithName("listDepositLinks").WithSummary("List your links to a settlement").WithQuery(Paging.Parameters)
            .WithErrors(ErrorCodes.NotFound, ErrorCodes.ValidationFailed);
        group.MapDelete($"{{{Parameter}}}", RevokeAsync).RequireScope(Scopes.SettlementsWrite, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm).WithName("revokeDepositLink")
            .WithSummary("Revoke a link").WithDescription("At once. A link that was revoked stays so.").WithErrors(ErrorCodes.NotFound);
    }

    static async Task<Results<Created<DepositLinkView>, Problem>> CreateAsync(HttpContext context, ManageDepositLinks links, IServiceProvider services, string id)
    {
        Result<SignableSettlement> found = await links.FindAsync(context.Caller(), PathId.Read(id, "Settlement"), context.RequestAborted);
        if (found.Value is not { } settlement) return new Problem(found.Error!);
        RequestBody<CreateDepositLinkRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.CreateDepositLinkRequest);
        if (services.GetService<IDepositPages>() is not { } pages)
            return new Problem(new DomainError(ErrorCodes.DepositPageOff, "This installation serves no page on which parties deposit; its operator can switch it on. Read deposit-instructions instead."));
        Result<CreatedDepositLink> result = await links.CreateAsync(context.Caller(), settlement, body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } made) return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.CreateDepositLinkRequest));
        context.Response.Headers.CacheControl = "no-store";
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"/v1/settlements/{made.Link.SettlementId}/deposit-links/{made.Link.Id}", made.Link with { Url = pages.UrlOf(made.Token).AbsoluteUri });
    }

    static async Task<Results<Ok<PageBody<DepositLinkView>>, Problem>> ListAsync(HttpContext context, ManageDepositLinks links, string id)
    {
        Guid settlement = PathId.Read(id, "Settlement");
        // A foreign id is refused before the query is looked at.
        if ((await links.FindAsync(context.Caller(), settlement, context.RequestAborted)).Error is { } hidden) return new Problem(hidden);
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        Result<Page<DepositLinkView>> result = await links.ListAsync(context.Caller(), settlement, paging.Limit, paging.Offset, context.RequestAborted);
        return result.Value is { } page ? TypedResults.Ok(paging.Body(page)) : new Problem(result.Error!);
    }

    static async Task<Results<NoContent, Problem>> RevokeAsync(HttpContext context, ManageDepositLinks links, string id, [FromRoute(Name = Parameter)] string link) =>
        await links.RevokeAsync(context.Caller(), PathId.Read(id, "Settlement"), Guid.TryParseExact(link, "D", out Guid one) ? one : Guid.Empty, context.RequestAborted) is { } error
            ? new Problem(error) : TypedResults.NoContent();
}
