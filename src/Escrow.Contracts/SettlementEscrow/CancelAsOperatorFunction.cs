// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Ends a settlement, full or not, before its deadline. Only by <c>header.operator</c>. Valid before the chain has seen the settlement.
/// </summary>
[Function("cancelAsOperator")]
public sealed class CancelAsOperatorFunction : FunctionMessage
{
    /// <summary>The terms without the legs.</summary>
    [Parameter("tuple", "header", 1, "Header")]
    public SettlementHeader Header { get; set; } = null!;

    /// <summary>The hash of the concatenated leg hashes.</summary>
    [Parameter("bytes32", "legsHash", 2)]
    public byte[] LegsHash { get; set; } = null!;
}
