using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Keystone.Dashboard.SignIn;

/// <summary>
/// The cookies of sign-in. That of a session carries its id and nothing that a row does not say anew at each request; the others last for one step of the way in. Lax and not
/// Strict: a link in a mail, and the way back from a provider, arrive without a Strict cookie.
/// </summary>
internal sealed class MemberCookie(SignInSurroundings surroundings, MemberSessions sessions, TimeProvider time) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    /// <summary>Scheme of the cookie between password and code.</summary>
    public const string CodeScheme = "Keystone.Code";

    static readonly TimeSpan StepLife = TimeSpan.FromMinutes(10);

    public void Configure(CookieAuthenticationOptions options)
    {
        // Each scheme has a name.
    }

    public void Configure(string? name, CookieAuthenticationOptions options)
    {
        string? cookie = name switch
        {
            DashboardDefaults.Scheme => "keystone",
            CodeScheme => "keystone-code",
            _ when name == IdentityConstants.TwoFactorUserIdScheme => "keystone-passkey",
            _ when name == IdentityConstants.ExternalScheme => "keystone-provider",
            _ => null,
        };
        if (cookie is null) return;
        options.Cookie.Name = surroundings.CookieName(cookie);
        options.Cookie.SecurePolicy = surroundings.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.Path = "/";
        options.SlidingExpiration = false;
        options.TimeProvider = time;
        options.ExpireTimeSpan = name == DashboardDefaults.Scheme ? MemberSession.Life : StepLife;
        options.LoginPath = DashboardPaths.SignIn;
        if (name == DashboardDefaults.Scheme) options.Events = new CookieAuthenticationEvents { OnValidatePrincipal = ValidateAsync };
    }

    async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (SessionId(context.Principal) is { } id && await sessions.FindAsync(id, context.HttpContext.RequestAborted) is { } session)
        {
            context.HttpContext.Features.Set(session);
            await sessions.TouchAsync(session, context.HttpContext.RequestAborted);
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(DashboardDefaults.Scheme);
    }

    /// <summary>Id of the session of a principal; null when it is not a member's.</summary>
    public static Guid? SessionId(System.Security.Claims.ClaimsPrincipal? principal) =>
        Guid.TryParse(principal?.FindFirst(DashboardDefaults.SessionClaim)?.Value, out Guid id) ? id : null;
}
