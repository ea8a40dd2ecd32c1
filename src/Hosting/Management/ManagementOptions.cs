namespace Keystone.Hosting;

/// <summary>Section <c>Management</c>.</summary>
public sealed class ManagementOptions
{
    /// <summary>
    /// URL of health checks and metrics, separate from any public URL. Empty: 127.0.0.1 with the service's default port
    /// (api 9101, indexer 9102, keeper 9103, all in one process 9100). Port 0 uses a free port and logs it.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Url.Length > 0 && !(Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) && (url.Scheme is "http" or "https")))
            yield return "Management:Url must be an http URL such as http://127.0.0.1:9101.";
    }
}
