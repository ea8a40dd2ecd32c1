using System.Security.Claims;
using Keystone.Dashboard.Callers;
using Keystone.Identity;
using Keystone.Identity.Sessions;

namespace Keystone.Dashboard.SignIn;

/// <summary>Callers of members who signed in.</summary>
internal sealed class MemberDashboardCallers(MemberSessions sessions, MemberCallers callers) : IDashboardCallers
{
    public async Task<DashboardCaller?> FindAsync(ClaimsPrincipal principal, string? environment, CancellationToken cancellationToken)
    {
        if (MemberCookie.SessionId(principal) is not { } id || await sessions.FindAsync(id, cancellationToken) is not { } session) return null;
        Caller? caller = environment is null ? await callers.FindOperatorAsync(id, cancellationToken) : await callers.FindAsync(id, environment, cancellationToken);
        if (caller is null) return null;
        IReadOnlyList<MemberEnvironment> environments = await callers.EnvironmentsAsync(id, cancellationToken);
        return new DashboardCaller(id.ToString(), session.MemberId.ToString(), session.Name ?? session.Email, session.Roles, caller,
            [.. environments.Select(one => new DashboardEnvironment(one.Slug, one.Kind))]);
    }

    public async Task<string?> FirstEnvironmentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (MemberCookie.SessionId(principal) is not { } id || await sessions.FindAsync(id, cancellationToken) is not { } session) return null;
        return session.IsOperator ? "" : (await callers.EnvironmentsAsync(id, cancellationToken)).FirstOrDefault()?.Slug;
    }
}
