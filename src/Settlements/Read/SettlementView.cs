using System.ComponentModel;
using System.Text.Json.Serialization;
using Keystone.Settlements.Operations;

namespace Keystone.Settlements.Read;

/// <summary>A settlement as one environment may read it. Members are never left out; what a reader may not know is null.</summary>
public sealed record SettlementView(
    Guid Id,
    [property: Description("Null for every platform but the initiator.")] string? IdempotencyKey,
    [property: Description("Platform that instructed the settlement.")] Guid PlatformId,
    [property: Description("Environment that instructed it; null for other environments.")] Guid? EnvironmentId,
    Guid TemplateId,
    string TemplateSlug,
    int TemplateVersion,
    [property: Description("The initiator's reference; null for every other platform.")] string? ExternalReference,
    [property: Description("single_platform or cross_platform.")] string SettlementType,
    string? SettlementCategory,
    [property: Description("Of the closing of a repo: its opening.")] Guid? ParentSettlementId,
    [property: Description("Of the opening of a repo: when the closing is made.")] DateTimeOffset? MaturityAt,
    [property: Description("Of the two instructions that it was matched from; null for one that was instructed whole.")] string? TradeReference,
    [property: Description("Of the opening of a repo; null for every other settlement.")] RepoView? Repo,
    [property: Description("State as the template names it.")] string State,
    [property: Description("Number of the last event that the reader may see, from 1.")] int Sequence,
    bool IsTerminal,
    IReadOnlyList<PartyView> Parties,
    IReadOnlyList<LegView> Legs,
    [property: Description("Which counterparties are waited for; null when none.")] ConfirmationView? Confirmation,
    [property: Description("Who holds the settlement before its terms are published.")] HoldView Hold,
    [property: Description("Who asked for the end; null when nobody did.")] CancellationView? Cancellation,
    [property: Description("Null until the settlement has passed compliance.")] EscrowView? Escrow,
    [property: Description("How deposits are returned; null unless the settlement rolls back.")] RollbackView? Rollback,
    [property: Description("Why it failed; null unless it did.")] FailureView? Failure,
    [property: Description("From SETTLED on.")] FinalityView? Finality,
    ComplianceView? Compliance,
    [property: Description("What the operator's transactions for the settlement cost so far.")] CostsView Costs,
    IsoView Iso,
    [property: Description("Settlement that this one replaces; null for none, and where the reader may not see it.")] Guid? ReplacesSettlementId,
    [property: Description("Settlement that replaces this one; null for none, and where the reader may not see it.")] Guid? ReplacedBySettlementId,
    [property: Description("Earliest block time of the swap; null for none.")] DateTimeOffset? NotBefore,
    DateTimeOffset TimeoutAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Where the host serves the settlement; set by the host.</summary>
    public LinksView? Links { get; init; }

    [Description("Plain transfers to the escrow of tokens and from wallets of this settlement; only for the operator of the system, absent for every platform."),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<StrayView>? StrayTransfers { get; init; }
}

/// <summary>What the opening of a repo says of its closing.</summary>
public sealed record RepoView(
    [property: Description("As sent, without effect.")] string? Rate,
    [property: Description("Cash that is paid back, in units of the payment leg's token.")] string RepaymentAmount,
    DateTimeOffset ClosesAt,
    [property: Description("The closing; null until it was made.")] Guid? CloseId);

/// <summary>A party. Wallets and name of the other side are null before the reader has confirmed its own parties.</summary>
public sealed record PartyView(
    Guid Id,
    string Role,
    Guid PlatformId,
    string PlatformSlug,
    Guid? EnvironmentId,
    string? ExternalReference,
    string? Name,
    [property: Description("Wallet that pays, EIP-55.")] string? WalletAddress,
    [property: Description("Wallet that gets deposits back, EIP-55.")] string? RefundAddress,
    [property: Description("Wallet that receives, EIP-55.")] string? ReceiveAddress,
    long? ChainId,
    string? AssetProvider,
    string? Lei,
    [property: Description("Day of birth of a person; its own platform's alone to read.")] string? DateOfBirth,
    [property: Description("ISO 3166-1 alpha-2; its own platform's alone to read.")] string? Country,
    [property: Description("confirmed, pending_confirmation or rejected.")] string Status,
    DateTimeOffset? ConfirmedAt,
    string? WalletAddressHint,
    string? CounterpartyReference,
    [property: Description("The confirmed wallet is the one that was hinted at; null without hint or confirmation.")] bool? HintMatched,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>A leg: one movement of a token.</summary>
public sealed record LegView(
    Guid Id,
    Guid SettlementId,
    [property: Description("Place in the contract's terms, from 0.")] int Index,
    string LegType,
    [property: Description("As sent, for the platform that sent it. Other readers get the token's address, unless they registered that very word for that very token.")] string InstrumentId,
    long ChainId,
    string TokenStandard,
    [property: Description("Whole units, as sent.")] string Quantity,
    string Direction,
    string PartyRole,
    string RecipientRole,
    [property: Description("pending, locked, released or rolled_back.")] string Status,
    string? ExternalReference,
    TokenView Token,
    [property: Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20.")] string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("Who holds the leg until the swap, as the terms have it: custody, checked or direct; null before they are fixed.")] string? CustodyMode,
    string? Depositor,
    string? Recipient,
    string? RefundTo,
    TransactionView? Deposit,
    TransactionView? Release,
    TransactionView? Refund,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>A token as the reader's own registry knows it. What the contract calls itself proves nothing: anybody can deploy one that says USDC.</summary>
public sealed record TokenView(
    [property: Description("EIP-55.")] string Address,
    [property: Description("Symbol under which the reader's environment registered the token; null when it did not.")] string? Symbol,
    int Decimals,
    [property: Description("The reader's environment registered the token.")] bool Registered,
    [property: Description("What the contract of an unregistered token calls itself, without control and format characters; null when registered, or nothing is left.")] string? ClaimedSymbol,
    [property: Description("Registered symbol for which claimed_symbol can be taken; null for none. A warning: it is another token.")] string? Resembles);

/// <summary>A transaction. Block members are null until it is on the canonical chain; log_index and from are there for movements of legs only.</summary>
public sealed record TransactionView(
    string Hash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LogIndex,
    long? BlockNumber,
    string? BlockHash,
    long? Confirmations,
    DateTimeOffset? At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From);

/// <summary>Which roles are waited for.</summary>
public sealed record ConfirmationView(IReadOnlyList<string> PendingRoles, DateTimeOffset Deadline);

/// <summary>Holds in force: one of the reader's side, one of another.</summary>
public sealed record HoldView(bool Own, bool Other);

/// <summary>Requests to cancel.</summary>
public sealed record CancellationView(
    [property: Description("requested while another platform has to ask too; effective while the settlement is being ended; complete; too_late when the swap was executed first.")] string Status,
    IReadOnlyList<CancelRequestView> RequestedBy,
    [property: Description("Slugs of platforms of which one, or after full funding each, has to ask too.")] IReadOnlyList<string> WaitsFor);

/// <summary>A platform's request to cancel.</summary>
public sealed record CancelRequestView(string PlatformSlug, string? Reason, DateTimeOffset At);

/// <summary>Costs in gas and wei; a part of a transaction that it shared with others.</summary>
public sealed record CostsView(
    long GasUsed,
    [property: Description("Decimal digits.")] string Wei,
    [property: Description("Mined transactions.")] int Transactions);

/// <summary>The escrow on the chain.</summary>
public sealed record EscrowView(
    long ChainId,
    string ContractAddress,
    [property: Description("EIP-712 id of the terms, 32 bytes.")] string Id,
    [property: Description("registering, open, funded, executed, cancelled or expired.")] string? Status,
    string DepositMethod,
    DateTimeOffset Deadline,
    DateTimeOffset? NotBefore,
    string? Operator,
    string? Gate,
    string? Salt,
    [property: Description("ref of the terms, 32 bytes.")] string? Ref,
    [property: Description("commitment of the terms: keccak256(salt || keccak256(agreement)), where the agreement is the text in the event of that type.")] string? Commitment,
    TransactionView? RegisterTx,
    TransactionView? ExecuteTx,
    TransactionView? CancelTx,
    int FundedLegs,
    int TotalLegs);

/// <summary>How deposits are returned.</summary>
public sealed record RollbackView(
    [property: Description("in_progress, blocked or complete.")] string Status,
    string Cause,
    DateTimeOffset? StartedAt,
    IReadOnlyList<OutstandingLegView> LegsOutstanding);

/// <summary>A deposit that has yet to be returned.</summary>
public sealed record OutstandingLegView(
    Guid LegId,
    int Attempts,
    [property: Description("Why the chain refused the return, as a decoded revert; null when it did not.")] string? LastError, DateTimeOffset? NextAttemptAt);

/// <summary>Why a settlement failed. For compliance only the code and a neutral sentence are there; who rejected or cancelled is there for a rejection or a cancellation alone.</summary>
public sealed record FailureView(
    [property: Description("rejected, timeout, compliance, cancelled, registration_failed, execution_failed, action_failed or operator.")] string Code,
    string? Message,
    [property: Description("Platform that rejected, or that asked for the end."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ByPlatform = null,
    [property: Description("Role for which it rejected."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At = null);

/// <summary>Whether the swap can still be undone by a reorg.</summary>
public sealed record FinalityView(long BlockNumber, bool Finalized, DateTimeOffset? ExpectedAt);

/// <summary>Compliance as the reader may know it.</summary>
public sealed record ComplianceView(
    [property: Description("checking, review, cleared or failed. The other side reads checking instead of review, and nothing after a failure.")] string Status,
    [property: Description("The reader may decide; only while in review."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Decidable = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ClearedAt = null,
    [property: Description("The reader's own parties that were stopped; only in review and after a failure."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StoppedPartyView>? Stopped = null);

/// <summary>A party of the reader that screening stopped, and in which layer; never what was found.</summary>
public sealed record StoppedPartyView(
    string Role,
    [property: Description("entity or wallet.")] string Layer);

/// <summary>The state in ISO 20022 terms.</summary>
public sealed record IsoView(string Status, string? Reason);

/// <summary>Paths of a settlement.</summary>
public sealed record LinksView(string Self, string Events);
