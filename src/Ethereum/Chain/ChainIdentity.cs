namespace Keystone.Ethereum;

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
