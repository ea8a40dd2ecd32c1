namespace Keystone.Ethereum.Nodes;

/// <summary>Bounds on one node.</summary>
public sealed class JsonRpcNodeOptions
{
    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest answer in bytes.</summary>
    public long MaxAnswerBytes { get; init; } = 64L << 20;
}
