// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Only the contract itself may call this.</summary>
[Error("OnlySelf")]
public sealed class OnlySelfError : IErrorDTO
{
}
