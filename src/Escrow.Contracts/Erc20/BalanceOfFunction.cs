// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the amount of tokens owned by <c>owner</c>.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("balanceOf", "uint256")]
public sealed class BalanceOfFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;
}
