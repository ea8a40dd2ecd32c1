// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>The hash of a party.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("partyHash", "bytes32")]
public sealed class PartyHashFunction : FunctionMessage
{
    /// <summary>The entity, or zero for a wallet.</summary>
    [Parameter("bytes32", "participantId", 1)]
    public byte[] ParticipantId { get; set; } = null!;

    /// <summary>The wallet, or zero for an entity.</summary>
    [Parameter("address", "wallet", 2)]
    public string Wallet { get; set; } = null!;
}
