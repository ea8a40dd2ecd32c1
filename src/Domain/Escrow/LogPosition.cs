using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>A transaction's place in the chain.</summary>
/// <param name="Block">Height.</param>
/// <param name="Transaction">Hash of the transaction.</param>
public readonly record struct TransactionPosition(long Block, Hash32 Transaction);

/// <summary>A log's place in the chain.</summary>
/// <param name="Block">Height.</param>
/// <param name="Transaction">Hash of the transaction.</param>
/// <param name="LogIndex">Place in the block.</param>
public readonly record struct LogPosition(long Block, Hash32 Transaction, int LogIndex)
{
    /// <summary>The transaction that emitted the log.</summary>
    public TransactionPosition InTransaction => new(Block, Transaction);
}

/// <summary>An event with the place of its log.</summary>
/// <param name="Event">What the escrow said.</param>
/// <param name="At">Where it said it.</param>
public readonly record struct PlacedEvent(EscrowEvent Event, LogPosition At);
