// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>A held leg went back to <c>to</c> (its <c>refundTo</c>) on its owner's wish, before the settlement was full.</summary>
[Event("Withdrawn")]
public sealed class WithdrawnEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 2, false)]
    public BigInteger Index { get; set; }

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 3, true)]
    public string To { get; set; } = null!;
}
