// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc1155;

/// <summary>
/// Returns true if this contract implements the interface defined by <c>interfaceId</c>. See: https://eips.ethereum.org/EIPS/eip-165 This
/// function call must use less than 30000 gas.
/// </summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("supportsInterface", "bool")]
public sealed class SupportsInterfaceFunction : FunctionMessage
{
    /// <summary><c>interfaceId</c>, bytes4.</summary>
    [Parameter("bytes4", "interfaceId", 1)]
    public byte[] InterfaceId { get; set; } = null!;
}
