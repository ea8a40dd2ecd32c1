// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>Equivalent to <c>safeTransferFrom(from, to, id, "")</c>.</summary>
[Function("safeTransferFrom")]
public sealed class SafeTransferFromFunction : FunctionMessage
{
    /// <summary><c>from</c>, address.</summary>
    [Parameter("address", "from", 1)]
    public string From { get; set; } = null!;

    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 2)]
    public string To { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 3)]
    public BigInteger Id { get; set; }
}
