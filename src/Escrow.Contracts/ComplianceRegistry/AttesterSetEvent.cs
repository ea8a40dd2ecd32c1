// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Whether <c>attester</c> may attest from now on.</summary>
[Event("AttesterSet")]
public sealed class AttesterSetEvent : IEventDTO
{
    /// <summary><c>attester</c>, address.</summary>
    [Parameter("address", "attester", 1, true)]
    public string Attester { get; set; } = null!;

    /// <summary><c>allowed</c>, bool.</summary>
    [Parameter("bool", "allowed", 2, false)]
    public bool Allowed { get; set; }
}
