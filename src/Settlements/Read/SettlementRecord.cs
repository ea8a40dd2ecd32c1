using Keystone.Ethereum;
using Keystone.Domain.Escrow;

namespace Keystone.Settlements.Read;

/// <summary>A settlement as stored, with what the mirror says of its escrow.</summary>
internal sealed record SettlementRecord(
    Guid Id, Guid PlatformId, Guid EnvironmentId, string PlatformSlug, bool DiscloseName, string IdempotencyKey, string? ExternalReference, string Type,
    Guid TemplateId, string TemplateSlug, int TemplateVersion, string State, int Sequence, bool IsTerminal, string? Outcome, DateTimeOffset TimeoutAt,
    DateTimeOffset ConfirmBy, long ChainId, byte[]? EscrowContract, byte[]? EscrowId, byte[]? Salt, string ComplianceStatus, DateTimeOffset? ComplianceAt,
    string? RollbackReason, DateTimeOffset? RollbackSince, string? Failure, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, EscrowTerms? Terms,
    bool OwnPartyFlagged, EscrowMirror? Escrow, ChainHead? Head)
{
    public List<PartyRecord> Parties { get; } = [];

    public List<LegRecord> Legs { get; } = [];

    /// <summary>Transactions of ours that are wanted or were sent for the escrow.</summary>
    public List<IntentRecord> Intents { get; } = [];

    /// <summary>Deposits that the canonical chain holds, by leg; the last of each.</summary>
    public Dictionary<int, DepositRecord> Deposits { get; } = [];

    public bool IsCrossPlatform => Type == "cross_platform";
}

/// <summary>A party as stored.</summary>
internal sealed record PartyRecord(
    Guid Id, Guid SettlementId, string Role, Guid PlatformId, string PlatformSlug, Guid EnvironmentId, string Status, bool IsCounterparty, string? Name,
    string? ExternalReference, string? AssetProvider, string? Lei, Address? Wallet, Address? Receive, Address? Refund, long? ChainId, string? WalletHint,
    string? CounterpartyReference, bool? HintMatched, DateTimeOffset? ConfirmedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Rejection,
    DateTimeOffset? RejectedAt);

/// <summary>A leg as stored, with its token and what the mirror last saw of it.</summary>
internal sealed record LegRecord(
    Guid Id, Guid SettlementId, int Index, string Type, string AsSent, string Quantity, string Amount, string Direction, string PartyRole, string RecipientRole,
    string GiverRole, string TakerRole, string? ExternalReference, DateTimeOffset CreatedAt, Address Token, string Symbol, int Decimals, string Standard,
    string? MirrorStatus, long? Block, byte[]? Transaction, int? LogIndex, byte[]? BlockHash, long? BlockTime,
    string TokenId);

/// <summary>What the mirror says of an escrow.</summary>
internal sealed record EscrowMirror(EscrowState State, ChainTransaction? Registered, ChainTransaction? Executed, ChainTransaction? Cancelled);

/// <summary>A transaction on the canonical chain.</summary>
internal sealed record ChainTransaction(byte[] Hash, long Block, byte[]? BlockHash, long? BlockTime);

/// <summary>Where the mirror of a chain is.</summary>
internal sealed record ChainHead(long Number, long Time, long Finalized, long FinalizedTime);

/// <summary>A transaction that is wanted of the transaction manager, with the hash of its last attempt.</summary>
internal sealed record IntentRecord(string Purpose, int Part, string Status, int Attempts, string? Reason, DateTimeOffset DueAt, byte[]? Offered);

/// <summary>A deposit as its event tells it.</summary>
internal sealed record DepositRecord(ChainTransaction Transaction, int LogIndex, Address From);
