// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The EIP-712 struct hash of a leg.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("legHashOf", "bytes32")]
public sealed class LegHashOfFunction : FunctionMessage
{
    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 1, "Leg")]
    public SettlementLeg Leg { get; set; } = null!;
}
