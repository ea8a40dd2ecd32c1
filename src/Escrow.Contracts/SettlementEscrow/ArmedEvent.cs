// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary><c>from</c> consented to a DIRECT leg. Nothing moved.</summary>
[Event("Armed")]
public sealed class ArmedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 2, true)]
    public string From { get; set; } = null!;

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 3, false)]
    public BigInteger Index { get; set; }

    /// <summary>The leg at <c>index</c>.</summary>
    [Parameter("tuple", "leg", 4, false)]
    public SettlementLeg Leg { get; set; } = null!;
}
