using Keystone.Identity.Errors;
using Keystone.Identity.Members;

namespace Keystone.Identity;

/// <summary>Who changes something of a platform: a tenant's credential or member, within what it may, or the operator.</summary>
/// <param name="Caller">The credential or member; null for the operator, who may do everything.</param>
/// <param name="Scopes">Scopes of its token or roles with all that they hold.</param>
public sealed record Actor(Caller? Caller, IReadOnlySet<string> Scopes)
{
    /// <summary>The operator.</summary>
    public static Actor Operator { get; } = new(null, new HashSet<string>());

    /// <summary>A caller with all that it may: for members, whose pages are not narrowed by a token.</summary>
    public static Actor Of(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return new Actor(caller, Identity.Scopes.Effective(caller.Scopes, caller.FourEyes));
    }

    /// <summary>True for the operator.</summary>
    public bool IsOperator => Caller is null;

    /// <summary>
    /// Why the actor does not get what needs a scope; null when it does. A member needs a recent proof of presence as well: what a person leaves open on a desk changes
    /// neither secrets nor members.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="now">UTC.</param>
    public IdentityError? Refuse(string scope, DateTimeOffset now) =>
        IsOperator ? null
        : !Scopes.Contains(scope) ? new IdentityError("insufficient_scope", $"This needs the scope {scope}.")
        : !Caller!.IsPresent(now) ? IdentityError.PresenceRequired
        : null;

    /// <summary>
    /// Nobody gives what he does not have: the scopes that were asked for and are not held. A member who manages the platform gives to others what he may not do himself:
    /// whoever manages need not be one who trades.
    /// </summary>
    public IEnumerable<string> Lacking(IEnumerable<string> scopes) => IsOperator ? [] : IsManager ? scopes.Where(scope => scope == Identity.Scopes.Admin) : scopes.Where(scope => !Scopes.Contains(scope));

    bool IsManager => Caller is { IsMember: true } member && member.Roles.Contains(MemberRoles.PlatformManager);

    /// <summary>A sandbox's credential manages sandboxes; what concerns production is for production's own, for the platform's managers and for the operator.</summary>
    public bool MayManage(string kind) => IsOperator || kind == "sandbox" || IsManager || Caller!.EnvironmentKind == "production";
}
