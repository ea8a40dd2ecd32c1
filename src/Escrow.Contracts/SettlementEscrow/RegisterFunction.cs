// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Publishes the terms. Gives nobody any right. Callable by anyone. Returns: The EIP-712 digest of the terms.</summary>
/// <remarks>
/// None or Open: checks the header (first touch) and every leg, emits <c>Registered</c>. Already registered: a no-op in any state.
/// </remarks>
[Function("register", "bytes32")]
public sealed class RegisterFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;
}
