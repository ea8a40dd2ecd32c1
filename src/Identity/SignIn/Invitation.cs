namespace Keystone.Identity.SignIn;

/// <summary>An invitation that can still be taken.</summary>
/// <param name="MemberId">The member that it makes.</param>
/// <param name="PersonId">Person who is invited.</param>
/// <param name="Email">Address of the person.</param>
/// <param name="Name">Name of the person; null when there is none.</param>
/// <param name="PlatformName">Platform that invites; null for the operator.</param>
/// <param name="Roles">Roles of the member.</param>
/// <param name="EndsAt">End of the invitation, UTC.</param>
/// <param name="IsKnown">The person signs in already, with something of its own: whoever holds the link proves to be the person by that, and by nothing new.</param>
/// <param name="ExternalOnly">The platform's members sign in at the external provider alone.</param>
public sealed record Invitation(
    Guid MemberId, Guid PersonId, string Email, string? Name, string? PlatformName, IReadOnlyList<string> Roles, DateTimeOffset EndsAt, bool IsKnown, bool ExternalOnly);
