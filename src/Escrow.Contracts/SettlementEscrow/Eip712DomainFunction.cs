// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>ERC-5267. The chain id is the one of deployment, also on a fork, because ids are fixed.</summary>
/// <remarks>
/// Read-only (view).
/// </remarks>
[Function("eip712Domain", typeof(Eip712DomainOutput))]
public sealed class Eip712DomainFunction : FunctionMessage
{
}
