// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Takes the ownership that was offered to the caller.</summary>
[Function("acceptOwnership")]
public sealed class AcceptOwnershipFunction : FunctionMessage
{
}
