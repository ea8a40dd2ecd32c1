// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The consent to a DIRECT leg was taken back.</summary>
[Event("Disarmed")]
public sealed class DisarmedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The position of the leg, from 0.</summary>
    [Parameter("uint256", "index", 2, false)]
    public BigInteger Index { get; set; }
}
