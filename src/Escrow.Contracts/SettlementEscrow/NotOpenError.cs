// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The settlement has ended in this state.</summary>
[Error("NotOpen")]
public sealed class NotOpenError : IErrorDTO
{
    /// <summary><c>state</c>, uint8.</summary>
    [Parameter("uint8", "state", 1)]
    public SettlementState State { get; set; }
}
