// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Puts several legs in with one call. Only by <c>from</c> of all of them. All or nothing.</summary>
[Function("depositMany")]
public sealed class DepositManyFunction : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 2)]
    public List<byte[]> LegHashes { get; set; } = [];

    /// <summary>The position of each of <c>legs</c>, in any order, none twice.</summary>
    [Parameter("uint256[]", "indexes", 3)]
    public List<BigInteger> Indexes { get; set; } = [];

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple[]", "legs", 4, "Leg[]")]
    public List<SettlementLeg> Legs { get; set; } = [];
}
