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
