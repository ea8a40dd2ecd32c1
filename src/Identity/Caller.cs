namespace Keystone.Identity;

/// <summary>Who asks for a use case: a credential of an environment of a platform or a member in it, or the operator's, as stored at this moment.</summary>
/// <param name="ClientId">Credential, or id of the member who acts; the actor in the audit trail.</param>
/// <param name="Scopes">Scopes of the credential.</param>
/// <param name="PlatformId">Platform.</param>
/// <param name="PlatformSlug">Its slug.</param>
/// <param name="PlatformName">Its display name.</param>
/// <param name="EnvironmentId">Environment: what a caller may see and whose keys and rates count. Empty for the operator, to whom no tenant's rows belong.</param>
/// <param name="EnvironmentSlug">Its slug.</param>
/// <param name="EnvironmentKind"><c>sandbox</c> or <c>production</c>; <c>operator</c> for the operator.</param>
/// <param name="ChainId">EIP-155 id of the chain on which the environment settles.</param>
/// <param name="RateLimit">Requests a minute.</param>
/// <param name="DefaultTimeoutSeconds">Time of a settlement whose request names none.</param>
/// <param name="DiscloseName">Counterparties read the names of our parties before they confirm.</param>
public sealed record Caller(
    string ClientId, string[] Scopes, Guid PlatformId, string PlatformSlug, string PlatformName, Guid EnvironmentId, string EnvironmentSlug,
    string EnvironmentKind, long ChainId, int RateLimit, int DefaultTimeoutSeconds, bool DiscloseName)
{
    /// <summary>Claim <c>sub</c> of the credential's tokens.</summary>
    public string Subject => ClientId + "@clients";

    /// <summary>The operator of the system, not a tenant of it.</summary>
    public bool IsOperator => EnvironmentId == Guid.Empty;

    /// <summary>Member who acts, or who made the credential; null when none did.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>Credential on whose behalf the credential was made; null for one that the operator or a member made.</summary>
    public string? MadeBy { get; init; }

    /// <summary>
    /// Who acts: the member who made the credential, else the credential that the operator made, on whose behalf it was made or which it is. Where a second person is
    /// needed, this is what differs: whoever makes a second credential is no second person.
    /// </summary>
    public string Person => MemberId?.ToString() ?? MadeBy ?? ClientId;

    /// <summary>The environment's switch: what needs a second person gets one.</summary>
    public bool FourEyes { get; init; }

    /// <summary>Parties use registered wallets only.</summary>
    public bool WalletsRequired { get; init; }

    /// <summary>Version of the API that answers have when a request names none.</summary>
    public string ApiVersion { get; init; } = ApiVersions.Current;

    /// <summary>Most settlements open at once; null as the operator's settings say.</summary>
    public int? MaxOpenSettlements { get; init; }

    /// <summary>Most settlements made in an hour; null as the operator's settings say.</summary>
    public int? MaxRegistrationsPerHour { get; init; }

    /// <summary>The request behind a call that changes something; null for reads and commands.</summary>
    public CallerRequest? Request { get; init; }

    /// <summary>Origins of browsers that may call.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Roles of the member who acts; empty for a credential.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Session of the member who acts; null for a credential.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>When the member last proved to be there, by signing in or by a step-up, UTC; null for a credential, whose every request is a proof.</summary>
    public DateTimeOffset? PresentAt { get; init; }

    /// <summary>A member who signed in, not a credential.</summary>
    public bool IsMember => SessionId is not null;

    /// <summary>True when the caller has the scope, or one of its parts.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="parts">Parts of it that are enough by themselves.</param>
    public bool May(string scope, params ReadOnlySpan<string> parts)
    {
        IReadOnlySet<string> held = Keystone.Identity.Scopes.Effective(Scopes, FourEyes);
        if (held.Contains(scope)) return true;
        foreach (string part in parts)
            if (held.Contains(part)) return true;
        return false;
    }

    /// <summary>True for a credential, and for a member whose last proof of presence is younger than <see cref="Sessions.MemberSession.PresenceLife"/>.</summary>
    /// <param name="now">UTC.</param>
    public bool IsPresent(DateTimeOffset now) => !IsMember || PresentAt > now - Sessions.MemberSession.PresenceLife;

    /// <summary>Networks from which the credential may be used; none: from everywhere.</summary>
    public IReadOnlyList<System.Net.IPNetwork> Networks { get; init; } = [];
}
