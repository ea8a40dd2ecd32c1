using System.Numerics;
using Keystone.Ethereum;
using Keystone.Mirror;

namespace Keystone.Settlements.Statements;

/// <summary>The statements of all environments on a day, compared with the chain.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="Opening">Last block before it; null when there is none.</param>
/// <param name="Closing">Last block of it, or before; null when there is none.</param>
/// <param name="Final">No block of the day can change any more.</param>
/// <param name="BalancesRead">False when the node had the state of the closing block no more: then only movements were compared.</param>
/// <param name="Accounts">Closings by environment, token and wallet that are not zero.</param>
/// <param name="Tokens">Sums by token.</param>
/// <param name="Strays">Plain transfers to the escrow on the day.</param>
/// <param name="Breaks">What is not equal.</param>
public sealed record StatementCheck(
    long ChainId, DateOnly Day, LedgerBlock? Opening, LedgerBlock? Closing, bool Final, bool BalancesRead, IReadOnlyList<StatementClosing> Accounts, IReadOnlyList<StatementSum> Tokens,
    IReadOnlyList<MirroredStray> Strays, IReadOnlyList<StatementBreak> Breaks);

/// <summary>The closing of an account.</summary>
/// <param name="Environment">Environment; null for a settlement that is not of this system.</param>
/// <param name="Token">Token contract.</param>
/// <param name="TokenId">Which token; 0 for ERC-20.</param>
/// <param name="Wallet">Wallet that deposited.</param>
/// <param name="Amount">Smallest units.</param>
public sealed record StatementClosing(Guid? Environment, Address Token, UInt256 TokenId, Address Wallet, BigInteger Amount);

/// <summary>What the contract has of a token, and what it should have.</summary>
/// <param name="Token">Token contract.</param>
/// <param name="TokenId">Which token of an ERC-1155 contract; null for the others.</param>
/// <param name="Closings">Sum of all closings, smallest units; of an ERC-721 contract the number of tokens.</param>
/// <param name="Strays">What came by plain transfers.</param>
/// <param name="Balance">What the contract has at the closing block; null when that was not read.</param>
public sealed record StatementSum(Address Token, UInt256? TokenId, BigInteger Closings, BigInteger Strays, BigInteger? Balance);

/// <summary>A difference between statements and chain.</summary>
/// <param name="Kind">
/// <c>missing_movement</c> (the chain has a transfer that no statement shows), <c>surplus_movement</c> (a statement shows what the chain has not), <c>doubled_movement</c> (shown twice),
/// <c>wrong_amount</c>, <c>wrong_wallet</c>, <c>missing_settlement</c> and <c>missing_party</c> (a movement of ours that is on no platform's statement), <c>block_differs</c> (the closing
/// block is not the node's), <c>unexplained_balance</c> (the contract has more or less than all logs account for).
/// </param>
/// <param name="Token">Token contract; null for a block.</param>
/// <param name="TokenId">Which token; null for ERC-20.</param>
/// <param name="Transaction">The transaction; null where no log explains the difference.</param>
/// <param name="Block">Its block.</param>
/// <param name="SettlementId">The settlement, where it is known.</param>
/// <param name="Detail">A sentence.</param>
public sealed record StatementBreak(string Kind, Address? Token, string? TokenId, Hash32? Transaction, long? Block, Guid? SettlementId, string Detail)
{
    // What the statements lack of what the chain has, smallest units; below zero for what they have too much.
    internal BigInteger Lacks { get; init; }

    internal UInt256 OfId { get; init; }
}
