namespace Keystone.Ethereum.Nodes;

/// <summary>Limits for one node.</summary>
public sealed class JsonRpcNodeOptions
{
    /// <summary>Maximum time to wait for a response.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Maximum size of a response, bytes.</summary>
    public long MaxResponseBytes { get; init; } = 64L << 20;
}
