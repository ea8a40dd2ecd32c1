using Keystone.Keeper.Attestation;

namespace Keystone.Keeper.Tests;

/// <summary>Each wrong setting of the account that attests is a sentence that names it.</summary>
public sealed class AttesterOptionsTests
{
    static readonly SignerOptions Key = new() { PrivateKey = "0x" + new string('1', 64) };

    static readonly RegistryOptions Registry = new() { ChainId = 1, Address = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf" };

    [Fact]
    public void Account_and_registries_belong_together()
    {
        Assert.Empty(new AttesterOptions().Faults());
        Assert.Empty(new AttesterOptions { Signer = Key, Registries = [Registry] }.Faults());
        Only("Attester:Signer is missing", new AttesterOptions { Registries = [Registry] });
        Only("Attester:Registries is missing", new AttesterOptions { Signer = Key });
    }

    [Fact]
    public void A_fault_names_the_entry()
    {
        Only("Attester:Signer:Keystore is missing", new AttesterOptions { Signer = new SignerOptions(), Registries = [Registry] });
        Only("Attester:Signer:Others is not read", new AttesterOptions { Signer = new SignerOptions { PrivateKey = Key.PrivateKey, Others = [Key] }, Registries = [Registry] });
        Only("Attester:Registries:1:ChainId is 1, which an entry before names too", new AttesterOptions { Signer = Key, Registries = [Registry, Registry] });
        Only("Attester:Registries:0:ChainId is missing", new AttesterOptions { Signer = Key, Registries = [new RegistryOptions { Address = Registry.Address }] });
        Only("Attester:Registries:0:Address is not the address", new AttesterOptions { Signer = Key, Registries = [new RegistryOptions { ChainId = 1, Address = "0x12" }] });
        Only("Attester:Registries:0:Address is not the address", new AttesterOptions { Signer = Key, Registries = [new RegistryOptions { ChainId = 1, Address = "0x" + new string('0', 40) }] });
    }

    static void Only(string begin, AttesterOptions options) => Assert.StartsWith(begin, Assert.Single(options.Faults()), StringComparison.Ordinal);
}
