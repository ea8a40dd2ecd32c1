using Keystone.Api.Http;
using Keystone.Identity;
using Keystone.Settlements.Read;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Keystone.Api.Settlements;

/// <summary>Writes settlements as an older version of the API has them: there a leg of the type <c>asset</c> is called <c>asset_delivery</c>.</summary>
internal static class OlderVersion
{
    /// <summary>Endpoint filter of the routes that answer with settlements.</summary>
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? result = await next(context);
        if (VersionMiddleware.Of(context.HttpContext) != ApiVersions.AssetDelivery) return result;
        return (result is INestedHttpResult nested ? nested.Result : result) switch
        {
            Ok<SettlementView> { Value: { } one } => TypedResults.Ok(Write(one)),
            Created<SettlementView> { Value: { } one, Location: var location } => TypedResults.Created(location, Write(one)),
            Accepted<SettlementView> { Value: { } one, Location: var location } => TypedResults.Accepted(location, Write(one)),
            Ok<PageBody<SettlementView>> { Value: { } page } => TypedResults.Ok(page with { Items = [.. page.Items.Select(Write)] }),
            _ => result,
        };
    }

    static SettlementView Write(SettlementView settlement) =>
        settlement with { Legs = [.. settlement.Legs.Select(leg => leg.LegType == "asset" ? leg with { LegType = "asset_delivery" } : leg)] };
}
