// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>TotalSupplyOverflow</c>.</summary>
[Error("TotalSupplyOverflow")]
public sealed class TotalSupplyOverflowError : IErrorDTO
{
}
