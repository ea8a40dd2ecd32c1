// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>All terms of <c>id</c>. Emitted exactly once per id that was registered, also when a deposit came first.</summary>
[Event("Registered")]
public sealed class RegisteredEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The caller.</summary>
    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = null!;

    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 3, false)]
    public SettlementTerms Settlement { get; set; } = null!;
}
