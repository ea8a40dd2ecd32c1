namespace Keystone.Identity.Members;

/// <summary>A person's place in a platform.</summary>
/// <param name="Id">Id.</param>
/// <param name="Email">E-mail address.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Status"><c>invited</c> or <c>active</c>.</param>
/// <param name="InvitationEnds">End of the invitation, UTC; null once it was taken.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record MemberView(
    Guid Id, string Email, string? Name, IReadOnlyList<string> Roles, string Status, DateTimeOffset? InvitationEnds, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A member with the token of the invitation, which is shown this once.</summary>
/// <param name="Member">The member.</param>
/// <param name="InvitationToken">32 random bytes in base64url.</param>
public sealed record InvitedMember(MemberView Member, string InvitationToken)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Member.ToString();
}
