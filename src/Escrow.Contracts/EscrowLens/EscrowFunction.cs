// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>The escrow that is asked.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("escrow", "address")]
public sealed class EscrowFunction : FunctionMessage
{
}
