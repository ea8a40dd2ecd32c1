namespace Keystone.Api;

/// <summary>Settings of section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Api";

    /// <summary>Address to listen on: http on the loopback or behind a proxy of <c>Http:TrustedProxies</c>, https with <c>Http:Certificate</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>URL at which clients reach this API. It is also an accepted audience of tokens. Default: <see cref="Url"/>.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Minimum time between a request and its <c>timeout_at</c>, seconds. Parties need this time to deposit; set it lower only in a sandbox.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;

    /// <summary>Settlements that may be open in one environment at once; a request for more is answered with 429 <c>quota_reached</c>. 0: no bound.</summary>
    public int MaxOpenSettlements { get; set; } = 10_000;

    /// <summary>
    /// Settlements that one environment may make in an hour, because each may cost the operator a registration on the chain; a request for more is answered with
    /// 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxRegistrationsPerHour { get; set; } = 10_000;

    /// <summary>
    /// Tokens that are not known yet and that one environment can have read from the chain in a minute, because each costs several calls of the node; a request for more
    /// is answered with 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxTokenReadsPerMinute { get; set; } = 256;

    /// <summary>
    /// Legs that one environment can have checked at the chain in a minute by deposit instructions, explanations and previews, because each costs a dozen calls of the node. More
    /// instructions are answered with 429 <c>quota_reached</c>; explanations and previews come without the checks. 0: no bound.
    /// </summary>
    public int MaxPreflightLegsPerMinute { get; set; } = 600;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsHttp(Url))
            yield return "Api:Url must be an http or https URL such as http://127.0.0.1:8080.";
        if (PublicUrl.Length > 0 && !IsHttp(PublicUrl))
            yield return "Api:PublicUrl must be an http or https URL, or empty.";
        if (MinimumTimeoutSeconds is < 1 or > 86_400)
            yield return "Api:MinimumTimeoutSeconds must be between 1 and 86400.";
        if (MaxOpenSettlements < 0)
            yield return "Api:MaxOpenSettlements must not be below 0; 0 sets no bound.";
        if (MaxRegistrationsPerHour < 0)
            yield return "Api:MaxRegistrationsPerHour must not be below 0; 0 sets no bound.";
        if (MaxTokenReadsPerMinute < 0)
            yield return "Api:MaxTokenReadsPerMinute must not be below 0; 0 sets no bound.";
        if (MaxPreflightLegsPerMinute < 0)
            yield return "Api:MaxPreflightLegsPerMinute must not be below 0; 0 sets no bound.";
    }

    /// <summary>What is wrong with the address beside the settings of section <c>Http</c>: secrets and tokens never cross a network in the clear.</summary>
    /// <param name="http">Those settings.</param>
    public IEnumerable<string> Faults(Http.HttpOptions http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? url)) yield break;
        bool secure = url.Scheme == "https";
        if (secure && http.Certificate.Length == 0)
            yield return "Api:Url begins with https; name the certificate's files as Http:Certificate and Http:CertificateKey, or let a proxy end TLS.";
        if (!secure && http.Certificate.Length > 0)
            yield return "Http:Certificate is set and Api:Url begins with http; make it https, or leave the certificate out.";
        if (!secure && !url.IsLoopback && http.TrustedProxies.Length == 0)
            yield return $"Api:Url listens on {url.Host} without TLS; set Http:Certificate and https, name the proxy that ends TLS in Http:TrustedProxies, or listen on 127.0.0.1.";
    }

    static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
}
