// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The owner.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("owner", "address")]
public sealed class OwnerFunction : FunctionMessage
{
}
