// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Signers must be strictly ascending.</summary>
[Error("SignersNotAscending")]
public sealed class SignersNotAscendingError : IErrorDTO
{
}
