namespace Keystone.Identity.Members;

/// <summary>Roles of members and the scopes that each holds: the one table of it.</summary>
public static class MemberRoles
{
    static readonly Dictionary<string, string[]> Table = new(StringComparer.Ordinal)
    {
        ["instruct"] = [Scopes.SettlementsRead, Scopes.SettlementsInstruct, Scopes.SettlementsConfirm, Scopes.TemplatesRead, Scopes.PlatformRead],
        ["approve"] = [Scopes.SettlementsRead, Scopes.TemplatesRead, Scopes.PlatformRead, Scopes.WalletsManage, Scopes.InstrumentsManage],
        ["compliance"] = [Scopes.SettlementsRead, Scopes.PlatformRead, Scopes.ComplianceDecide],
        ["read_only"] = [Scopes.SettlementsRead, Scopes.TemplatesRead, Scopes.PlatformRead],
        ["platform_manager"] =
        [
            Scopes.PlatformRead, Scopes.PlatformManage, Scopes.WebhooksManage, Scopes.MembersManage, Scopes.WalletsManage, Scopes.InstrumentsManage, Scopes.TemplatesRead,
            Scopes.TemplatesWrite,
        ],
    };

    /// <summary>All roles.</summary>
    public static IReadOnlyCollection<string> All => Table.Keys;

    /// <summary>Scopes of a role.</summary>
    public static IReadOnlyList<string> ScopesOf(string role) => Table[role];

    /// <summary>Why a role cannot be given by somebody; null when it can.</summary>
    public static string? Refuse(string role, Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!Table.TryGetValue(role, out string[]? scopes)) return $"There is no such role. Use some of: {string.Join(", ", All)}.";
        return actor.Lacking(scopes).FirstOrDefault() is { } lacking ? $"The role holds the scope {lacking}, which you do not have yourself, so you cannot give it." : null;
    }
}
