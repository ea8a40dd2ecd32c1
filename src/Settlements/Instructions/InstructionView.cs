using System.ComponentModel;
using Keystone.Settlements.Read;

namespace Keystone.Settlements.Instructions;

/// <summary>An instruction, as the environment that submitted it reads it; nobody else does.</summary>
public sealed record InstructionView(
    Guid Id,
    string IdempotencyKey,
    string TradeReference,
    [property: Description("pending_match, matched, cancelled or expired.")] string Status,
    [property: Description("Null until it was matched.")] Guid? SettlementId,
    Guid TemplateId,
    string TemplateSlug,
    int TemplateVersion,
    string Role,
    [property: Description("Role that the other side takes.")] string CounterpartyRole,
    string? CounterpartyPlatformSlug,
    InstructionPartyView Party,
    IReadOnlyList<InstructionLegView> Legs,
    string? CashTolerance,
    string? SettlementCategory,
    DateTimeOffset? MaturityAt,
    string? RepoRate,
    string? RepaymentAmount,
    [property: Description("Instructions that wait under the same trade_reference and say something else; empty when there are none.")] IReadOnlyList<InstructionMismatchView> Mismatches,
    IsoView Iso,
    DateTimeOffset TimeoutAt,
    [property: Description("Until when it can be matched.")] DateTimeOffset ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>The party of an instruction.</summary>
public sealed record InstructionPartyView(
    string ExternalReference, string? Name, string WalletAddress, string ReceiveAddress, string RefundAddress, long ChainId, string? Lei, string? AssetProvider,
    string? DateOfBirth, string? Country);

/// <summary>A leg of an instruction.</summary>
public sealed record InstructionLegView(
    int Index,
    string LegType,
    string InstrumentId,
    string Quantity,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    string Direction,
    [property: Description("The contract, EIP-55.")] string TokenAddress,
    string TokenStandard,
    string? TokenId,
    long ChainId,
    string? ExternalReference);

/// <summary>Another instruction of the same trade_reference, and what keeps the two apart. The other side is told the same.</summary>
public sealed record InstructionMismatchView(
    [property: Description("When the two were compared.")] DateTimeOffset At,
    IReadOnlyList<MismatchedFieldView> Fields);

/// <summary>A field in which two instructions differ. What the other side says is not shown.</summary>
public sealed record MismatchedFieldView(
    [property: Description("Member of your instruction, such as legs[1].quantity; legs for a token that you do not name.")] string Field,
    [property: Description("ISO 20022 code of an unmatched reason.")] string IsoReason,
    [property: Description("What your instruction says; null where it says nothing.")] string? OwnValue,
    string Detail);
