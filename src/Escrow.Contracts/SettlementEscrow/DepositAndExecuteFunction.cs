// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Executes, with the missing legs taken from the caller's wallet straight to their recipients. Only by <c>from</c> of every missing leg; by
/// anyone if none is missing. Valid before the chain has seen the settlement.
/// </summary>
[Function("depositAndExecute")]
public sealed class DepositAndExecuteFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;
}
