// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>Creation of a <c>MintableLots</c>, with the published code.</summary>
public sealed class MintableLotsDeployment() : ContractDeploymentMessage(PublishedContract.MintableLots.CreationCode)
{
}
