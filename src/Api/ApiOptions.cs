namespace Keystone.Api;

/// <summary>Settings of section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Api";

    /// <summary>Address to listen on, http; a proxy in front ends https.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Address under which callers reach us; also an audience of tokens. Default: <see cref="Url"/>.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Shortest time from a request to its <c>timeout_at</c>, seconds. Parties need it to deposit; shorter is for sandboxes.</summary>
    public int MinimumTimeoutSeconds { get; set; } = 60;

    /// <summary>Settlements that may be open in one environment at once; a request for more is answered with 429 <c>quota_reached</c>. 0: no bound.</summary>
    public int MaxOpenSettlements { get; set; } = 10_000;

    /// <summary>
    /// Settlements that one environment may make in an hour, because each may cost the operator a registration on the chain; a request for more is answered with
    /// 429 <c>quota_reached</c>. 0: no bound.
    /// </summary>
    public int MaxRegistrationsPerHour { get; set; } = 10_000;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (!IsHttp(Url) || Url.StartsWith("https", StringComparison.OrdinalIgnoreCase))
            yield return "Api:Url must be an http URL such as http://127.0.0.1:8080; https is ended by a proxy in front, whose address is Api:PublicUrl.";
        if (PublicUrl.Length > 0 && !IsHttp(PublicUrl))
            yield return "Api:PublicUrl must be an http or https URL, or empty.";
        if (MinimumTimeoutSeconds is < 1 or > 86_400)
            yield return "Api:MinimumTimeoutSeconds must be between 1 and 86400.";
        if (MaxOpenSettlements < 0)
            yield return "Api:MaxOpenSettlements must not be below 0; 0 sets no bound.";
        if (MaxRegistrationsPerHour < 0)
            yield return "Api:MaxRegistrationsPerHour must not be below 0; 0 sets no bound.";
    }

    static bool IsHttp(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
}
