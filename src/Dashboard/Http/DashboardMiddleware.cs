using Keystone.Dashboard.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.Http;

/// <summary>What every response of the dashboard has: the policy for the browser, the member of the session cookie, and for what is a member's alone the way to the sign-in.</summary>
internal sealed class DashboardMiddleware(RequestDelegate next)
{
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; "
        + "form-action 'self'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        PathString path = context.Request.Path;
        if (!DashboardPaths.Owns(path))
        {
            await next(context);
            return;
        }
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        if (path.StartsWithSegments(DashboardPaths.Deposit, StringComparison.Ordinal))
        {
            headers["Referrer-Policy"] = "no-referrer";
            headers["X-Robots-Tag"] = "noindex";
        }
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "publickey-credentials-get=(self), publickey-credentials-create=(self)";
        if (path.StartsWithSegments(DashboardPaths.Assets, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }
        // Late: the form token of a page sets the same header, and says so where it finds another one.
        context.Response.OnStarting(() =>
        {
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (path.StartsWithSegments(DashboardPaths.Circuit, StringComparison.Ordinal) && !OriginCheck.IsOwn(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("This address answers to its own pages only.", context.RequestAborted);
            return;
        }
        // Who called with a bearer token is no member: the cookie alone opens pages.
        bool isMember = context.User.HasClaim(claim => claim.Type == DashboardDefaults.SessionClaim);
        if (!isMember && (await context.AuthenticateAsync(DashboardDefaults.Scheme)).Principal is { } principal) (context.User, isMember) = (principal, true);
        if (!isMember && DashboardPaths.NeedsSession(path))
        {
            if (path.StartsWithSegments(DashboardPaths.Circuit, StringComparison.Ordinal))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                await context.Response.WriteAsync("Sign in first.", context.RequestAborted);
                return;
            }
            context.Response.Redirect($"{DashboardPaths.SignIn}?return={Uri.EscapeDataString(path + context.Request.QueryString)}");
            return;
        }
        await next(context);
    }
}
