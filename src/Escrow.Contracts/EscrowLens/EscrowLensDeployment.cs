// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.EscrowLens;

/// <summary>Creation of a <c>EscrowLens</c>, with the published code.</summary>
public sealed class EscrowLensDeployment() : ContractDeploymentMessage(PublishedContract.EscrowLens.CreationCode)
{
    /// <summary><c>escrow_</c>, address.</summary>
    [Parameter("address", "escrow_", 1)]
    public string Escrow { get; set; } = null!;
}
