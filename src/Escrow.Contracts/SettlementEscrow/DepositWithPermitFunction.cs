// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary><c>deposit</c> of an ERC-20 leg after an EIP-2612 permit for exactly <c>leg.amount</c>. Only by <c>leg.from</c>.</summary>
/// <remarks>
/// The permit's result is ignored: who front-runs it changes nothing. Permits of another form (DAI's) are not supported.
/// </remarks>
[Function("depositWithPermit")]
public sealed class DepositWithPermitFunction : FunctionMessage
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

    /// <summary>The deadline of the permit, in seconds since the epoch.</summary>
    [Parameter("uint256", "permitDeadline", 5)]
    public BigInteger PermitDeadline { get; set; }

    /// <summary><c>v</c>, uint8.</summary>
    [Parameter("uint8", "v", 6)]
    public byte V { get; set; }

    /// <summary><c>r</c>, bytes32.</summary>
    [Parameter("bytes32", "r", 7)]
    public byte[] R { get; set; } = null!;

    /// <summary><c>s</c>, bytes32.</summary>
    [Parameter("bytes32", "s", 8)]
    public byte[] S { get; set; } = null!;
}
