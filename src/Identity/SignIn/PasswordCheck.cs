namespace Keystone.Identity.SignIn;

/// <summary>What came of a password. Whether it was right is not shown before the code is right, too.</summary>
/// <param name="Person">The person; the empty id when name or password was wrong.</param>
/// <param name="LockedUntil">End of the pause after too many tries; null when there is none.</param>
public sealed record PasswordCheck(Guid Person, DateTimeOffset? LockedUntil);
