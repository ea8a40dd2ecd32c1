// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.TestTokens;

/// <summary>Creation of a <c>MintableDeed</c>, with the published code.</summary>
public sealed class MintableDeedDeployment() : ContractDeploymentMessage(PublishedContract.MintableDeed.CreationCode)
{
}
