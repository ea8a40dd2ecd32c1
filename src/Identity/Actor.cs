namespace Keystone.Identity;

/// <summary>Who changes something of a platform: a tenant's credential, within what it may, or the operator.</summary>
/// <param name="Caller">The credential; null for the operator, who may do everything.</param>
/// <param name="Scopes">Scopes of its token with all that they hold.</param>
public sealed record Actor(Caller? Caller, IReadOnlySet<string> Scopes)
{
    /// <summary>The operator.</summary>
    public static Actor Operator { get; } = new(null, new HashSet<string>());

    /// <summary>True for the operator.</summary>
    public bool IsOperator => Caller is null;

    /// <summary>Nobody gives what he does not have: the scopes that were asked for and are not held.</summary>
    public IEnumerable<string> Lacking(IEnumerable<string> scopes) => IsOperator ? [] : scopes.Where(scope => !Scopes.Contains(scope));

    /// <summary>A sandbox's credential manages sandboxes; what concerns production is for production's own and for the operator.</summary>
    public bool MayManage(string kind) => IsOperator || kind == "sandbox" || Caller!.EnvironmentKind == "production";
}
