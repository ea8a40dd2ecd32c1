// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Offers the ownership. Only by the owner.</summary>
[Function("offerOwnership")]
public sealed class OfferOwnershipFunction : FunctionMessage
{
    /// <summary><c>to</c>, address.</summary>
    [Parameter("address", "to", 1)]
    public string To { get; set; } = null!;
}
