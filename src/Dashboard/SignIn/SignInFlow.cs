using System.Security.Claims;
using Keystone.Dashboard.Http;
using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Keystone.Dashboard.SignIn;

/// <summary>The end of each way in: a session and its cookie.</summary>
internal sealed class SignInFlow(MemberSessions sessions)
{
    /// <summary>Signs a person in. False when the person has no place that this way opens.</summary>
    /// <param name="http">The request; a session that it had before ends.</param>
    /// <param name="person">Who signed in.</param>
    /// <param name="member">The place; null for the one of last time.</param>
    /// <param name="method"><c>passkey</c>, <c>password</c> or <c>external</c>.</param>
    public async Task<bool> SignInAsync(HttpContext http, Guid person, Guid? member, string method) =>
        await WriteAsync(http, await sessions.OpenAsync(person, member, method, Address(http), Agent(http), http.RequestAborted));

    /// <summary>Goes on in another place of the person who signed in. False when the person may not.</summary>
    /// <param name="http">The request; its session ends.</param>
    /// <param name="before">That session.</param>
    /// <param name="member">The place.</param>
    public async Task<bool> ContinueAsync(HttpContext http, MemberSession before, Guid member) =>
        await WriteAsync(http, await sessions.ContinueAsync(before, member, Address(http), Agent(http), http.RequestAborted));

    async Task<bool> WriteAsync(HttpContext http, MemberSession? session)
    {
        if (session is null) return false;
        if (http.Features.Get<MemberSession>() is { } before) await sessions.EndAsync(before.Id, null, session.MemberId.ToString(), http.RequestAborted);
        http.Features.Set(session);
        List<Claim> claims =
        [
            new(DashboardDefaults.SessionClaim, session.Id.ToString()), new("sub", session.PersonId.ToString()), new(DashboardDefaults.MemberClaim, session.MemberId.ToString()),
            new(ClaimTypes.Name, session.Email),
        ];
        if (session.PlatformId is { } platform) claims.Add(new Claim("platform", platform.ToString()));
        ClaimsPrincipal principal = new(new ClaimsIdentity(claims, DashboardDefaults.Scheme));
        // Not persistent: the browser forgets the cookie when it closes.
        await http.SignInAsync(DashboardDefaults.Scheme, principal, new AuthenticationProperties { IsPersistent = false });
        return true;
    }

    static string? Agent(HttpContext http) => http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null;

    /// <summary>Address of the browser, as text; <c>unknown</c> when the server does not know it.</summary>
    public static string Address(HttpContext http)
    {
        System.Net.IPAddress? address = http.Connection.RemoteIpAddress;
        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "unknown";
    }

    /// <summary>A path of this host, else the first page: nobody is sent elsewhere by a link to the sign-in.</summary>
    public static string LocalPath(string? path) => path is ['/', not ('/' or '\\'), ..] or ['/'] && !path.Any(char.IsControl) ? path : "/";
}
