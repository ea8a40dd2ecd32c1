using System.Security.Claims;
using Keystone.Dashboard.Callers;
using Keystone.Dashboard.Http;
using Keystone.Identity;

namespace Keystone.Dashboard.SignIn;

/// <summary>Callers of the development sign-in: whoever has the secret of a credential acts as a member with the scopes of the credential.</summary>
internal sealed class DevelopmentCallers(CallerCache callers) : IDashboardCallers
{
    public async Task<DashboardCaller?> FindAsync(ClaimsPrincipal principal, string? environment, CancellationToken cancellationToken)
    {
        if (await FindAsync(principal, cancellationToken) is not { } caller || (caller.IsOperator ? environment is not null : environment is not null && environment != caller.EnvironmentSlug)) return null;
        return new DashboardCaller(principal.FindFirstValue(DashboardDefaults.SessionClaim) ?? "", caller.ClientId, caller.PlatformName,
            [caller.IsOperator ? "operator" : "development"], caller, caller.IsOperator ? [] : [new DashboardEnvironment(caller.EnvironmentSlug, caller.EnvironmentKind)]);
    }

    public async Task<string?> FirstEnvironmentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        await FindAsync(principal, cancellationToken) is { } caller ? caller.IsOperator ? "" : caller.EnvironmentSlug : null;

    async Task<Caller?> FindAsync(ClaimsPrincipal principal, CancellationToken cancellationToken) =>
        principal.FindFirstValue(DashboardDefaults.MemberClaim) is { } client ? await callers.FindAsync(null, client, null, cancellationToken) : null;
}
