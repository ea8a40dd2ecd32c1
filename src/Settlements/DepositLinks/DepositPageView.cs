using Keystone.Settlements.Deposits;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.DepositLinks;

/// <summary>What the holder of a link sees: the legs of one role. No name, no reference, no wallet of anybody else.</summary>
/// <param name="PlatformName">Platform that asks for the deposit.</param>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Escrow">The escrow contract, EIP-55.</param>
/// <param name="Deadline">Last block time at which a deposit is taken.</param>
/// <param name="Now">UTC, as the service reads its clock.</param>
/// <param name="Legs">Legs that the role deposits.</param>
/// <param name="Receives">What the role gets in the swap.</param>
/// <param name="Refusal">Why nothing can be deposited any more, or just now; null when something can.</param>
/// <param name="Key">Changes when what the page says of the legs does.</param>
public sealed record DepositPageView(
    string PlatformName, long ChainId, string Escrow, DateTimeOffset Deadline, DateTimeOffset Now, IReadOnlyList<DepositPageLeg> Legs, IReadOnlyList<DepositPageReceipt> Receives,
    string? Refusal, string Key);

/// <summary>A leg that the role deposits.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>pending</c>, <c>locked</c>, <c>released</c> or <c>rolled_back</c>.</param>
/// <param name="Quantity">Whole units, decimal text.</param>
/// <param name="Amount">Smallest units, decimal digits.</param>
/// <param name="Token">The token as the platform's own registry knows it.</param>
/// <param name="Standard">Such as <c>ERC-20</c>.</param>
/// <param name="TokenId">Which token of an ERC-721 or ERC-1155 contract; null for an ERC-20.</param>
/// <param name="Depositor">The only wallet that can deposit it, EIP-55.</param>
/// <param name="RefundTo">Wallet that gets it back, EIP-55.</param>
/// <param name="Transaction">The newest transaction that moved it; null for none.</param>
/// <param name="IsFinal">That transaction cannot be undone any more.</param>
/// <param name="Instructions">How it is deposited; null when it is in, or nothing can be said now. Its words name the recipient: show none of them.</param>
public sealed record DepositPageLeg(
    Guid Id, string Status, string Quantity, string Amount, TokenView Token, string Standard, string? TokenId, string Depositor, string RefundTo, TransactionView? Transaction, bool IsFinal,
    LegInstructionsView? Instructions);

/// <summary>What the role gets in the swap.</summary>
/// <param name="Quantity">Whole units, decimal text.</param>
/// <param name="Token">The token as the platform's own registry knows it.</param>
public sealed record DepositPageReceipt(string Quantity, TokenView Token);
