// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>Returns whether <c>operator</c> is approved to manage the tokens of <c>owner</c>.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("isApprovedForAll", "bool")]
public sealed class IsApprovedForAllFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;

    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 2)]
    public string Operator { get; set; } = null!;
}
