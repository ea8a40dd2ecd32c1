// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Legs are missing: one bit each.</summary>
[Error("NotFullyFunded")]
public sealed class NotFullyFundedError : IErrorDTO
{
    /// <summary>Bit i: leg i is missing.</summary>
    [Parameter("uint64", "missing", 1)]
    public ulong Missing { get; set; }
}
