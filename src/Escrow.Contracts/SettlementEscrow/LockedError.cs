// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Another entry of this contract is running in this transaction.</summary>
[Error("Locked")]
public sealed class LockedError : IErrorDTO
{
}
