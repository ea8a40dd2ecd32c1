namespace Keystone.Identity.Errors;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Member">Path of the member, such as <c>cors_origins/0</c>; empty for the whole request.</param>
/// <param name="Code">Stable name of the rule.</param>
/// <param name="Message">A sentence that names the fix.</param>
public sealed record MemberFault(string Member, string Code, string Message);
