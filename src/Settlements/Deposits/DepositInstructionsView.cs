using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Keystone.Settlements.Deposits;

/// <summary>How the reader's own legs of a settlement are deposited: by transactions of the depositor, or by signatures that this service relays.</summary>
public sealed record DepositInstructionsView(
    Guid SettlementId,
    long ChainId,
    [property: Description("The escrow, EIP-55. It takes deposits by its functions only: a plain transfer to it is no deposit and cannot be returned.")] string EscrowAddress,
    string EscrowId,
    [property: Description("Last block time at which a deposit is taken. People who approve transactions need hours: leave them the time.")] DateTimeOffset Deadline,
    IReadOnlyList<LegInstructionsView> Legs);

/// <summary>How one leg is deposited.</summary>
public sealed record LegInstructionsView(
    Guid LegId,
    int Index,
    string Role,
    [property: Description("Only this account can deposit the leg, EIP-55.")] string Depositor,
    string TokenAddress,
    string TokenStandard,
    string? TokenId,
    [property: Description("Smallest units, decimal digits.")] string Amount,
    [property: Description("pending, locked, released or rolled_back.")] string Status,
    [property: Description("What the depositor can do without ether.")] SignedPathView SignedPath,
    [property: Description("In order; do those of one leg before those of the next. Empty for a leg that is in.")] IReadOnlyList<DepositOperationView> Operations,
    [property: Description("Alternatives to the operations, to be signed by the depositor (eth_signTypedData_v4).")] IReadOnlyList<SigningDocumentView> Documents,
    IReadOnlyList<PreflightCheck> Preflight);

/// <summary>Whether a leg can be deposited by signatures alone.</summary>
public sealed record SignedPathView(
    [property: Description("Every step can be signed: the depositor needs no ether.")] bool WithoutTransaction,
    [property: Description("The one transaction that is needed first: approve, approve_for_all, approve_permit2 or deposit; null for none.")] string? TransactionNeeded,
    string Detail);

/// <summary>A transaction of the depositor, ready to be pasted into a custody system.</summary>
public sealed record DepositOperationView(
    [property: Description("approve_zero, approve, approve_for_all or deposit.")] string Step,
    [property: Description("False when it is done already: leave it out.")] bool Needed,
    string To,
    [property: Description("Always 0: the escrow takes no ether.")] string Value,
    [property: Description("Call data.")] string Data,
    [property: Description("Signature of the called function.")] string Function,
    [property: Description("The call data in words: each argument with its name, members of structures one by one.")] IReadOnlyList<OperationArgumentView> Arguments,
    long ChainId,
    [property: Description("Gas of the whole transaction, without a margin.")] long GasEstimate,
    [property: Description("node: estimated on the chain as it is. measured: the step would revert before the ones in front of it, so this is the figure of the published gas measurements (rules of Prague); ask your node again when they are mined.")] string GasBasis,
    string Detail,
    [property: Description("What the approver should know before; null for nothing."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Warning);

/// <summary>An argument of a call.</summary>
public sealed record OperationArgumentView(string Name, string Type, string Value);

/// <summary>A document that the depositor may sign in place of a transaction.</summary>
public sealed record SigningDocumentView(
    [property: Description("settle, permit2, authorization or permit.")] string Kind,
    [property: Description("EIP-712 document with types, primaryType, domain and message, as eth_signTypedData_v4 takes it.")] JsonElement TypedData,
    [property: Description("What is signed: the hash of the document.")] string Digest,
    [property: Description("Body of POST /v1/settlements/{id}/signatures, complete but for the signature.")] SignatureTemplateView Submit,
    [property: Description("What the signature does, and what it needs beside it.")] string Detail);

/// <summary>A signature's request without the signature.</summary>
public sealed record SignatureTemplateView(
    string Role,
    string Kind,
    Guid? LegId,
    DateTimeOffset Deadline);
