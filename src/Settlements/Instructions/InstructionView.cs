using System.ComponentModel;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Instructions;

/// <summary>An instruction, as the environment that submitted it reads it; nobody else does.</summary>
public sealed record InstructionView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("As sent.")] string IdempotencyKey,
    [property: Description("What both sides know the trade by.")] string TradeReference,
    [property: Description("pending_match, matched, cancelled or expired.")] string Status,
    [property: Description("Null until it was matched.")] Guid? SettlementId,
    [property: Description("Template that the settlement is to run by.")] Guid TemplateId,
    [property: Description("Name of that template in requests.")] string TemplateSlug,
    [property: Description("Version of the template when the instruction came.")] int TemplateVersion,
    [property: Description("Role of your party.")] string Role,
    [property: Description("Role that the other side takes.")] string CounterpartyRole,
    [property: Description("Platform of the other side; null for any.")] string? CounterpartyPlatformSlug,
    InstructionPartyView Party,
    [property: Description("Movements, as your side sees them.")] IReadOnlyList<InstructionLegView> Legs,
    [property: Description("By how much the other side's cash may differ, in units of the payment leg's token; null for none.")] string? CashTolerance,
    [property: Description("What it is for, such as repo_open; null for none.")] string? SettlementCategory,
    [property: Description("Of a repo_open: when the closing is made, UTC.")] DateTimeOffset? MaturityAt,
    [property: Description("Of a repo_open: the agreed rate, as sent, without effect.")] string? RepoRate,
    [property: Description("Of a repo_open: cash that the closing pays back, in units of the payment leg's token.")] string? RepaymentAmount,
    [property: Description("Instructions that wait under the same trade_reference and say something else; empty when there are none.")] IReadOnlyList<InstructionMismatchView> Mismatches,
    IsoView Iso,
    [property: Description("End of the settlement, UTC.")] DateTimeOffset TimeoutAt,
    [property: Description("Until when it can be matched.")] DateTimeOffset ExpiresAt,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt);

/// <summary>The party of an instruction.</summary>
public sealed record InstructionPartyView(
    [property: Description("Your own reference.")] string ExternalReference,
    [property: Description("Name; null for none.")] string? Name,
    [property: Description("Wallet that pays, EIP-55.")] string WalletAddress,
    [property: Description("Wallet that receives, EIP-55.")] string ReceiveAddress,
    [property: Description("Wallet that gets deposits back, EIP-55.")] string RefundAddress,
    [property: Description("EIP-155 id of the chain of the wallets.")] long ChainId,
    [property: Description("Legal entity identifier (ISO 17442); null for none.")] string? Lei,
    [property: Description("Custodian of the wallet, as sent, without effect; null for none.")] string? AssetProvider,
    [property: Description("Day of birth of a person; null for none.")] string? DateOfBirth,
    [property: Description("ISO 3166-1 alpha-2; null for none.")] string? Country);

/// <summary>A leg of an instruction.</summary>
public sealed record InstructionLegView(
    [property: Description("Its place in the instruction, from 0.")] int Index,
    [property: Description("Type that the template knows, such as asset or payment.")] string LegType,
    [property: Description("As sent.")] string InstrumentId,
    [property: Description("Whole units, as sent.")] string Quantity,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("deliver: your side gives. receive: your side takes.")] string Direction,
    [property: Description("The contract, EIP-55.")] string TokenAddress,
    [property: Description("ERC-20, ERC-721 or ERC-1155.")] string TokenStandard,
    [property: Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20.")] string? TokenId,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("Your own reference; null for none.")] string? ExternalReference);

/// <summary>Another instruction of the same trade_reference, and what keeps the two apart. The other side is told the same.</summary>
public sealed record InstructionMismatchView(
    [property: Description("When the two were compared.")] DateTimeOffset At,
    [property: Description("What differs.")] IReadOnlyList<MismatchedFieldView> Fields);

/// <summary>A field in which two instructions differ. What the other side says is not shown.</summary>
public sealed record MismatchedFieldView(
    [property: Description("Member of your instruction, such as legs[1].quantity; legs for a token that you do not name.")] string Field,
    [property: Description("ISO 20022 code of an unmatched reason.")] string IsoReason,
    [property: Description("What your instruction says; null where it says nothing.")] string? OwnValue,
    [property: Description("A sentence for people.")] string Detail);
