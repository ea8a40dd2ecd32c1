using Keystone.Ethereum;

namespace Keystone.Api.Settlements;

/// <summary>A settlement as stored, with what the mirror says of its escrow.</summary>
internal sealed record SettlementRecord(
    Guid Id, Guid PlatformId, Guid EnvironmentId, string PlatformSlug, bool DiscloseName, string IdempotencyKey, string? ExternalReference, string Type,
    Guid TemplateId, string TemplateSlug, int TemplateVersion, string State, int Sequence, bool IsTerminal, string? Outcome, DateTimeOffset TimeoutAt,
    DateTimeOffset ConfirmBy, long ChainId, byte[]? EscrowContract, byte[]? EscrowId, byte[]? Salt, string ComplianceStatus, DateTimeOffset? ComplianceAt,
    string? RollbackReason, DateTimeOffset? RollbackSince, string? Failure, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, EscrowState? Escrow)
{
    public List<PartyRecord> Parties { get; } = [];

    public List<LegRecord> Legs { get; } = [];

    public bool IsCrossPlatform => Type == "cross_platform";
}

/// <summary>A party as stored.</summary>
internal sealed record PartyRecord(
    Guid Id, Guid SettlementId, string Role, Guid PlatformId, string PlatformSlug, Guid EnvironmentId, string Status, bool IsCounterparty, string? Name,
    string? ExternalReference, string? AssetProvider, string? Lei, Address? Wallet, Address? Receive, Address? Refund, long? ChainId, string? WalletHint,
    string? CounterpartyReference, bool? HintMatched, DateTimeOffset? ConfirmedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>A leg as stored, with its token and what the mirror last saw of it.</summary>
internal sealed record LegRecord(
    Guid Id, Guid SettlementId, int Index, string Type, string AsSent, string Quantity, string Amount, string Direction, string PartyRole, string RecipientRole,
    string GiverRole, string TakerRole, string? ExternalReference, DateTimeOffset CreatedAt, Address Token, string Symbol, int Decimals, string Standard,
    string? MirrorStatus, long? Block, byte[]? Transaction, int? LogIndex, byte[]? BlockHash, long? BlockTime);

/// <summary>What the mirror says of an escrow.</summary>
internal sealed record EscrowState(
    int State, long? RegisteredBlock, byte[]? RegisteredTx, long? ExecutedBlock, byte[]? ExecutedTx, long? CancelledBlock, byte[]? CancelledTx, long Head, long Finalized);

/// <summary>An event of the audit trail.</summary>
internal sealed record EventRecord(
    Guid Id, int Sequence, string Type, string? FromState, string ToState, string TriggeredBy, string Payload, byte[] PreviousHash, byte[] ContentHash,
    DateTimeOffset CreatedAt);

/// <summary>Which settlements a list shows.</summary>
internal sealed record SettlementFilter(
    string[] States, string? Type, string? ExternalReference, string? IdempotencyKey, Guid? TemplateId, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo,
    DateTimeOffset? TimeoutBefore, byte[]? Wallet);
