// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Records the result of a screening. Only by attesters.</summary>
[Function("attest")]
public sealed class AttestFunction : FunctionMessage
{
    /// <summary>The settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;

    /// <summary>See <c>partyHash</c>.</summary>
    [Parameter("bytes32", "party", 2)]
    public byte[] Party { get; set; } = null!;

    /// <summary>Pass, Flagged or Fail.</summary>
    [Parameter("uint8", "status", 3)]
    public ComplianceStatus Status { get; set; }

    /// <summary>The hash of the provider's reference, or zero.</summary>
    [Parameter("bytes32", "referenceHash", 4)]
    public byte[] ReferenceHash { get; set; } = null!;
}
