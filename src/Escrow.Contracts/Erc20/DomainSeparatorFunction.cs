// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the EIP-712 domain separator for the EIP-2612 permit.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("DOMAIN_SEPARATOR", "bytes32")]
public sealed class DomainSeparatorFunction : FunctionMessage
{
}
