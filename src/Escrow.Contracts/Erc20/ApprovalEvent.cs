// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>The event <c>Approval</c>.</summary>
[Event("Approval")]
public sealed class ApprovalEvent : IEventDTO
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1, true)]
    public string Owner { get; set; } = null!;

    /// <summary><c>spender</c>, address.</summary>
    [Parameter("address", "spender", 2, true)]
    public string Spender { get; set; } = null!;

    /// <summary>The amount in smallest units.</summary>
    [Parameter("uint256", "amount", 3, false)]
    public BigInteger Amount { get; set; }
}
