using Keystone.Identity;

namespace Keystone.Settlements.Errors;

/// <summary>
/// What a caller may do, asked by the use case itself: a host that forgets to ask opens nothing. A host whose callers hold less than their row says, such as a token with fewer
/// scopes, asks before.
/// </summary>
internal static class CallerAccess
{
    /// <summary>Why the caller does not get what needs a scope; null when it does.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="parts">Parts of it that are enough by themselves.</param>
    public static DomainError? Refuse(this Caller caller, string scope, params ReadOnlySpan<string> parts)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.May(scope, parts) ? null : new DomainError("insufficient_scope", $"This needs the scope {scope}.");
    }

    /// <summary>The same for what needs a proof of presence as well.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="now">UTC.</param>
    /// <param name="scope">The scope.</param>
    public static DomainError? RefuseWithoutPresence(this Caller caller, DateTimeOffset now, string scope) => caller.Refuse(scope)
        ?? (caller.IsPresent(now) ? null : new DomainError("presence_required", "Confirm that it is you: the last proof is older than 15 minutes. Nothing was done."));
}
