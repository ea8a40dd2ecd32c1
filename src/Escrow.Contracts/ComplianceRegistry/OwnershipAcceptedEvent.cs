// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary><c>owner</c> owns the registry now.</summary>
[Event("OwnershipAccepted")]
public sealed class OwnershipAcceptedEvent : IEventDTO
{
    /// <summary><c>previousOwner</c>, address.</summary>
    [Parameter("address", "previousOwner", 1, true)]
    public string PreviousOwner { get; set; } = null!;

    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 2, true)]
    public string Owner { get; set; } = null!;
}
