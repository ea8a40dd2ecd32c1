// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Whether the latest status of a party is Pass.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("isCleared", "bool")]
public sealed class IsClearedFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>party</c>, bytes32.</summary>
    [Parameter("bytes32", "party", 2)]
    public byte[] Party { get; set; } = null!;
}
