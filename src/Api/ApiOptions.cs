namespace Keystone.Api;

/// <summary>Settings of section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Api";

    /// <summary>URL to listen on, http. Terminate TLS at a reverse proxy in front of it.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>URL at which clients reach this API. It is also an accepted audience of tokens. Default: <see cref="Url"/>.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Minimum time between a request and its <c>timeout_at</c>, seconds. Parties need this time to deposit; set it lower only in a sandbox.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsHttp(Url) || Url.StartsWith("https", StringComparison.OrdinalIgnoreCase))
            yield return "Api:Url must be an http URL such as http://127.0.0.1:8080; https is ended by a proxy in front, whose address is Api:PublicUrl.";
        if (PublicUrl.Length > 0 && !IsHttp(PublicUrl))
            yield return "Api:PublicUrl must be an http or https URL, or empty.";
        if (MinimumTimeoutSeconds is < 1 or > 86_400)
            yield return "Api:MinimumTimeoutSeconds must be between 1 and 86400.";
    }

    static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
}
