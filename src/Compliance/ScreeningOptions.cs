using Keystone.Compliance.Providers;

namespace Keystone.Compliance;

/// <summary>Settings of section <c>Screening</c>.</summary>
public sealed class ScreeningOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Screening";

    /// <summary>
    /// Path of the deny list, with lines <c>fail|flag name|lei|wallet VALUE</c>. The file may be empty, but it must exist: without it no party is cleared.
    /// </summary>
    public string DenyList { get; set; } = "";

    /// <summary>Hours after which an unchanged list is stale, so that no party is cleared; 0 means never.</summary>
    public int MaxAgeHours { get; set; }

    /// <summary>Seconds until a failed request to a provider is repeated.</summary>
    public int RetrySeconds { get; set; } = 30;

    /// <summary>Maximum time to wait for a provider's response, seconds.</summary>
    public int TimeoutSeconds { get; set; } = 20;

    /// <summary>Score from which a name that is like one of a published list waits for a person, 0 to 1.</summary>
    public double FlagScore { get; set; } = 0.80;

    /// <summary>Score from which a name that is like one of a published list is refused without a decision; 0 for never, so that a person decides on every name.</summary>
    public double FailScore { get; set; }

    /// <summary>Days for which the files of lists are kept after the last check that used them.</summary>
    public int RetentionDays { get; set; } = 3_660;

    /// <summary>Lists in published formats, each in a file.</summary>
    public IList<ListOptions> Lists { get; } = [];

    /// <summary>Provider of the entity layer beside the lists.</summary>
    public ProviderOptions Entity { get; } = new();

    /// <summary>Provider of the wallet layer beside the lists.</summary>
    public ProviderOptions Wallet { get; } = new();

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(DenyList))
            yield return "Screening:DenyList is missing; name the file of the deny list (it may be empty).";
        else if (!File.Exists(DenyList))
            yield return $"Screening:DenyList names {DenyList}, which does not exist; create it (it may be empty).";
        if (FlagScore is not (>= 0.7 and <= 1))
            yield return "Screening:FlagScore must be between 0.7 and 1.";
        if (FailScore != 0 && !(FailScore >= FlagScore && FailScore <= 1))
            yield return "Screening:FailScore must be 0 or between Screening:FlagScore and 1.";
        if (RetentionDays is < 1 or > 36_600)
            yield return "Screening:RetentionDays must be between 1 and 36600.";
        foreach (string fault in Entity.Faults("Screening:Entity").Concat(Wallet.Faults("Screening:Wallet"))) yield return fault;
        for (int i = 0; i < Lists.Count; i++)
            foreach (string fault in Lists[i].Faults(i)) yield return fault;
        foreach (IGrouping<string, ListOptions> name in Lists.GroupBy(list => list.Name, StringComparer.Ordinal))
            if (name.Count() > 1 || name.Key == DenyListProvider.Source)
                yield return $"Screening:Lists has the name {name.Key} twice, or one that the deny list has; give each list a name of its own.";
        if (MaxAgeHours is < 0 or > 8_760)
            yield return "Screening:MaxAgeHours must be between 0 and 8760.";
        if (RetrySeconds is < 1 or > 3_600)
            yield return "Screening:RetrySeconds must be between 1 and 3600.";
        if (TimeoutSeconds is < 1 or > 120)
            yield return "Screening:TimeoutSeconds must be between 1 and 120.";
    }
}
