// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The gate did not answer with its selector.</summary>
[Error("GateClosed")]
public sealed class GateClosedError : IErrorDTO
{
    /// <summary><c>gate</c>, address.</summary>
    [Parameter("address", "gate", 1)]
    public string Gate { get; set; } = null!;
}
