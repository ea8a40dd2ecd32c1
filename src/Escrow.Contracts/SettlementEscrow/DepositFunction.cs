// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Puts one leg in: custody takes the asset, DIRECT records the consent. Only by <c>leg.from</c>.</summary>
/// <remarks>
/// The first deposit of an unknown id opens it. The escrow must gain exactly <c>leg.amount</c>.
/// </remarks>
[Function("deposit")]
public sealed class DepositFunction : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 2)]
    public List<byte[]> LegHashes { get; set; } = [];

    /// <summary>The position of <c>leg</c>.</summary>
    [Parameter("uint256", "index", 3)]
    public BigInteger Index { get; set; }

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 4, "Leg")]
    public SettlementLeg Leg { get; set; } = null!;
}
