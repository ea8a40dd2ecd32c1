// Written by contracts/tools/definitions.mjs from contracts/artifacts; do not edit.
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;

namespace Keystone.Escrow.Contracts.ComplianceRegistry;

/// <summary>Creation of a <c>ComplianceRegistry</c>, with the published code.</summary>
public sealed class ComplianceRegistryDeployment() : ContractDeploymentMessage(PublishedContract.ComplianceRegistry.CreationCode)
{
    /// <summary><c>firstOwner</c>, address.</summary>
    [Parameter("address", "firstOwner", 1)]
    public string FirstOwner { get; set; } = null!;
}
