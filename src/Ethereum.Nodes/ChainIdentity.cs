namespace Keystone.Ethereum.Nodes;

/// <summary>
/// Which chain and which escrow this is. Two development chains share a chain id, so the hash of block 0 belongs to it;
/// stored facts of one identity mean nothing on another.
/// </summary>
/// <param name="ChainId">EIP-155 chain id as the node reports it.</param>
/// <param name="GenesisHash">Hash of block 0.</param>
/// <param name="Escrow">Address of the escrow.</param>
/// <param name="EscrowCodeHash">Keccak-256 of the escrow's runtime code at the head.</param>
public sealed record ChainIdentity(long ChainId, Hash32 GenesisHash, Address Escrow, Hash32 EscrowCodeHash)
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
        // Before the escrow is looked for: on the wrong chain its absence says nothing.
        long chainId = await node.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>Compares with the identity that was stored at the first start.</summary>
    /// <exception cref="ChainIdentityException">Another identity; the message names what differs.</exception>
    public void RequireSameAs(ChainIdentity stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        List<string> differences = [];
        if (ChainId != stored.ChainId) differences.Add($"chain id {ChainId} instead of {stored.ChainId}");
        if (GenesisHash != stored.GenesisHash) differences.Add($"block 0 {GenesisHash} instead of {stored.GenesisHash}");
        if (Escrow != stored.Escrow) differences.Add($"escrow {Escrow} instead of {stored.Escrow}");
        if (EscrowCodeHash != stored.EscrowCodeHash) differences.Add($"escrow code {EscrowCodeHash} instead of {stored.EscrowCodeHash}");
        if (differences.Count > 0)
            throw new ChainIdentityException($"This is not the chain that the database belongs to: {string.Join(", ", differences)}. Use that chain, or a new database.");
    }
}

/// <summary>The node is healthy, but it is not the chain or the escrow that was expected. Trying again does not help.</summary>
public sealed class ChainIdentityException(string message) : Exception(message);
