// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The id of the terms on this contract: their EIP-712 digest.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("idOf", "bytes32")]
public sealed class IdOfFunction : FunctionMessage
{
    /// <summary>The full terms.</summary>
    [Parameter("tuple", "settlement", 1, "Settlement")]
    public SettlementTerms Settlement { get; set; } = null!;
}
