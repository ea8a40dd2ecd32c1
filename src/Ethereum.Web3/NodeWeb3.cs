using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;

namespace Keystone.Ethereum.Web3;

/// <summary>Makes Nethereum's <see cref="Nethereum.Web3.Web3"/> over our nodes and signers. For tools and tests: services do not carry what it brings.</summary>
public static class NodeWeb3
{
    /// <summary>Web3 that reads.</summary>
    /// <param name="node">Node, or all nodes of a chain as one.</param>
    /// <param name="cancellationToken">Cancels every request of the result.</param>
    public static Nethereum.Web3.Web3 Create(IEthereumNode node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new Nethereum.Web3.Web3(new NodeClient(node, cancellationToken));
    }

    /// <summary>Web3 that reads, and sends transactions of one account, one after the other.</summary>
    /// <param name="node">Node, or all nodes of a chain as one.</param>
    /// <param name="signer">Holds the account's key.</param>
    /// <param name="chainId">EIP-155 chain id that the transactions are for; a node of another chain refuses them.</param>
    /// <param name="cancellationToken">Cancels every request and every signature of the result.</param>
    public static Nethereum.Web3.Web3 Create(IEthereumNode node, ITransactionSigner signer, long chainId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chainId);
        NodeClient client = new(node, cancellationToken);
        return new Nethereum.Web3.Web3(new NodeAccount(client, new PortSigner(signer, cancellationToken), signer.Address, chainId), client);
    }
}
