using Keystone.Dashboard.Callers;
using Keystone.Identity.Platforms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.Http;

/// <summary>The logo of a platform, for its own members.</summary>
internal static class LogoImage
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/app/{environment}/logo.png", ReadAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task<IResult> ReadAsync(HttpContext http, string environment, IDashboardCallers callers, LogoStore logos)
    {
        if (await callers.FindAsync(http.User, environment, http.RequestAborted) is not { } caller || await logos.FindAsync(caller.Caller.PlatformId, http.RequestAborted) is not { } image)
            return Results.Redirect("/not-found");
        http.Response.Headers.CacheControl = "private, max-age=300";
        return Results.Bytes(image, "image/png");
    }
}
