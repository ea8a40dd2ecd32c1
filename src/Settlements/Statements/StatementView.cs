using System.ComponentModel;

namespace Keystone.Settlements.Statements;

/// <summary>What the escrow contract held for the wallets of an environment on a day, UTC, and how it came about.</summary>
public sealed record StatementView(
    [property: Description("The day, UTC.")] string Date,
    [property: Description("Blocks of that time and later.")] DateTimeOffset From,
    [property: Description("Blocks before that time.")] DateTimeOffset To,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("Last block before the day; null when there is none.")] StatementBlock? OpeningBlock,
    [property: Description("Last block of the day so far; null when there is none up to it.")] StatementBlock? ClosingBlock,
    [property: Description("No block of the day can change any more.")] bool Final,
    [property: Description("The sum of all statements equals the contract's balances at the closing block; null while that has not been compared.")] bool? Reconciled,
    [property: Description("Accounts that held something or moved, by token and wallet; none on a quiet day of an environment that holds nothing.")] IReadOnlyList<StatementAccount> Accounts);

/// <summary>A block by which a statement is named.</summary>
public sealed record StatementBlock(
    [property: Description("Its number.")] long Number,
    [property: Description("Its hash.")] string Hash,
    [property: Description("Its time, UTC.")] DateTimeOffset At);

/// <summary>What the escrow held of one token for one wallet.</summary>
public sealed record StatementAccount(
    [property: Description("The token contract, EIP-55.")] string TokenAddress,
    [property: Description("Symbol under which you registered it.")] string? Symbol,
    [property: Description("Decimals of your registration.")] int? Decimals,
    [property: Description("Which token of an ERC-721 or ERC-1155 contract.")] string? TokenId,
    [property: Description("Wallet that deposited.")] string WalletAddress,
    [property: Description("Smallest units at the opening block.")] string Opening,
    [property: Description("Smallest units at the closing block.")] string Closing,
    [property: Description("In the order of the chain.")] IReadOnlyList<StatementMovement> Movements);

/// <summary>A movement of an account.</summary>
public sealed record StatementMovement(
    [property: Description("deposited, withdrawn, released or refunded.")] string Type,
    [property: Description("Smallest units; deposited adds them, the others take them away.")] string Amount,
    [property: Description("Smallest units after it.")] string Balance,
    [property: Description("Settlement of the movement; null when it is of none that you know.")] Guid? SettlementId,
    [property: Description("Its leg; null without a settlement.")] Guid? LegId,
    [property: Description("external_reference of your own settlement.")] string? ExternalReference,
    [property: Description("Hash of the transaction.")] string Hash,
    [property: Description("Index of the log in its block, from 0.")] int LogIndex,
    [property: Description("Number of the block.")] long BlockNumber,
    [property: Description("Hash of the block.")] string? BlockHash,
    [property: Description("Time of the block, UTC.")] DateTimeOffset? At);
