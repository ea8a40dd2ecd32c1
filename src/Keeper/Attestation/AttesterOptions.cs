using Keystone.Ethereum;

namespace Keystone.Keeper.Attestation;

/// <summary>Settings of section <c>Attester</c>: the account that writes what screening found to the registries that settlements name as their gate.</summary>
public sealed class AttesterOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Attester";

    internal const string SignerSection = Section + ":Signer";

    /// <summary>
    /// The account, with the settings of section <c>Signer</c>, for example <c>Attester:Signer:Keystore</c>; empty to attest nothing. It is none of those that send swaps: who has
    /// one of the two keys cannot swap past the gate.
    /// </summary>
    public SignerOptions? Signer { get; set; }

    /// <summary>The registry of each chain, numbered from <c>Attester:Registries:0</c>.</summary>
    public RegistryOptions[] Registries { get; set; } = [];

    internal bool IsSet => Signer is not null && Registries.Length > 0;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Signer is null && Registries.Length > 0)
            yield return $"{SignerSection} is missing; name the keystore of the account that attests as {SignerSection}:Keystore, or leave out {Section}:Registries.";
        if (Signer is not null && Registries.Length == 0)
            yield return $"{Section}:Registries is missing; name the registry of each chain as {Section}:Registries:0:ChainId and {Section}:Registries:0:Address.";
        if (Signer is not null)
        {
            if (Signer.Others.Length > 0)
                yield return $"{SignerSection}:Others is not read; one account attests.";
            foreach (string fault in Signer.Faults(SignerSection)) yield return fault;
        }
        HashSet<long> chains = [];
        for (int i = 0; i < Registries.Length; i++)
        {
            RegistryOptions one = Registries[i];
            if (one.ChainId <= 0)
                yield return $"{Section}:Registries:{i}:ChainId is missing; name the chain of the registry.";
            else if (!chains.Add(one.ChainId))
                yield return $"{Section}:Registries:{i}:ChainId is {one.ChainId}, which an entry before names too; a chain has one registry.";
            if (!Address.TryParse(one.Address, out Address address) || address.IsZero)
                yield return $"{Section}:Registries:{i}:Address is not the address of a contract: 0x and 40 hexadecimal digits, in one case or with a right EIP-55 checksum.";
        }
    }
}
