using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Wallets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Tenants;

/// <summary><c>/v1/wallets</c>: the wallets that parties of the caller's environment may use.</summary>
internal static class WalletEndpoints
{
    const string Path = "/v1/wallets", What = "Wallet";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup(Path).RequireScope(Scopes.WalletsManage).WithTags("wallets");
        group.MapGet("", ListAsync).WithName("listWallets").WithSummary("List the registered wallets of your environment").WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);
        group.MapPost("", RegisterAsync).WithName("registerWallet").WithSummary("Register a wallet")
            .WithDescription("It may be used a day later, or as soon as a second person has approved it. Wallets count where the environment has wallets_required on.")
            .WithBody<RegisterWalletRequest>(TenantExamples.RegisterWallet).WithErrors(ErrorCodes.WalletExists, ErrorCodes.WalletLimitReached, ErrorCodes.ValidationFailed);
        group.MapGet("{id}", GetAsync).WithName("getWallet").WithSummary("Read a registered wallet").WithErrors(ErrorCodes.NotFound);
        group.MapPost("{id}/approve", ApproveAsync).WithName("approveWallet").WithSummary("Approve a wallet that another person registered")
            .WithDescription("Persons differ when the members do who made the credentials; a credential that was made by a credential stands for the same person.")
            .WithErrors(ErrorCodes.SecondPersonNeeded, ErrorCodes.NotFound);
        group.MapDelete("{id}", RemoveAsync).WithName("removeWallet").WithSummary("Remove a wallet").WithErrors(ErrorCodes.NotFound);
    }

    static async Task<Ok<PageBody<WalletView>>> ListAsync(HttpContext context, ManageWallets wallets)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await wallets.ListAsync(context.Caller(), paging.Limit, paging.Offset, context.RequestAborted)));
    }

    static async Task<Results<Created<WalletView>, Problem>> RegisterAsync(HttpContext context, ManageWallets wallets)
    {
        RequestBody<RegisterWalletRequest> body = await BodyReader.ReadAsync(context, ApiJson.Default.RegisterWalletRequest);
        Result<WalletView> result = await wallets.RegisterAsync(context.Caller(), body.Value, body.Faults, context.RequestAborted);
        if (result.Value is not { } made) return new Problem(FaultOrder.Sort(result.Error!, ApiJson.Default.RegisterWalletRequest));
        body.ReportIgnored(context.Response);
        return TypedResults.Created($"{Path}/{made.Id}", made);
    }

    static async Task<Results<Ok<WalletView>, Problem>> GetAsync(HttpContext context, ManageWallets wallets, string id) =>
        Answer(await wallets.FindAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted));

    static async Task<Results<Ok<WalletView>, Problem>> ApproveAsync(HttpContext context, ManageWallets wallets, string id) =>
        Answer(await wallets.ApproveAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted));

    static async Task<Results<NoContent, Problem>> RemoveAsync(HttpContext context, ManageWallets wallets, string id) =>
        await wallets.RemoveAsync(context.Caller(), PathId.Read(id, What), context.RequestAborted) is { } error ? new Problem(error) : TypedResults.NoContent();

    static Results<Ok<WalletView>, Problem> Answer(Result<WalletView> result) => result.Value is { } wallet ? TypedResults.Ok(wallet) : new Problem(result.Error!);
}
