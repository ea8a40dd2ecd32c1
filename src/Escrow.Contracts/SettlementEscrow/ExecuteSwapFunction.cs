// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Delivers every leg in ascending order, or nothing. Callable by anyone.</summary>
/// <remarks>
/// Open, full, inside the window, CHECKED pairs allowed, gate open. While it runs the state already reads Executed: see <c>entered</c>.
/// </remarks>
[Function("executeSwap")]
public sealed class ExecuteSwapFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;
}
