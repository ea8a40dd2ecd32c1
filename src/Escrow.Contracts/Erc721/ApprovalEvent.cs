// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>The event <c>Approval</c>.</summary>
[Event("Approval")]
public sealed class ApprovalEvent : IEventDTO
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1, true)]
    public string Owner { get; set; } = null!;

    /// <summary><c>account</c>, address.</summary>
    [Parameter("address", "account", 2, true)]
    public string Account { get; set; } = null!;

    /// <summary>The id of the token.</summary>
    [Parameter("uint256", "id", 3, true)]
    public BigInteger Id { get; set; }
}
