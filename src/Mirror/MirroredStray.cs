using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>A plain transfer to the escrow, as the canonical chain has it.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Block">Height of its block.</param>
/// <param name="BlockHash">Its block.</param>
/// <param name="Transaction">Its transaction.</param>
/// <param name="LogIndex">Place of the log of the transfer in the block.</param>
/// <param name="Token">The token contract.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Amount">Smallest units.</param>
public sealed record MirroredStray(long ChainId, long Block, Hash32 BlockHash, Hash32 Transaction, int LogIndex, Address Token, Address Sender, UInt256 Amount);
