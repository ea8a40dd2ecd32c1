// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>How many parties of a settlement are flagged or failed by their latest status.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("blocking", "uint256")]
public sealed class BlockingFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;
}
