// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The chain has never seen this settlement.</summary>
[Error("UnknownSettlement")]
public sealed class UnknownSettlementError : IErrorDTO
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;
}
