using Keystone.Api.Http;
using Keystone.Api.Identity;
using Keystone.Api.OpenApi;
using Keystone.Identity;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Api.Admin;

/// <summary><c>/v1/admin/strays</c>: tokens that came to an escrow by a plain transfer, of all platforms.</summary>
internal static class StrayEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/admin/strays", ListAsync).RequireScope(Scopes.Admin).WithTags("admin")
        .WithName("listStrays").WithSummary("List tokens that came to an escrow by a plain transfer, newest first")
        .WithDescription("Nobody can send them back: the escrow pays out deposits alone. The sender and the transaction say whom to tell.")
        .WithQuery(Paging.Parameters).WithErrors(ErrorCodes.ValidationFailed);

    static async Task<Ok<PageBody<StrayView>>> ListAsync(HttpContext context, ReadStrays strays)
    {
        Faults faults = new();
        Paging paging = Paging.Read(context, faults);
        Refusal.ThrowIfAny(faults);
        return TypedResults.Ok(paging.Body(await strays.ExecuteAsync(paging.Limit, paging.Offset, context.RequestAborted)));
    }
}
