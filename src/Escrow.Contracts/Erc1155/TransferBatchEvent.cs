// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>The event <c>TransferBatch</c>.</summary>
[Event("TransferBatch")]
public sealed class TransferBatchEvent : IEventDTO
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

    /// <summary><c>ids</c>, uint256[].</summary>
    [Parameter("uint256[]", "ids", 4, false)]
    public List<BigInteger> Ids { get; set; } = [];

    /// <summary><c>amounts</c>, uint256[].</summary>
    [Parameter("uint256[]", "amounts", 5, false)]
    public List<BigInteger> Amounts { get; set; } = [];
}
