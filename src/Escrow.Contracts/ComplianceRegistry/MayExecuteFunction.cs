// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>
/// Whether the settlement may execute now. Returns: <c>ISettlementGate.mayExecute.selector</c> to open; anything else, and any failure, is
/// closed.
/// </summary>
/// <remarks>
/// The same wallet in several legs is asked again: its second answer is a warm read. Read-only (view).
/// </remarks>
[Function("mayExecute", "bytes4")]
public sealed class MayExecuteFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 2, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;
}
