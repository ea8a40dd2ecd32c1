// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>A screening of a party of settlement <c>id</c>. <c>referenceHash</c> is the hash of the provider's reference.</summary>
[Event("Attested")]
public sealed class AttestedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary><c>partyHash</c>, bytes32.</summary>
    [Parameter("bytes32", "partyHash", 2, true)]
    public byte[] PartyHash { get; set; } = null!;

    /// <summary><c>attester</c>, address.</summary>
    [Parameter("address", "attester", 3, true)]
    public string Attester { get; set; } = null!;

    /// <summary><c>status</c>, uint8.</summary>
    [Parameter("uint8", "status", 4, false)]
    public ComplianceStatus Status { get; set; }

    /// <summary><c>referenceHash</c>, bytes32.</summary>
    [Parameter("bytes32", "referenceHash", 5, false)]
    public byte[] ReferenceHash { get; set; } = null!;
}
