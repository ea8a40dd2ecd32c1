// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>One leg of <c>refundMany</c>. Only by the contract itself, which proved the id, the leg and the time.</summary>
[Function("refundItem")]
public sealed class RefundItemFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 2)]
    public BigInteger Index { get; set; }

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 3, "Leg")]
    public SettlementLeg Leg { get; set; } = null!;
}
