// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>Returns the number of tokens owned by <c>owner</c>. Requirements: - <c>owner</c> must not be the zero address.</summary>
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
