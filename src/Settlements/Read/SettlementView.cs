using System.ComponentModel;
using System.Text.Json.Serialization;
using Keystone.Settlements.Operations;

namespace Keystone.Settlements.Read;

/// <summary>A settlement as one environment may read it. Members are never left out; what a reader may not know is null.</summary>
public sealed record SettlementView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Null for every platform but the initiator.")] string? IdempotencyKey,
    [property: Description("Platform that instructed the settlement.")] Guid PlatformId,
    [property: Description("Environment that instructed it; null for other environments.")] Guid? EnvironmentId,
    [property: Description("Template that it runs by.")] Guid TemplateId,
    [property: Description("Name of that template in requests.")] string TemplateSlug,
    [property: Description("Version of the template; a settlement keeps the one that it began with.")] int TemplateVersion,
    [property: Description("The initiator's reference; null for every other platform.")] string? ExternalReference,
    [property: Description("single_platform or cross_platform.")] string SettlementType,
    [property: Description("What it is for, as instructed, such as repo_open; null for none.")] string? SettlementCategory,
    [property: Description("Of the closing of a repo: its opening.")] Guid? ParentSettlementId,
    [property: Description("Of the opening of a repo: when the closing is made.")] DateTimeOffset? MaturityAt,
    [property: Description("Of the two instructions that it was matched from; null for one that was instructed whole.")] string? TradeReference,
    [property: Description("Of the opening of a repo; null for every other settlement.")] RepoView? Repo,
    [property: Description("State as the template names it.")] string State,
    [property: Description("Number of the last event that the reader may see, from 1.")] int Sequence,
    [property: Description("It is at its end: nothing but finality can follow.")] bool IsTerminal,
    [property: Description("In the order of the instruction.")] IReadOnlyList<PartyView> Parties,
    [property: Description("In the order of the terms.")] IReadOnlyList<LegView> Legs,
    [property: Description("Which counterparties are waited for; null when none.")] ConfirmationView? Confirmation,
    [property: Description("Who holds the settlement before its terms are published.")] HoldView Hold,
    [property: Description("Who asked for the end; null when nobody did.")] CancellationView? Cancellation,
    [property: Description("Null until the settlement has passed compliance.")] EscrowView? Escrow,
    [property: Description("How deposits are returned; null unless the settlement rolls back.")] RollbackView? Rollback,
    [property: Description("Why it failed; null unless it did.")] FailureView? Failure,
    [property: Description("From SETTLED on.")] FinalityView? Finality,
    [property: Description("How far screening is; null before it begins.")] ComplianceView? Compliance,
    [property: Description("What the operator's transactions for the settlement cost so far.")] CostsView Costs,
    IsoView Iso,
    [property: Description("Settlement that this one replaces; null for none, and where the reader may not see it.")] Guid? ReplacesSettlementId,
    [property: Description("Settlement that replaces this one; null for none, and where the reader may not see it.")] Guid? ReplacedBySettlementId,
    [property: Description("Earliest block time of the swap; null for none.")] DateTimeOffset? NotBefore,
    [property: Description("Last moment of the swap, UTC; deposits that are in then go back.")] DateTimeOffset TimeoutAt,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt)
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
    [property: Description("When the closing is made, UTC.")] DateTimeOffset ClosesAt,
    [property: Description("The closing; null until it was made.")] Guid? CloseId);

/// <summary>A party. Wallets and name of the other side are null before the reader has confirmed its own parties.</summary>
public sealed record PartyView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Role that legs name, such as buyer.")] string Role,
    [property: Description("Platform of the party.")] Guid PlatformId,
    [property: Description("Name of that platform in requests.")] string PlatformSlug,
    [property: Description("Environment of the party; null for other platforms.")] Guid? EnvironmentId,
    [property: Description("The party's reference at its own platform; null for every other platform.")] string? ExternalReference,
    [property: Description("Name; null for other platforms until the party's environment discloses it.")] string? Name,
    [property: Description("Wallet that pays, EIP-55.")] string? WalletAddress,
    [property: Description("Wallet that gets deposits back, EIP-55.")] string? RefundAddress,
    [property: Description("Wallet that receives, EIP-55.")] string? ReceiveAddress,
    [property: Description("EIP-155 id of the chain of its wallets; null where the reader may not see them.")] long? ChainId,
    [property: Description("Custodian of the wallet, as sent, without effect; null for every other platform.")] string? AssetProvider,
    [property: Description("Legal entity identifier (ISO 17442); null for every other platform.")] string? Lei,
    [property: Description("Day of birth of a person; its own platform's alone to read.")] string? DateOfBirth,
    [property: Description("ISO 3166-1 alpha-2; its own platform's alone to read.")] string? Country,
    [property: Description("confirmed, pending_confirmation or rejected.")] string Status,
    [property: Description("When it was confirmed, UTC; null before.")] DateTimeOffset? ConfirmedAt,
    [property: Description("Wallet that the initiator expects, EIP-55; for the initiator and the party alone.")] string? WalletAddressHint,
    [property: Description("Reference by which the initiator knows the party; for the two alone.")] string? CounterpartyReference,
    [property: Description("The confirmed wallet is the one that was hinted at; null without hint or confirmation.")] bool? HintMatched,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt);

/// <summary>A leg: one movement of a token.</summary>
public sealed record LegView(
    [property: Description("UUID, as paths name it.")] Guid Id,
    [property: Description("Its settlement.")] Guid SettlementId,
    [property: Description("Place in the contract's terms, from 0.")] int Index,
    [property: Description("Type that the template knows, such as asset or payment.")] string LegType,
    [property: Description("As sent, for the platform that sent it. Other readers get the token's address, unless they registered that very word for that very token.")] string InstrumentId,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("ERC-20, ERC-721 or ERC-1155.")] string TokenStandard,
    [property: Description("Whole units, as sent.")] string Quantity,
    [property: Description("deliver: party_role gives. receive: party_role takes.")] string Direction,
    [property: Description("Role of the party whose movement it is.")] string PartyRole,
    [property: Description("Role of the other side.")] string RecipientRole,
    [property: Description("pending, locked, released or rolled_back.")] string Status,
    [property: Description("Reference of the platform that sent it; null for every other platform.")] string? ExternalReference,
    TokenView Token,
    [property: Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20.")] string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("Who holds the leg until the swap, as the terms have it: custody, checked or direct; null before they are fixed.")] string? CustodyMode,
    [property: Description("Wallet that pays the leg in, EIP-55; null where the reader may not see it.")] string? Depositor,
    [property: Description("Wallet that the swap pays to, EIP-55; null where the reader may not see it.")] string? Recipient,
    [property: Description("Wallet that gets the deposit back, EIP-55; null where the reader may not see it.")] string? RefundTo,
    [property: Description("Transaction of the deposit that is in; null when none is.")] TransactionView? Deposit,
    [property: Description("Transaction that paid the leg out; null before the swap.")] TransactionView? Release,
    [property: Description("Transaction that gave the deposit back; null when none did.")] TransactionView? Refund,
    [property: Description("When it was made, UTC.")] DateTimeOffset CreatedAt,
    [property: Description("When it changed last, UTC.")] DateTimeOffset UpdatedAt);

/// <summary>A token as the reader's own registry knows it. What the contract calls itself proves nothing: anybody can deploy one that says USDC.</summary>
public sealed record TokenView(
    [property: Description("EIP-55.")] string Address,
    [property: Description("Symbol under which the reader's environment registered the token; null when it did not.")] string? Symbol,
    [property: Description("Digits behind the point of its unit.")] int Decimals,
    [property: Description("The reader's environment registered the token.")] bool Registered,
    [property: Description("What the contract of an unregistered token calls itself, without control and format characters; null when registered, or nothing is left.")] string? ClaimedSymbol,
    [property: Description("Registered symbol for which claimed_symbol can be taken; null for none. A warning: it is another token.")] string? Resembles);

/// <summary>A transaction. Block members are null until it is on the canonical chain; log_index and from are there for movements of legs only.</summary>
public sealed record TransactionView(
    [property: Description("Hash of the transaction, 32 bytes in hex.")] string Hash,
    [property: Description("Index of the log in its block, from 0."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? LogIndex,
    [property: Description("Number of its block; null until it is mined.")] long? BlockNumber,
    [property: Description("Hash of its block; null until it is mined.")] string? BlockHash,
    [property: Description("Blocks from its own to the head, both counted; null until it is mined.")] long? Confirmations,
    [property: Description("Time of its block, UTC; null until it is mined.")] DateTimeOffset? At,
    [property: Description("Wallet that moved the tokens, EIP-55."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From);

/// <summary>Which roles are waited for.</summary>
public sealed record ConfirmationView(
    [property: Description("Roles whose platforms have to confirm.")] IReadOnlyList<string> PendingRoles,
    [property: Description("Until when, UTC; then the settlement fails.")] DateTimeOffset Deadline);

/// <summary>Holds in force: one of the reader's side, one of another.</summary>
public sealed record HoldView(
    [property: Description("The reader's side holds it.")] bool Own,
    [property: Description("Another side holds it.")] bool Other);

/// <summary>Requests to cancel.</summary>
public sealed record CancellationView(
    [property: Description("requested while another platform has to ask too; effective while the settlement is being ended; complete; too_late when the swap was executed first.")] string Status,
    [property: Description("Who asked, in order.")] IReadOnlyList<CancelRequestView> RequestedBy,
    [property: Description("Slugs of platforms of which one, or after full funding each, has to ask too.")] IReadOnlyList<string> WaitsFor);

/// <summary>A platform's request to cancel.</summary>
public sealed record CancelRequestView(
    [property: Description("Platform that asked.")] string PlatformSlug,
    [property: Description("Why, as it said.")] string? Reason,
    [property: Description("When, UTC.")] DateTimeOffset At);

/// <summary>Costs in gas and wei; a part of a transaction that it shared with others.</summary>
public sealed record CostsView(
    [property: Description("Gas of the mined transactions.")] long GasUsed,
    [property: Description("Decimal digits.")] string Wei,
    [property: Description("Mined transactions.")] int Transactions);

/// <summary>The escrow on the chain.</summary>
public sealed record EscrowView(
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("The escrow contract, EIP-55.")] string ContractAddress,
    [property: Description("EIP-712 id of the terms, 32 bytes.")] string Id,
    [property: Description("registering, open, funded, executed, cancelled or expired.")] string? Status,
    [property: Description("How deposits reach the contract.")] string DepositMethod,
    [property: Description("Last block time of deposits and swap, UTC.")] DateTimeOffset Deadline,
    [property: Description("Earliest block time of the swap, UTC; null for none.")] DateTimeOffset? NotBefore,
    [property: Description("Account that may cancel on the chain, EIP-55; null for none.")] string? Operator,
    [property: Description("Contract that is asked before the swap, EIP-55; null for none.")] string? Gate,
    [property: Description("Salt of the commitment, 32 bytes in hex.")] string? Salt,
    [property: Description("ref of the terms, 32 bytes.")] string? Ref,
    [property: Description("commitment of the terms: keccak256(salt || keccak256(agreement)), where the agreement is the text in the event of that type.")] string? Commitment,
    [property: Description("Transaction that published the terms; null before.")] TransactionView? RegisterTx,
    [property: Description("Transaction of the swap; null before.")] TransactionView? ExecuteTx,
    [property: Description("Transaction that ended the escrow; null unless one did.")] TransactionView? CancelTx,
    [property: Description("Legs whose deposit is in.")] int FundedLegs,
    [property: Description("Legs of the terms.")] int TotalLegs);

/// <summary>How deposits are returned.</summary>
public sealed record RollbackView(
    [property: Description("in_progress, blocked or complete.")] string Status,
    [property: Description("Why deposits go back.")] string Cause,
    [property: Description("Since when, UTC.")] DateTimeOffset? StartedAt,
    [property: Description("Deposits that have yet to be returned.")] IReadOnlyList<OutstandingLegView> LegsOutstanding);

/// <summary>A deposit that has yet to be returned.</summary>
public sealed record OutstandingLegView(
    [property: Description("The leg.")] Guid LegId,
    [property: Description("Transactions that tried to return it.")] int Attempts,
    [property: Description("Why the chain refused the return, as a decoded revert; null when it did not.")] string? LastError,
    [property: Description("When it is tried next, UTC; null when nobody will.")] DateTimeOffset? NextAttemptAt);

/// <summary>Why a settlement failed. For compliance only the code and a neutral sentence are there; who rejected or cancelled is there for a rejection or a cancellation alone.</summary>
public sealed record FailureView(
    [property: Description("rejected, timeout, compliance, cancelled, registration_failed, execution_failed, action_failed or operator.")] string Code,
    [property: Description("A sentence for people.")] string? Message,
    [property: Description("Platform that rejected, or that asked for the end."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ByPlatform = null,
    [property: Description("Role for which it rejected."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role = null,
    [property: Description("When, UTC."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? At = null);

/// <summary>Whether the swap can still be undone by a reorg.</summary>
public sealed record FinalityView(
    [property: Description("Number of the block of the swap.")] long BlockNumber,
    [property: Description("No reorg can undo it any more.")] bool Finalized,
    [property: Description("When it should be final, UTC; null when it is, or nobody can tell.")] DateTimeOffset? ExpectedAt);

/// <summary>Compliance as the reader may know it.</summary>
public sealed record ComplianceView(
    [property: Description("checking, review, cleared or failed. The other side reads checking instead of review, and nothing after a failure.")] string Status,
    [property: Description("The reader may decide; only while in review."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Decidable = null,
    [property: Description("When it was cleared, UTC; null before."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ClearedAt = null,
    [property: Description("The reader's own parties that were stopped; only in review and after a failure."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<StoppedPartyView>? Stopped = null);

/// <summary>A party of the reader that screening stopped, and in which layer; never what was found.</summary>
public sealed record StoppedPartyView(
    [property: Description("Role of the party.")] string Role,
    [property: Description("entity or wallet.")] string Layer);

/// <summary>The state in ISO 20022 terms.</summary>
public sealed record IsoView(
    [property: Description("Code of ISO 20022 for the status.")] string Status,
    [property: Description("Code of ISO 20022 for its reason; null for none.")] string? Reason);

/// <summary>Paths of a settlement.</summary>
public sealed record LinksView(
    [property: Description("Path of the settlement.")] string Self,
    [property: Description("Path of its events.")] string Events);
