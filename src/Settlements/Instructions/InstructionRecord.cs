using System.Globalization;
using Keystone.Domain.Matching;
using Keystone.Ethereum;
using Keystone.Settlements.Create;

namespace Keystone.Settlements.Instructions;

/// <summary>An instruction as stored.</summary>
internal sealed record InstructionRecord(
    Guid Id, Guid PlatformId, Guid EnvironmentId, long ChainId, string IdempotencyKey, string Actor, string TradeReference, string? CounterpartyPlatform, string Status,
    Guid TemplateId, string TemplateSlug, int TemplateVersion, string Role, string CounterpartyRole, string? Name, string ExternalReference, string? AssetProvider, string? Lei,
    Address Wallet, Address Receive, Address Refund, string? Category, DateTimeOffset? MaturityAt, string? RepoRate, string? RepaymentAmount, UInt256? Repayment,
    string? CashTolerance, DateTimeOffset TimeoutAt, DateTimeOffset ExpiresAt, Guid? SettlementId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public string? DateOfBirth { get; init; }

    public string? Country { get; init; }

    /// <summary>Its legs in order.</summary>
    public IReadOnlyList<InstructionLeg> Legs { get; init; } = [];

    // A slug is its environment's own: another one may have uploaded other rules under it.
    string TemplateKey => string.Create(CultureInfo.InvariantCulture, $"{TemplateId} {TemplateVersion}");

    /// <summary>What has to agree with the other side.</summary>
    public TradeSide Side => new(ChainId, TemplateKey, Role,
        [.. Legs.Select(leg => new TradeLeg(leg.Instrument.Address, leg.TokenId, leg.Type, leg.Amount, leg.Direction == "deliver", leg.Tolerance))], Wallet, Receive)
    {
        Category = Category,
        MaturityAt = MaturityAt,
        Repayment = Repayment,
    };
}

/// <summary>A leg of an instruction.</summary>
internal sealed record InstructionLeg(
    int Index, string Type, Instrument Instrument, string AsSent, string Quantity, UInt256 Amount, UInt256 TokenId, UInt256 Tolerance, string Direction, string? ExternalReference);

/// <summary>A field that keeps an instruction from being matched, in the words of its own side, as stored.</summary>
internal sealed record MismatchedField(string Field, string IsoReason, string? OwnValue);
