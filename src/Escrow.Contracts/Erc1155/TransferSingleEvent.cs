// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>The event <c>TransferSingle</c>.</summary>
[Event("TransferSingle")]
public sealed class TransferSingleEvent : IEventDTO
{
    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 1, true)]
    public string Operator { get; set; } = null!;

    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 2, true)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 3, true)]
    public string To { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 4, false)]
    public BigInteger Id { get; set; }

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 5, false)]
    public BigInteger Amount { get; set; }
}
