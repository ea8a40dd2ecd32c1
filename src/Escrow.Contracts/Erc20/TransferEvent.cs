// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>The event <c>Transfer</c>.</summary>
[Event("Transfer")]
public sealed class TransferEvent : IEventDTO
{
    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 1, true)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 2, true)]
    public string To { get; set; } = null!;

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 3, false)]
    public BigInteger Amount { get; set; }
}
