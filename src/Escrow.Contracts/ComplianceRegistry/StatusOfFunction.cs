// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The latest status of a party of a settlement.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("statusOf", "uint8")]
public sealed class StatusOfFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>party</c>, bytes32.</summary>
    [Parameter("bytes32", "party", 2)]
    public byte[] Party { get; set; } = null!;
}
