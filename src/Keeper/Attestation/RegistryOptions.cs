namespace Keystone.Keeper.Attestation;

/// <summary>Settings of an entry of <c>Attester:Registries</c>.</summary>
public sealed class RegistryOptions
{
    /// <summary>EIP-155 id of the chain, one of <c>Chains</c>; each chain once.</summary>
    public long ChainId { get; set; }

    /// <summary>The <c>ComplianceRegistry</c> on it, whose owner has appointed the account as attester. Templates whose gate is this address are attested.</summary>
    public string Address { get; set; } = "";
}
