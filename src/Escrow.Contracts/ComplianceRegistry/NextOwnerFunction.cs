// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>To whom the ownership is offered, or zero.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("nextOwner", "address")]
public sealed class NextOwnerFunction : FunctionMessage
{
}
