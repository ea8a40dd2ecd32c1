// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc721;

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

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 3, true)]
    public BigInteger Id { get; set; }
}
