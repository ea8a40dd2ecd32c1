using System.Security.Claims;
using System.Security.Cryptography;
using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Http;
using Keystone.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Keystone.Dashboard.SignIn;

/// <summary>Sign-in of a development system: client id and secret of a credential.</summary>
internal static class DevelopmentSignIn
{
    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton<IDashboardCallers, DevelopmentCallers>();
        services.AddAuthentication().AddCookie(DashboardDefaults.Scheme, cookie =>
        {
            cookie.Cookie.Name = DashboardDefaults.Cookie;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.Always;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
        });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(DashboardPaths.SignIn, SignInAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-out", async context =>
        {
            await context.SignOutAsync(DashboardDefaults.Scheme);
            context.Response.Redirect("/signed-out");
        }).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task SignInAsync(
        HttpContext context, IssueToken tokens, IDashboardCallers callers, [FromForm(Name = "client_id")] string clientId, [FromForm(Name = "client_secret")] string secret,
        [FromForm(Name = "return")] string? back)
    {
        TokenResult result = await tokens.ExecuteAsync(clientId, secret, null, null, context.RequestAborted);
        if (result is not TokenResult.Issued)
        {
            context.Response.Redirect(DashboardPaths.SignIn + "?failed=1");
            return;
        }
        ClaimsPrincipal principal = new(new ClaimsIdentity(
            [new Claim(DashboardDefaults.SessionClaim, RandomNumberGenerator.GetHexString(32, lowercase: true)), new Claim(DashboardDefaults.MemberClaim, clientId)], DashboardDefaults.Scheme));
        await context.SignInAsync(DashboardDefaults.Scheme, principal);
        string? environment = await callers.FirstEnvironmentAsync(principal, context.RequestAborted);
        string first = environment is { Length: > 0 } slug ? $"{DashboardPaths.App}/{Uri.EscapeDataString(slug)}" : DashboardPaths.Operator;
        context.Response.Redirect(back is ['/', not ('/' or '\\'), ..] ? back : first);
    }
}
