// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.SettlementEscrow;

/// <summary>Creation of a <c>SettlementEscrow</c>, with the published code.</summary>
public sealed class SettlementEscrowDeployment() : ContractDeploymentMessage(PublishedContract.SettlementEscrow.CreationCode)
{
}
