using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Settlements.FactLog;
using Keystone.Transactions;

namespace Keystone.Settlements.Read;

/// <summary>A settlement as stored, with its escrow as the mirror has it.</summary>
internal sealed record SettlementRecord(
    Guid Id, Guid PlatformId, Guid EnvironmentId, string IdempotencyKey, string? ExternalReference, string Type,
    Guid TemplateId, string TemplateSlug, int TemplateVersion, string State, int Sequence, bool IsTerminal, string? Outcome, DateTimeOffset TimeoutAt,
    DateTimeOffset ConfirmBy, long ChainId, byte[]? EscrowContract, byte[]? EscrowId, byte[]? Salt, string ComplianceStatus, DateTimeOffset? ComplianceAt,
    string? RollbackReason, DateTimeOffset? RollbackSince, string? Failure, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, EscrowTerms? Terms,
    bool ComplianceStop)
{
    /// <summary>A party of the reader's is flagged, and nobody has decided. Known of a settlement in review, as <see cref="Stopped"/> is.</summary>
    public bool IsUndecided { get; set; }

    /// <summary>Head of the mirror; null before the terms are frozen, and without a mirror.</summary>
    public ChainHead? Head { get; set; }

    /// <summary>The escrow at that head, with the terms; null as the head is.</summary>
    public EscrowSnapshot? Escrow { get; set; }

    /// <summary>Canonical blocks that the escrow names, by height.</summary>
    public IReadOnlyDictionary<long, MirroredBlock> Blocks { get; set; } = ImmutableDictionary<long, MirroredBlock>.Empty;

    /// <summary>Environments that may see it.</summary>
    public IReadOnlyList<Guid> Readers { get; init; } = [];

    /// <summary>The environment that made it.</summary>
    public EnvironmentView Owner { get; set; } = null!;

    public List<PartyRecord> Parties { get; } = [];

    public List<LegRecord> Legs { get; } = [];

    /// <summary>Earliest block time of the swap, UTC.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    public string? Category { get; init; }

    /// <summary>Of the instructions that it was matched from.</summary>
    public string? TradeReference { get; init; }

    /// <summary>Of the closing of a repo: the opening, which has the same readers.</summary>
    public Guid? Parent { get; init; }

    /// <summary>Of the opening of a repo: its closing.</summary>
    public RepoView? Repo { get; init; }

    /// <summary>Settlements that it replaces, and that replaces it, where the reader may see them.</summary>
    public Guid? Replaces { get; init; }

    public Guid? ReplacedBy { get; init; }

    /// <summary>Requests to cancel, holds, and steps of the platform's own with their results, in order.</summary>
    public IReadOnlyList<ReadFact> Facts { get; init; } = [];

    /// <summary>What our mined transactions for its escrow cost; null for none.</summary>
    public SubjectCost? Cost { get; set; }

    /// <summary>The reader's own parties that the last round of screening stopped.</summary>
    public IReadOnlyList<StoppedPartyView> Stopped { get; set; } = [];

    /// <summary>The operator's transactions for the escrow, wanted or sent.</summary>
    public List<IntentProgress> Intents { get; } = [];

    /// <summary>Tokens that the reader registered on the chain, as far as they are needed here.</summary>
    public Instruments.TokenRegistry Registry { get; set; } = new([]);

    public bool IsCrossPlatform => Type == "cross_platform";

    /// <summary>Environments whose hold is in force.</summary>
    public IReadOnlySet<Guid> Holds => Facts.Where(fact => fact.Kind is "hold" or "release").GroupBy(fact => fact.Environment!.Value)
        .Where(side => side.Last().Kind == "hold").Select(side => side.Key).ToHashSet();

    /// <summary>Slug of an environment's platform.</summary>
    public string SlugOf(Guid environment) =>
        environment == EnvironmentId ? Owner.PlatformSlug : Parties.FirstOrDefault(party => party.EnvironmentId == environment)?.PlatformSlug ?? "";

    /// <summary>A leg in the escrow; null before the terms are frozen.</summary>
    public LegSnapshot? InEscrow(LegRecord leg) => Escrow is { } escrow && leg.Index < escrow.Legs.Length ? escrow.Legs[leg.Index] : null;
}

/// <summary>A party as stored.</summary>
internal sealed record PartyRecord(
    Guid Id, Guid SettlementId, string Role, Guid PlatformId, string PlatformSlug, Guid EnvironmentId, string Status, bool IsCounterparty, string? Name,
    string? ExternalReference, string? AssetProvider, string? Lei, Address? Wallet, Address? Receive, Address? Refund, long? ChainId, string? WalletHint,
    string? CounterpartyReference, bool? HintMatched, DateTimeOffset? ConfirmedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Rejection,
    DateTimeOffset? RejectedAt)
{
    public string? DateOfBirth { get; init; }

    public string? Country { get; init; }
}

/// <summary>A leg as stored, with its token.</summary>
internal sealed record LegRecord(
    Guid Id, Guid SettlementId, int Index, string Type, string AsSent, string Quantity, string Amount, string Direction, string PartyRole, string RecipientRole,
    string GiverRole, string TakerRole, string? ExternalReference, DateTimeOffset CreatedAt, Address Token, string? ClaimedSymbol, int Decimals, string Standard,
    string TokenId);
