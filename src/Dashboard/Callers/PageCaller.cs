using System.Security.Claims;
using Keystone.Dashboard.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Keystone.Dashboard.Callers;

/// <summary>The caller of one circuit, or of one page that is rendered without one. The environment is that of the URL at its beginning.</summary>
internal sealed class PageCaller(IDashboardCallers callers, AuthenticationStateProvider authentication, NavigationManager navigation)
{
    Task<DashboardCaller?>? _first;
    string? _environment;

    /// <summary>The caller as it was at the beginning; null when there is none.</summary>
    public Task<DashboardCaller?> GetAsync() => _first ??= FirstAsync();

    /// <summary>The caller as stored now; null when the session has ended since, or has other roles than the circuit began with.</summary>
    public async Task<DashboardCaller?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (await GetAsync() is not { } first) return null;
        ClaimsPrincipal principal = (await authentication.GetAuthenticationStateAsync()).User;
        return await callers.FindAsync(principal, _environment, cancellationToken) is { } now && now.SessionId == first.SessionId
            && now.MemberId == first.MemberId && now.Caller.EnvironmentId == first.Caller.EnvironmentId ? now : null;
    }

    async Task<DashboardCaller?> FirstAsync()
    {
        _environment = DashboardPaths.EnvironmentOf("/" + navigation.ToBaseRelativePath(navigation.Uri));
        ClaimsPrincipal principal = (await authentication.GetAuthenticationStateAsync()).User;
        return principal.Identity?.IsAuthenticated == true ? await callers.FindAsync(principal, _environment, CancellationToken.None) : null;
    }
}
