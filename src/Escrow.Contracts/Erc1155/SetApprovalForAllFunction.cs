// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>Sets whether <c>operator</c> is approved to manage the tokens of the caller. Emits a {ApprovalForAll} event.</summary>
[Function("setApprovalForAll")]
public sealed class SetApprovalForAllFunction : FunctionMessage
{
    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 1)]
    public string Operator { get; set; } = null!;

    /// <summary><c>isApproved</c>, bool.</summary>
    [Parameter("bool", "isApproved", 2)]
    public bool IsApproved { get; set; }
}
