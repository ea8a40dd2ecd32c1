// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The caller is not the operator.</summary>
[Error("NotOperator")]
public sealed class NotOperatorError : IErrorDTO
{
    /// <summary><c>caller</c>, address.</summary>
    [Parameter("address", "caller", 1)]
    public string Caller { get; set; } = null!;
}
