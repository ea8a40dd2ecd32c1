using System.Collections.Immutable;

namespace Keystone.Ethereum;

/// <summary>One log of a mined transaction, with its place in the chain.</summary>
/// <param name="Address">The contract that emitted it.</param>
/// <param name="Topics">0 to 4 topics.</param>
/// <param name="Data">The data part, ABI-encoded.</param>
/// <param name="BlockNumber">Height of its block.</param>
/// <param name="BlockHash">Hash of its block; with <paramref name="LogIndex"/> the only key that survives a reorg.</param>
/// <param name="TransactionHash">Hash of its transaction.</param>
/// <param name="TransactionIndex">Place of the transaction in the block.</param>
/// <param name="LogIndex">Place of the log in the block.</param>
public sealed record LogEntry(
    Address Address, ImmutableArray<Hash32> Topics, ReadOnlyMemory<byte> Data,
    long BlockNumber, Hash32 BlockHash, Hash32 TransactionHash, int TransactionIndex, int LogIndex);
