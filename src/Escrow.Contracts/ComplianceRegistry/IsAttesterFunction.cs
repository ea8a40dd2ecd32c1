// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Whether an address may attest.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("isAttester", "bool")]
public sealed class IsAttesterFunction : FunctionMessage
{
    /// <summary><c>attester</c>, address.</summary>
    [Parameter("address", "attester", 1)]
    public string Attester { get; set; } = null!;
}
