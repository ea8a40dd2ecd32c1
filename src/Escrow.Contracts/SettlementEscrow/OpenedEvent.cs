// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>A deposit was the first that the chain saw of <c>id</c>. The legs follow with their own deposits.</summary>
[Event("Opened")]
public sealed class OpenedEvent : IEventDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1, true)]
    public byte[] Id { get; set; } = null!;

    /// <summary>The caller.</summary>
    [Parameter("address", "by", 2, true)]
    public string By { get; set; } = null!;

    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 3, false)]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The EIP-712 struct hash of every leg, in order.</summary>
    [Parameter("bytes32[]", "legHashes", 4, false)]
    public List<byte[]> LegHashes { get; set; } = [];
}
