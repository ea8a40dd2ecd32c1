// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the symbol of the token.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("symbol", "string")]
public sealed class SymbolFunction : FunctionMessage
{
}
