using Keystone.Identity.Members;

namespace Keystone.Identity.Sessions;

/// <summary>A member who signed in, as stored at this moment.</summary>
/// <param name="Id">Id, claim <c>sid</c> of the cookie.</param>
/// <param name="MemberId">Member.</param>
/// <param name="PersonId">Person behind the member.</param>
/// <param name="PlatformId">Platform; null for a member of the operator.</param>
/// <param name="PlatformSlug">Its slug; null for the operator.</param>
/// <param name="PlatformName">Its name; null for the operator.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Name">Name for people; null when there is none.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Method"><c>passkey</c>, <c>password</c> or <c>external</c>.</param>
/// <param name="Address">Address at sign-in; null when it was not known.</param>
/// <param name="UserAgent">What the browser called itself.</param>
/// <param name="CreatedAt">Sign-in, UTC.</param>
/// <param name="LastSeenAt">Last activity, at most a minute late, UTC.</param>
/// <param name="PresentAt">Last proof of presence: sign-in or step-up, UTC.</param>
/// <param name="ExpiresAt">Latest end, UTC.</param>
public sealed record MemberSession(
    Guid Id, Guid MemberId, Guid PersonId, Guid? PlatformId, string? PlatformSlug, string? PlatformName, string Email, string? Name, IReadOnlyList<string> Roles, string Method,
    string? Address, string? UserAgent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset PresentAt, DateTimeOffset ExpiresAt)
{
    /// <summary>A session without activity ends after this time.</summary>
    public static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(30);

    /// <summary>Every session ends after this time.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Time for which a proof of presence is enough for what needs one.</summary>
    public static readonly TimeSpan PresenceLife = TimeSpan.FromMinutes(15);

    /// <summary>A member of the operator.</summary>
    public bool IsOperator => PlatformId is null;

    /// <summary>True when the member has the role.</summary>
    public bool Has(string role) => Roles.Contains(role, StringComparer.Ordinal);

    /// <summary>True when the last proof of presence is young enough.</summary>
    /// <param name="now">UTC.</param>
    public bool IsPresent(DateTimeOffset now) => PresentAt > now - PresenceLife;

    /// <summary>Scopes of the roles.</summary>
    public string[] Scopes => MemberRoles.ScopesOf(Roles);
}
