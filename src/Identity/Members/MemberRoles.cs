namespace Keystone.Identity.Members;

/// <summary>Roles of members and the scopes that each holds: the one table of it.</summary>
public static class MemberRoles
{
    /// <summary>Instructs settlements, proposes wallets and instruments.</summary>
    public const string Instruct = "instruct";

    /// <summary>Confirms and rejects, and is the second person for what others proposed.</summary>
    public const string Approve = "approve";

    /// <summary>Reads screening evidence and decides.</summary>
    public const string Compliance = "compliance";

    /// <summary>Reads.</summary>
    public const string ReadOnly = "read_only";

    /// <summary>Manages members, credentials, environments, networks and webhooks.</summary>
    public const string PlatformManager = "platform_manager";

    /// <summary>Runs the system; of members without a platform alone, and not in <see cref="All"/>.</summary>
    public const string Operator = "operator";

    static readonly string[] Read = [Scopes.SettlementsRead, Scopes.TemplatesRead, Scopes.PlatformRead];

    static readonly Dictionary<string, string[]> Table = new(StringComparer.Ordinal)
    {
        [Instruct] = [.. Read, Scopes.SettlementsInstruct, Scopes.WalletsManage, Scopes.InstrumentsManage],
        [Approve] = [.. Read, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.WalletsManage, Scopes.InstrumentsManage],
        [Compliance] = [.. Read, Scopes.ComplianceDecide],
        [ReadOnly] = Read,
        [PlatformManager] = [.. Read, Scopes.PlatformManage, Scopes.WebhooksManage, Scopes.MembersManage, Scopes.TemplatesWrite],
    };

    /// <summary>All roles.</summary>
    public static IReadOnlyCollection<string> All => Table.Keys;

    /// <summary>Scopes of a role.</summary>
    public static IReadOnlyList<string> ScopesOf(string role) => role == Operator ? [Scopes.Admin, Scopes.ComplianceDecide] : Table[role];

    /// <summary>Scopes of all these roles.</summary>
    public static string[] ScopesOf(IEnumerable<string> roles) => [.. roles.SelectMany(ScopesOf).Distinct(StringComparer.Ordinal)];

    /// <summary>Why a role cannot be given by somebody; null when it can.</summary>
    public static string? Refuse(string role, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!Table.TryGetValue(role, out string[]? scopes)) return $"There is no such role. Use some of: {string.Join(", ", All)}.";
        return actor.Lacking(scopes).FirstOrDefault() is { } lacking ? $"The role holds the scope {lacking}, which you do not have yourself, so you cannot give it." : null;
    }
}
