// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Refunds what can be refunded of several legs. Callable by anyone. Returns: How many were refunded.</summary>
/// <remarks>
/// Id, legs and time are proved for all of them first. A leg that fails then leaves <c>RefundFailed</c> and no other trace.
/// </remarks>
[Function("refundMany", "uint256")]
public sealed class RefundManyFunction : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 2)]
    public List<byte[]> LegHashes { get; set; } = [];

    /// <summary>The positions of the legs, from 0.</summary>
    [Parameter("uint256[]", "indexes", 3)]
    public List<BigInteger> Indexes { get; set; } = [];

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple[]", "legs", 4, "Leg[]")]
    public List<SettlementLeg> Legs { get; set; } = [];

    /// <summary>The gas that each leg gets; with less than that left for it the whole call reverts.</summary>
    [Parameter("uint256", "gasEach", 5)]
    public BigInteger GasEach { get; set; }
}
