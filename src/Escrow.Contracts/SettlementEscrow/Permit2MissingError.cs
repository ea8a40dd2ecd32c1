// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Permit2 is not deployed on this chain.</summary>
[Error("Permit2Missing")]
public sealed class Permit2MissingError : IErrorDTO
{
}
