// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Takes one leg back before the settlement is full. Only by <c>leg.from</c>; custody pays <c>refundTo</c>.</summary>
/// <remarks>
/// Sets a permanent mark: from then on no signature puts this leg in, only the owner's own call.
/// </remarks>
[Function("withdrawLeg")]
public sealed class WithdrawLegFunction : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 2)]
    public List<byte[]> LegHashes { get; set; } = [];

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 3)]
    public BigInteger Index { get; set; }

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 4, "Leg")]
    public SettlementLeg Leg { get; set; } = null!;
}
