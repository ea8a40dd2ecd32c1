// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc721;

/// <summary>Returns the token collection symbol.</summary>
/// <remarks>
/// Read-only (pure).
/// </remarks>
[Function("symbol", "string")]
public sealed class SymbolFunction : FunctionMessage
{
}
