// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The deadline has passed.</summary>
[Error("Expired")]
public sealed class ExpiredError : IErrorDTO
{
    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "deadline", 1)]
    public ulong Deadline { get; set; }
}
