// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary><c>nextOwner</c> may accept the ownership; zero withdraws an offer.</summary>
[Event("OwnershipOffered")]
public sealed class OwnershipOfferedEvent : IEventDTO
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1, true)]
    public string Owner { get; set; } = null!;

    /// <summary><c>nextOwner</c>, address.</summary>
    [Parameter("address", "nextOwner", 2, true)]
    public string NextOwner { get; set; } = null!;
}
