// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary><c>notBefore</c> is after <c>deadline</c>, or <c>deadline</c> is more than <c>MAX_TERM</c> ahead.</summary>
[Error("BadWindow")]
public sealed class BadWindowError : IErrorDTO
{
    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "notBefore", 1)]
    public ulong NotBefore { get; set; }

    /// <summary>Seconds since the epoch.</summary>
    [Parameter("uint64", "deadline", 2)]
    public ulong Deadline { get; set; }
}
