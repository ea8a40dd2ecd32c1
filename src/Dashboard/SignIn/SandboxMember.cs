namespace Keystone.Dashboard.SignIn;

/// <summary>A member who signs in by a link alone.</summary>
/// <param name="Person">Person.</param>
/// <param name="Member">The person's place.</param>
/// <param name="Email">E-mail address.</param>
public sealed record SandboxMember(Guid Person, Guid Member, string Email);
