// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>Returns the amount of <c>id</c> owned by <c>owner</c>.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("balanceOf", "uint256")]
public sealed class BalanceOfFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 2)]
    public BigInteger Id { get; set; }
}
