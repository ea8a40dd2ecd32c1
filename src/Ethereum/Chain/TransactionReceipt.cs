using System.Collections.Immutable;

namespace Keystone.Ethereum;

/// <summary>Receipt of a mined transaction.</summary>
/// <param name="TransactionHash">Hash of the transaction.</param>
/// <param name="TransactionIndex">Place in its block.</param>
/// <param name="BlockHash">Hash of its block.</param>
/// <param name="BlockNumber">Height of its block.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Called account; null for a creation.</param>
/// <param name="ContractAddress">Created account; null for a call.</param>
/// <param name="Succeeded">True when it was not reverted.</param>
/// <param name="Type">EIP-2718 transaction type.</param>
/// <param name="GasUsed">Gas used by this transaction.</param>
/// <param name="CumulativeGasUsed">Gas used in the block up to and with this transaction.</param>
/// <param name="EffectiveGasPrice">Wei per gas that was paid.</param>
/// <param name="LogsBloom">Bloom of its logs, 256 bytes.</param>
/// <param name="Logs">Its logs in order.</param>
public sealed record TransactionReceipt(
    Hash32 TransactionHash, int TransactionIndex, Hash32 BlockHash, long BlockNumber, Address From, Address? To, Address? ContractAddress,
    bool Succeeded, byte Type, ulong GasUsed, ulong CumulativeGasUsed, UInt256 EffectiveGasPrice, ReadOnlyMemory<byte> LogsBloom,
    ImmutableArray<LogEntry> Logs)
{
    /// <summary>Root of the state after the transaction: only before Byzantium, where a receipt has no status.</summary>
    public Hash32? PostState { get; init; }
}
