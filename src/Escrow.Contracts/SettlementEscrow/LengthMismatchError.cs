// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Two arrays that belong together differ in length, or are empty.</summary>
[Error("LengthMismatch")]
public sealed class LengthMismatchError : IErrorDTO
{
}
