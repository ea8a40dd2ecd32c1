// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>The escrow takes tokens only in its own calls.</summary>
[Error("Unsolicited")]
public sealed class UnsolicitedError : IErrorDTO
{
}
