// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Executes what can be executed of a batch. Callable by anyone. Returns: How many were executed.</summary>
/// <remarks>
/// An item that fails leaves <c>SwapFailed</c> and no other trace. Terms that are not canonical fail the whole call.
/// </remarks>
[Function("executeSwaps", "uint256")]
public sealed class ExecuteSwapsFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple[]", "settlements", 1, "Settlement[]")]
    public List<SettlementTerms> Settlements { get; set; } = [];

    /// <summary>The gas that each item gets; with less than that left for it the whole call reverts.</summary>
    [Parameter("uint256", "gasEach", 2)]
    public BigInteger GasEach { get; set; }
}
