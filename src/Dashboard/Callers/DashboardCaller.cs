using Keystone.Identity;

namespace Keystone.Dashboard.Callers;

/// <summary>
/// Who looks at a page and acts on it: made once from the session and the environment in the URL, and never changed while a circuit lasts. A change of environment is a full load
/// of a page, so no circuit ever changes its tenant.
/// </summary>
/// <param name="SessionId">The session, claim <c>sid</c>.</param>
/// <param name="MemberId">The member, claim <c>member</c>.</param>
/// <param name="Name">Name of the person.</param>
/// <param name="Roles">Roles of the member; <c>operator</c> for a person of the operator.</param>
/// <param name="Caller">The caller of the use cases. Its scopes are those of the roles.</param>
/// <param name="Environments">Environments of the platform that the member may open, for the switch in the top bar.</param>
public sealed record DashboardCaller(
    string SessionId, string MemberId, string Name, IReadOnlyList<string> Roles, Caller Caller, IReadOnlyList<DashboardEnvironment> Environments)
{
    /// <summary>A person of the operator, without an environment.</summary>
    public bool IsOperator => Caller.IsOperator;

    /// <summary>True when the member holds a scope: what the API asks of a credential for the same call.</summary>
    public bool May(string scope) => Keystone.Identity.Scopes.Effective(Caller.Scopes, Caller.FourEyes).Contains(scope);
}
