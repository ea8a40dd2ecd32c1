namespace Keystone.Hosting;

/// <summary>Section <c>Management</c>.</summary>
public sealed class ManagementOptions
{
    /// <summary>
    /// Address of health and metrics, apart from any public one. Empty for the service's own port on 127.0.0.1
    /// (api 9101, indexer 9102, keeper 9103, all in one 9100); port 0 takes a free one and logs it.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Url.Length > 0 && !(Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && (url.Scheme is "http" or "https")))
            yield return "Management:Url must be an http URL such as http://127.0.0.1:9101.";
    }
}
