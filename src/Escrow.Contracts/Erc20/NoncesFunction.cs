// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the current nonce for <c>owner</c>. This value is used to compute the signature for EIP-2612 permit.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("nonces", "uint256")]
public sealed class NoncesFunction : FunctionMessage
{
    /// <summary><c>owner</c>, address.</summary>
    [Parameter("address", "owner", 1)]
    public string Owner { get; set; } = null!;
}
