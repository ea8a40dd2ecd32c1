namespace Keystone.Ethereum;

/// <summary>The part of a block header that the mirror and the transaction manager need.</summary>
/// <param name="Number">Height.</param>
/// <param name="Hash">Hash of the header.</param>
/// <param name="ParentHash">Hash of the parent's header.</param>
/// <param name="Timestamp">Seconds since the Unix epoch, UTC.</param>
/// <param name="ReceiptsRoot">Root of the receipts' Merkle-Patricia trie.</param>
/// <param name="LogsBloom">2,048-bit bloom of the block's logs, 256 bytes.</param>
/// <param name="BaseFeePerGas">Base fee in wei; null before EIP-1559.</param>
/// <param name="GasLimit">Gas limit of the block.</param>
public sealed record BlockHeader(
    long Number, Hash32 Hash, Hash32 ParentHash, ulong Timestamp, Hash32 ReceiptsRoot, ReadOnlyMemory<byte> LogsBloom,
    UInt256? BaseFeePerGas, ulong GasLimit)
{
    /// <summary>The other fields, needed for the hash; null when the node gave not all of them.</summary>
    public HeaderFields? Fields { get; init; }

    /// <summary>Root of the block's transactions; null when the node did not give the header's other fields.</summary>
    public Hash32? TransactionsRoot => Fields?.TransactionsRoot;

    /// <summary>Height and hash.</summary>
    public BlockRef Ref => new(Number, Hash);
}
