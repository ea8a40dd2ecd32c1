namespace Keystone.Ethereum.Nodes;

/// <summary>The nodes of the configured chains.</summary>
public interface IEthereumNodes
{
    /// <summary>The configured chains.</summary>
    IReadOnlyList<ChainOptions> Chains { get; }

    /// <summary>The node that is read from.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IEthereumNode For(long chainId);

    /// <summary>All nodes of a chain, the one that is read from first; each of them is offered transactions.</summary>
    /// <exception cref="KeyNotFoundException">The chain is not configured.</exception>
    IReadOnlyList<IEthereumNode> AllFor(long chainId);
}
