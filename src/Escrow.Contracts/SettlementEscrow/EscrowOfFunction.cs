// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>What the chain knows of <c>id</c>. All zero for an unknown id. "Expired" is derived from the deadline, never stored.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("escrowOf", typeof(EscrowOfOutput))]
public sealed class EscrowOfFunction : FunctionMessage
{
    /// <summary>The id of the settlement.</summary>
    [Parameter("bytes32", "id", 1)]
    public byte[] Id { get; set; } = null!;
}
