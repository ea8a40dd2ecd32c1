namespace Keystone.Dashboard;

/// <summary>Settings of section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Dashboard";

    /// <summary>Serves the dashboard under <c>/app</c> and <c>/operator</c> of the API's address.</summary>
    public bool Enabled { get; set; }

    /// <summary>URL of a block explorer for links to transactions; <c>{hash}</c> stands for the transaction's hash. Empty: hashes are no links.</summary>
    public string ExplorerUrl { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (ExplorerUrl.Length == 0) yield break;
        if (!ExplorerUrl.Contains("{hash}", StringComparison.Ordinal)
            || !Uri.TryCreate(ExplorerUrl.Replace("{hash}", "0x00", StringComparison.Ordinal), UriKind.Absolute, out Uri? url) || url.Scheme is not ("https" or "http"))
            yield return "Dashboard:ExplorerUrl must be an http or https URL that holds {hash}, such as https://sepolia.etherscan.io/tx/{hash}.";
    }
}
