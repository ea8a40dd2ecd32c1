using Keystone.Domain.Templates;
using Keystone.Ethereum;
using Keystone.Settlements.Repo;

namespace Keystone.Settlements.Create;

/// <summary>A create request after every check.</summary>
internal sealed record Instruction(
    string IdempotencyKey, Template Template, string? ExternalReference, bool CrossPlatform, DateTimeOffset TimeoutAt, DateTimeOffset ConfirmBy,
    IReadOnlyList<InstructedParty> Parties, IReadOnlyList<InstructedLeg> Legs)
{
    /// <summary>Scope of the idempotency key. What the system makes has one of its own: no request can take its keys.</summary>
    public string KeyScope { get; init; } = CreateStore.UseCase;

    /// <summary>Earliest block time of the swap, UTC, whole seconds.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The initiator holds it from the start.</summary>
    public bool Hold { get; init; }

    /// <summary>Settlement of the same environment that it replaces.</summary>
    public Guid? Replaces { get; init; }

    public string? Category { get; init; }

    /// <summary>Of the opening of a repo: what it says of the closing.</summary>
    public RepoTerms? Repo { get; init; }

    /// <summary>Of the closing of a repo: the opening.</summary>
    public Guid? Parent { get; init; }

    /// <summary>Of a settlement that was matched from instructions.</summary>
    public string? TradeReference { get; init; }

    /// <summary>What made it: <c>api</c>, or <c>timer</c> for the closing of a repo.</summary>
    public string TriggeredBy { get; init; } = "api";

    /// <summary>Environments that hold it from the start beside the initiator.</summary>
    public IReadOnlyList<Guid> HeldFor { get; init; } = [];
}

/// <summary>A party of a create request: confirmed with its wallet, or a counterparty that has yet to say who it is.</summary>
internal sealed record InstructedParty(
    string Role, Guid PlatformId, Guid EnvironmentId, bool IsCounterparty, string? Name, string? ExternalReference, string? AssetProvider, string? Lei,
    Address? Wallet, Address? Receive, Address? Refund, string? WalletHint, string? CounterpartyReference)
{
    public string? DateOfBirth { get; init; }

    public string? Country { get; init; }
}

/// <summary>A leg of a create request: one movement. The token id of an ERC-20 is zero.</summary>
internal sealed record InstructedLeg(
    string Type, Instrument Instrument, string AsSent, string Quantity, UInt256 TokenId, UInt256 Amount, string Direction, string PartyRole, string RecipientRole,
    string GiverRole, string TakerRole, string? ExternalReference);
