// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The settlement is open until this deadline.</summary>
[Error("StillOpen")]
public sealed class StillOpenError : IErrorDTO
{
    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "deadline", 1)]
    public ulong Deadline { get; set; }
}
