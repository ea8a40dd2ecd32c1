// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>The event <c>ApprovalForAll</c>.</summary>
[Event("ApprovalForAll")]
public sealed class ApprovalForAllEvent : IEventDTO
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1, true)]
    public string Owner { get; set; } = null!;

    /// <summary><c>operator</c>, address.</summary>
    [Parameter("address", "operator", 2, true)]
    public string Operator { get; set; } = null!;

    /// <summary><c>isApproved</c>, bool.</summary>
    [Parameter("bool", "isApproved", 3, false)]
    public bool IsApproved { get; set; }
}
