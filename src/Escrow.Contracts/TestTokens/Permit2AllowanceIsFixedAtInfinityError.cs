// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>The error <c>Permit2AllowanceIsFixedAtInfinity</c>.</summary>
[Error("Permit2AllowanceIsFixedAtInfinity")]
public sealed class Permit2AllowanceIsFixedAtInfinityError : IErrorDTO
{
}
