using Keystone.Identity.Sessions;
using Microsoft.AspNetCore.Identity;

namespace Keystone.Dashboard.SignIn;

/// <summary>What a person signs in with.</summary>
/// <param name="Email">E-mail address.</param>
/// <param name="Passkeys">Passkeys, oldest first.</param>
/// <param name="HasPassword">There is a password, with an app.</param>
/// <param name="RecoveryCodes">Recovery codes that are left.</param>
/// <param name="Sessions">Open sessions, newest first.</param>
/// <param name="HasPasskeys">Passkeys work at this address.</param>
public sealed record Account(string Email, IReadOnlyList<UserPasskeyInfo> Passkeys, bool HasPassword, int RecoveryCodes, IReadOnlyList<MemberSession> Sessions, bool HasPasskeys);
