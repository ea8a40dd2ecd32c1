using System.Security.Claims;

namespace Keystone.Dashboard.Callers;

/// <summary>
/// Finds who is behind a session. Asked when a page or circuit begins, and again before everything that a person does and each reread, so an answer is kept for 5 s at most: a
/// session that ended, a member without the role, a suspended platform all end open circuits within that time.
/// </summary>
public interface IDashboardCallers
{
    /// <summary>The caller; null when the session has ended, or the member has no environment of that slug: the two are not told apart.</summary>
    /// <param name="principal">The principal of the cookie, with the claims <c>sid</c> and <c>member</c>.</param>
    /// <param name="environment">Slug of the environment in the URL; null for the operator's pages.</param>
    /// <param name="cancellationToken">Cancels the queries.</param>
    Task<DashboardCaller?> FindAsync(ClaimsPrincipal principal, string? environment, CancellationToken cancellationToken);

    /// <summary>Slug of the environment that a member sees first; null when the session has ended. Empty for a person of the operator.</summary>
    Task<string?> FirstEnvironmentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken);
}
