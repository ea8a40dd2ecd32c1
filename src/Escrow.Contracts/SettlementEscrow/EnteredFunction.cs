// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>
/// Whether an entry of this contract is running. A reader inside a token hook sees final states before all legs have moved.
/// </summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("entered", "bool")]
public sealed class EnteredFunction : FunctionMessage
{
}
