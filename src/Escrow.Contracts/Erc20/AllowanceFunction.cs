// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the amount of tokens that <c>spender</c> can spend on behalf of <c>owner</c>.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("allowance", "uint256")]
public sealed class AllowanceFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;

    /// <summary><c>spender</c>, address.</summary>
    [Parameter("address", "spender", 2)]
    public string Spender { get; set; } = null!;
}
