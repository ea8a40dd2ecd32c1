// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>
/// Sets <c>value</c> as the allowance of <c>spender</c> over the tokens of <c>owner</c>, authorized by a signed approval by <c>owner</c>. Emits
/// a {Approval} event.
/// </summary>
[Function("permit")]
public sealed class PermitFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;

    /// <summary><c>spender</c>, address.</summary>
    [Parameter("address", "spender", 2)]
    public string Spender { get; set; } = null!;

    /// <summary><c>value</c>, uint256.</summary>
    [Parameter("uint256", "value", 3)]
    public BigInteger Value { get; set; }

    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint256", "deadline", 4)]
    public BigInteger Deadline { get; set; }

    /// <summary><c>v</c>, uint8.</summary>
    [Parameter("uint8", "v", 5)]
    public byte V { get; set; }

    /// <summary><c>r</c>, bytes32.</summary>
    [Parameter("bytes32", "r", 6)]
    public byte[] R { get; set; } = null!;

    /// <summary><c>s</c>, bytes32.</summary>
    [Parameter("bytes32", "s", 7)]
    public byte[] S { get; set; } = null!;
}
