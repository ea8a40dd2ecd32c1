namespace Keystone.Ethereum.Nodes;

/// <summary>The nodes of the configured chains.</summary>
public interface IEthereumNodes
{
    /// <summary>The configured chains.</summary>
    IReadOnlyList<ChainOptions> Chains { get; }

    /// <summary>
    /// All nodes of a chain as one: each question goes to the best at that moment, and to the next when that one does not answer; a transaction is offered to
    /// all. Two questions may be answered by two nodes: who compares answers with each other pins one.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IEthereumNode For(long chainId);

    /// <summary>The best node of a chain at this moment, for questions whose answers have to fit together.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IEthereumNode Pin(long chainId) => For(chainId);

    /// <summary>All nodes of a chain, in the order of the settings. One that contradicts the others or is late refuses to be read from, and is still offered transactions; one of another chain refuses both.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IReadOnlyList<IEthereumNode> AllFor(long chainId);

    /// <summary>Signals new heads, if the chain has WebSocket URLs.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IHeadSignal HeadsOf(long chainId) => SilentHeads.Instance;

    /// <summary>What is known of each node of a chain in this process, in the order of the settings.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IReadOnlyList<NodeStatus> StatusOf(long chainId) => [];

    /// <summary>
    /// Says which chain it is, once that was compared with the database. From then on a node that answers another chain id or another block 0 is at fault: it is left alone
    /// until it is back on this chain, and nothing is sent to it.
    /// </summary>
    /// <param name="identity">The chain.</param>
    void Expect(ChainIdentity identity)
    {
    }
}
