// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.Erc20;

/// <summary>Returns the amount of tokens in existence.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("totalSupply", "uint256")]
public sealed class TotalSupplyFunction : FunctionMessage
{
}
