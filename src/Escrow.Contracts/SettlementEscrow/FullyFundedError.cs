// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Every leg is in; nobody can leave alone any more.</summary>
[Error("FullyFunded")]
public sealed class FullyFundedError : IErrorDTO
{
}
