// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Every leg was delivered in this transaction.</summary>
[Event("Executed")]
public sealed class ExecutedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The caller.</summary>
    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = null!;

    /// <summary>Bit i: leg i moved from its wallet, otherwise from the escrow.</summary>
    [Parameter("uint64", "fromWallets", 3, false)]
    public ulong FromWallets { get; set; }
}
