namespace Keystone.Compliance.Providers;

/// <summary>A provider of one layer that is asked over HTTP beside the lists.</summary>
public sealed class ProviderOptions
{
    /// <summary>Base address, https; the keeper posts to <c>screenings</c> below it. Empty for no provider.</summary>
    public string Url { get; set; } = "";

    /// <summary>Bearer token of the requests; give it as a file.</summary>
    public string Token { get; set; } = "";

    /// <summary>Address at which the API takes such results, as the provider reaches it; empty when it sends none.</summary>
    public string CallbackUrl { get; set; } = "";

    /// <summary>Hours after which data that the provider answers from are too old to clear anybody; 0 for no limit.</summary>
    public int MaxDataAgeHours { get; set; } = 48;

    /// <summary>Minutes for an answer that the provider gives later; then a person decides.</summary>
    public int PendingMinutes { get; set; } = 15;

    internal IEnumerable<string> Faults(string section)
    {
        foreach ((string name, string url) in ((string, string)[])[("Url", Url), ("CallbackUrl", CallbackUrl)])
            if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
                yield return $"{section}:{name} must be an https address (http for this machine alone).";
        if (MaxDataAgeHours is < 0 or > 8_760)
            yield return $"{section}:MaxDataAgeHours must be between 0 and 8760.";
        if (PendingMinutes is < 1 or > 1_440)
            yield return $"{section}:PendingMinutes must be between 1 and 1440.";
    }
}
