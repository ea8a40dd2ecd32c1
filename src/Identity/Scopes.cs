namespace Keystone.Identity;

/// <summary>Scopes of credentials: the one table of what may be granted, and what one scope holds beside itself.</summary>
public static class Scopes
{
    /// <summary>Read settlements and their events.</summary>
    public const string SettlementsRead = "settlements:read";

    /// <summary><see cref="SettlementsInstruct"/> and <see cref="SettlementsConfirm"/>; decisions on compliance too where the environment does without a second person.</summary>
    public const string SettlementsWrite = "settlements:write";

    /// <summary>Instruct settlements, and conduct those that were instructed.</summary>
    public const string SettlementsInstruct = "settlements:instruct";

    /// <summary>Confirm and reject settlements of other platforms.</summary>
    public const string SettlementsConfirm = "settlements:confirm";

    /// <summary>Decide on flagged parties.</summary>
    public const string ComplianceDecide = "compliance:decide";

    /// <summary>Register tokens.</summary>
    public const string InstrumentsManage = "instruments:manage";

    /// <summary>Register wallets, and approve those that others registered.</summary>
    public const string WalletsManage = "wallets:manage";

    /// <summary>Invite members and change their roles.</summary>
    public const string MembersManage = "members:manage";

    /// <summary>Read templates.</summary>
    public const string TemplatesRead = "templates:read";

    /// <summary>Add and change templates of the environment.</summary>
    public const string TemplatesWrite = "templates:write";

    /// <summary>Read the platform, its environments and its activity.</summary>
    public const string PlatformRead = "platform:read";

    /// <summary>Change the platform, its environments, credentials and address rules.</summary>
    public const string PlatformManage = "platform:manage";

    /// <summary>Manage the receivers of webhooks.</summary>
    public const string WebhooksManage = "platform:webhooks:manage";

    /// <summary>Everything under <c>/v1/admin</c>; of the operator's credentials alone.</summary>
    public const string Admin = "admin";

    /// <summary>Scopes that a credential of an environment may have, with their meaning.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> OfTenants { get; } =
    [
        (SettlementsRead, "Read settlements and their events."),
        (SettlementsWrite, "Instruct, confirm and reject settlements: settlements:instruct and settlements:confirm; compliance:decide too unless the environment has four-eyes on."),
        (SettlementsInstruct, "Instruct settlements and conduct them."),
        (SettlementsConfirm, "Confirm and reject settlements of other platforms."),
        (ComplianceDecide, "Decide on flagged parties."),
        (InstrumentsManage, "Register tokens."),
        (WalletsManage, "Register wallets and approve them."),
        (MembersManage, "Invite members and change their roles."),
        (TemplatesRead, "Read templates."),
        (TemplatesWrite, "Add and change templates."),
        (PlatformRead, "Read the platform, its environments and its activity."),
        (PlatformManage, "Change the platform, its environments, credentials and address rules."),
        (WebhooksManage, "Manage the receivers of webhooks."),
    ];

    /// <summary>Scopes that a credential of the operator may have, with their meaning.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> OfOperator { get; } =
        [(Admin, "Everything under /v1/admin. Credentials of the operator alone."), (ComplianceDecide, "Decide on flagged parties.")];

    /// <summary>Scopes of a credential for which none are named.</summary>
    public static IReadOnlyList<string> Default { get; } = [SettlementsRead, SettlementsWrite, TemplatesRead, PlatformRead, WebhooksManage];

    /// <summary>The scopes with all that they hold.</summary>
    /// <param name="granted">Of a credential or a token.</param>
    /// <param name="fourEyes">The environment's switch: with it nobody who writes settlements decides on compliance by that alone.</param>
    public static IReadOnlySet<string> Effective(IEnumerable<string> granted, bool fourEyes)
    {
        HashSet<string> all = new(granted, StringComparer.Ordinal);
        if (!all.Contains(SettlementsWrite)) return all;
        all.UnionWith([SettlementsInstruct, SettlementsConfirm]);
        if (!fourEyes) all.Add(ComplianceDecide);
        return all;
    }

    /// <summary>The first of the scopes that may not be granted; null when all may.</summary>
    /// <param name="scopes">As asked for.</param>
    /// <param name="ofOperator">For a credential of the operator.</param>
    public static string? Unknown(IEnumerable<string> scopes, bool ofOperator) =>
        scopes.FirstOrDefault(scope => !(ofOperator ? OfOperator : OfTenants).Any(known => known.Name == scope));
}
