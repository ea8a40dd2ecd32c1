// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Signatures over this contract's own types are accepted only on the chain of deployment.</summary>
[Error("WrongChain")]
public sealed class WrongChainError : IErrorDTO
{
}
