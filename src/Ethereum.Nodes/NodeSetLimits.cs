namespace Keystone.Ethereum.Nodes;

/// <summary>When a node of several is not read from.</summary>
internal sealed record NodeSetLimits
{
    /// <summary>Time from one comparison of the nodes to the next.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Blocks behind the best head at which a node is left alone.</summary>
    public long MaxLag { get; init; } = 10;

    /// <summary>Wait after a quota when the node names none; doubled each time up to <see cref="LongestWait"/>.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait, whatever a node names.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Makes the waits of several services differ that ask the same node.</summary>
    public Jitter Jitter { get; init; } = Jitter.None;
}
