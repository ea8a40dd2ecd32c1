using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.Deposits;

/// <summary>How the reader's own legs of a settlement are deposited: by transactions of the depositor, or by signatures that this service relays.</summary>
public sealed record DepositInstructionsView(
    [property: Description("The settlement.")] Guid SettlementId,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("The escrow, EIP-55. It takes deposits by its functions only: a plain transfer to it is no deposit and cannot be returned.")] string EscrowAddress,
    [property: Description("EIP-712 id of the terms, 32 bytes in hex; the first argument of every call.")] string EscrowId,
    [property: Description("Last block time at which a deposit is taken. People who approve transactions need hours: leave them the time.")] DateTimeOffset Deadline,
    [property: Description("The reader's own legs, in the order of the terms.")] IReadOnlyList<LegInstructionsView> Legs);

/// <summary>How one leg is deposited.</summary>
public sealed record LegInstructionsView(
    [property: Description("The leg.")] Guid LegId,
    [property: Description("Its place in the terms, from 0.")] int Index,
    [property: Description("Role of the party that deposits.")] string Role,
    [property: Description("Only this account can deposit the leg, EIP-55.")] string Depositor,
    [property: Description("The token contract, EIP-55.")] string TokenAddress,
    [property: Description("ERC-20, ERC-721 or ERC-1155.")] string TokenStandard,
    [property: Description("Which token of an ERC-721 or ERC-1155 contract, decimal digits; null for an ERC-20.")] string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("pending, locked, released or rolled_back.")] string Status,
    [property: Description("What the depositor can do without ether.")] SignedPathView SignedPath,
    [property: Description("In order; do those of one leg before those of the next. Empty for a leg that is in.")] IReadOnlyList<DepositOperationView> Operations,
    [property: Description("Alternatives to the operations, to be signed by the depositor (eth_signTypedData_v4).")] IReadOnlyList<SigningDocumentView> Documents,
    [property: Description("What the deposit depends on, as the chain has it now; empty for a leg that is in.")] IReadOnlyList<PreflightCheck> Preflight);

/// <summary>Whether a leg can be deposited by signatures alone.</summary>
public sealed record SignedPathView(
    [property: Description("Every step can be signed: the depositor needs no ether.")] bool WithoutTransaction,
    [property: Description("The one transaction that is needed first: approve, approve_for_all, approve_permit2 or deposit; null for none.")] string? TransactionNeeded,
    [property: Description("A sentence that says what to sign, and what is needed first.")] string Detail);

/// <summary>A transaction of the depositor, ready to be pasted into a custody system.</summary>
public sealed record DepositOperationView(
    [property: Description("approve_zero, approve, approve_for_all or deposit.")] string Step,
    [property: Description("False when it is done already: leave it out.")] bool Needed,
    [property: Description("Contract that is called, EIP-55.")] string To,
    [property: Description("Always 0: the escrow takes no ether.")] string Value,
    [property: Description("Call data.")] string Data,
    [property: Description("Signature of the called function.")] string Function,
    [property: Description("The call data in words: each argument with its name, members of structures one by one.")] IReadOnlyList<OperationArgumentView> Arguments,
    [property: Description("EIP-155 id of the chain.")] long ChainId,
    [property: Description("Gas of the whole transaction, without a margin.")] long GasEstimate,
    [property: Description("node: estimated on the chain as it is. measured: the step would revert before the ones in front of it, so this is the figure of the published gas measurements (rules of Prague); ask your node again when they are mined.")] string GasBasis,
    [property: Description("A sentence that says what it does.")] string Detail,
    [property: Description("What the approver should know before; null for nothing."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning);

/// <summary>An argument of a call.</summary>
public sealed record OperationArgumentView(
    [property: Description("Name in the ABI.")] string Name,
    [property: Description("Type in the ABI, such as uint256.")] string Type,
    [property: Description("Decimal digits, hex or EIP-55, by its type.")] string Value);

/// <summary>A document that the depositor may sign in place of a transaction.</summary>
public sealed record SigningDocumentView(
    [property: Description("settle, permit2, authorization or permit.")] string Kind,
    [property: Description("EIP-712 document with types, primaryType, domain and message, as eth_signTypedData_v4 takes it.")] JsonElement TypedData,
    [property: Description("What is signed: the hash of the document.")] string Digest,
    [property: Description("Body of POST /v1/settlements/{id}/signatures, complete but for the signature.")] SignatureTemplateView Submit,
    [property: Description("What the signature does, and what it needs beside it.")] string Detail);

/// <summary>A signature's request without the signature.</summary>
public sealed record SignatureTemplateView(
    [property: Description("Role of the party that signs.")] string Role,
    [property: Description("settle, permit2, authorization or permit.")] string Kind,
    [property: Description("Leg that it deposits; null for all of the role.")] Guid? LegId,
    [property: Description("Until when the signature can be used, UTC.")] DateTimeOffset Deadline);
