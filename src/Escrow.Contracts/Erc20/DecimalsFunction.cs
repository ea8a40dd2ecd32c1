// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the decimals places of the token.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("decimals", "uint8")]
public sealed class DecimalsFunction : FunctionMessage
{
}
