// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The settlement will never execute. Held legs stay owed until refunded.</summary>
[Event("Cancelled")]
public sealed class CancelledEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The caller.</summary>
    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = null!;

    /// <summary><c>how</c>, uint8.</summary>
    [Parameter("uint8", "how", 3, false)]
    public CancelledBy How { get; set; }
}
