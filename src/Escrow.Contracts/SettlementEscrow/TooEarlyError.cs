// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The execution window has not begun.</summary>
[Error("TooEarly")]
public sealed class TooEarlyError : IErrorDTO
{
    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "notBefore", 1)]
    public ulong NotBefore { get; set; }
}
