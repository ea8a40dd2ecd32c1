// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Appoints or dismisses an attester. What was attested stays. Only by the owner.</summary>
[Function("setAttester")]
public sealed class SetAttesterFunction : FunctionMessage
{
    /// <summary><c>attester</c>, address.</summary>
    [Parameter("address", "attester", 1)]
    public string Attester { get; set; } = null!;

    /// <summary><c>allowed</c>, bool.</summary>
    [Parameter("bool", "allowed", 2)]
    public bool Allowed { get; set; }
}
