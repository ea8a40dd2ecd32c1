namespace Keystone.Ethereum.Nodes;

/// <summary>Asks a node which chain and which escrow it has.</summary>
public static class ChainIdentityReader
{
    /// <summary>Asks the node.</summary>
    /// <exception cref="NodeException">The node does not answer, or has no block 0.</exception>
    /// <exception cref="ChainIdentityException">There is no code at the escrow's address.</exception>
    public static async Task<ChainIdentity> ReadAsync(IEthereumNode node, Address escrow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        long chainId = await node.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        BlockHeader genesis = await node.GetBlockAsync(BlockTag.AtNumber(0), cancellationToken).ConfigureAwait(false)
            ?? throw new NodeException($"The node of chain {chainId} does not have block 0, so that the chain cannot be told from another one.");
        byte[] code = await node.GetCodeAsync(escrow, BlockTag.Latest, cancellationToken).ConfigureAwait(false);
        if (code.Length == 0)
            throw new ChainIdentityException($"Chain {chainId} has no contract at the escrow's address {escrow}; check Escrow and RpcUrls of this chain.");
        return new ChainIdentity(chainId, genesis.Hash, escrow, Keccak256.Hash(code));
    }

    /// <summary>Asks the node and compares with the settings.</summary>
    /// <exception cref="NodeException">The node does not answer, or has no block 0.</exception>
    /// <exception cref="ChainIdentityException">The node is on another chain, or the escrow is missing or another one.</exception>
    public static async Task<ChainIdentity> ReadAsync(IEthereumNode node, ChainOptions chain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(chain);
        // Before the escrow's code is read: on the wrong chain its absence means nothing.
        long chainId;
        try
        {
            chainId = await node.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NodeException fault) when (fault.OtherChain is { } other)
        {
            // The comparison of the nodes with the settings came first, and no node is asked any more.
            throw new ChainIdentityException($"The node is on {other}, the settings say {chain.ChainId}; correct RpcUrls or ChainId.");
        }
        if (chainId != chain.ChainId)
            throw new ChainIdentityException($"The node is on chain {chainId}, the settings say {chain.ChainId}; correct RpcUrls or ChainId.");
        ChainIdentity identity = await ReadAsync(node, chain.EscrowAddress, cancellationToken).ConfigureAwait(false);
        if (chain.ExpectedCodeHash is { } expected && identity.EscrowCodeHash != expected)
        {
            throw new ChainIdentityException(
                $"The code at {identity.Escrow} on chain {chainId} has the hash {identity.EscrowCodeHash}, the settings say {expected}; correct Escrow or EscrowCodeHash.");
        }
        return identity;
    }

    /// <summary>
    /// Asks one of several nodes which chain it is on, while the services run. That it is another one is that node's fault: it is left alone until it is back, and the
    /// others are asked.
    /// </summary>
    /// <param name="node">One of <see cref="IEthereumNodes.AllFor"/>.</param>
    /// <param name="expected">The chain as the database knows it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="NodeException">The node does not answer, has no block 0, or is on another chain (<see cref="NodeFaultKind.Quarantined"/>).</exception>
    public static async Task RequireAsync(IEthereumNode node, ChainIdentity expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(expected);
        long chainId = await node.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        if (chainId != expected.ChainId) throw OnAnother($"chain {chainId}");
        BlockHeader genesis = await node.GetBlockAsync(BlockTag.AtNumber(0), cancellationToken).ConfigureAwait(false)
            ?? throw new NodeException($"{node.Name} has no block 0.") { Kind = NodeFaultKind.Behind };
        if (genesis.Hash != expected.GenesisHash) throw OnAnother($"a chain that begins with block {genesis.Hash}");

        NodeException OnAnother(string other)
        {
            (node as NodeMember)?.JudgeChain(other);
            return new NodeException($"{node.Name} is on {other}, not on the chain {expected.ChainId} of the database.") { Kind = NodeFaultKind.Quarantined };
        }
    }
}
