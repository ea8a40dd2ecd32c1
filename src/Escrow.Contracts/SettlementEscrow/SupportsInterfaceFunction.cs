// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>ERC-165: ERC-165 itself and the ERC-1155 receiver.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("supportsInterface", "bool")]
public sealed class SupportsInterfaceFunction : FunctionMessage
{
    /// <summary><c>interfaceId</c>, bytes4.</summary>
    [Parameter("bytes4", "interfaceId", 1)]
    public byte[] InterfaceId { get; set; } = null!;
}
