// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>The event <c>URI</c>.</summary>
[Event("URI")]
public sealed class URIEvent : IEventDTO
{
    /// <summary><c>value</c>, string.</summary>
    [Parameter("string", "value", 1, false)]
    public string Value { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 2, true)]
    public BigInteger Id { get; set; }
}
