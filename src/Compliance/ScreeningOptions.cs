namespace Keystone.Compliance;

/// <summary>Settings of section <c>Screening</c>.</summary>
public sealed class ScreeningOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Screening";

    /// <summary>
    /// Path of the deny list: lines <c>fail|flag name|lei|wallet VALUE</c>. It may be empty, but it must exist: without a list nobody is cleared.
    /// </summary>
    public string DenyList { get; set; } = "";

    /// <summary>Hours after which an unchanged list counts as stale and nobody is cleared by it; 0 never does.</summary>
    public int MaxAgeHours { get; set; }

    /// <summary>Seconds until a provider that failed is asked again.</summary>
    public int RetrySeconds { get; set; } = 30;

    /// <summary>Longest answer of a provider, seconds.</summary>
    public int TimeoutSeconds { get; set; } = 20;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(DenyList))
            yield return "Screening:DenyList is missing; name the file of the deny list (it may be empty).";
        else if (!File.Exists(DenyList))
            yield return $"Screening:DenyList names {DenyList}, which does not exist; create it (it may be empty).";
        if (MaxAgeHours is < 0 or > 8_760)
            yield return "Screening:MaxAgeHours must be between 0 and 8760.";
        if (RetrySeconds is < 1 or > 3_600)
            yield return "Screening:RetrySeconds must be between 1 and 3600.";
        if (TimeoutSeconds is < 1 or > 120)
            yield return "Screening:TimeoutSeconds must be between 1 and 120.";
    }
}
