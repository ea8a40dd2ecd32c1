namespace Keystone.Keeper.Tests;

/// <summary>Each wrong setting of an account is a sentence that names it.</summary>
public sealed class SignerOptionsTests
{
    const string Account = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

    [Fact]
    public void A_key_in_a_cloud_needs_its_account_and_what_it_is_found_by()
    {
        Assert.Empty(new SignerOptions { AwsKey = "alias/keeper", AwsRegion = "eu-central-1", Address = Account }.Faults());
        Assert.Empty(new SignerOptions { AzureKey = "https://v.vault.azure.net/keys/keeper", Address = Account }.Faults());
        Only("Signer:AwsRegion is missing", new SignerOptions { AwsKey = "alias/keeper", Address = Account });
        Only("Signer:Address is missing or not an address; name the account whose key Signer:AwsKey signs with.", new SignerOptions { AwsKey = "alias/keeper", AwsRegion = "eu-central-1" });
        Only("Signer:AwsEndpoint is not an absolute URL", new SignerOptions { AwsKey = "alias/keeper", AwsRegion = "eu-central-1", Address = Account, AwsEndpoint = "kms" });
        Only("Signer:AzureKey is not the URL of a key", new SignerOptions { AzureKey = "https://v.vault.azure.net/secrets/keeper", Address = Account });
        // The machine's token would go out in the clear.
        Only("Signer:AzureKey is not the URL of a key", new SignerOptions { AzureKey = "http://v.vault.azure.net/keys/keeper", Address = Account });
        Only("Signer:Url and Signer:AwsKey are both set; keep one.", new SignerOptions { Url = "https://signer.example", AwsKey = "alias/keeper", AwsRegion = "eu-central-1", Address = Account });
        Only("Signer:Keystore is missing", new SignerOptions());
    }

    [Fact]
    public void A_further_account_is_named_by_its_number()
    {
        SignerOptions first = new() { PrivateKey = "0x" + new string('1', 64) };
        Only("Signer:Others:0:Keystore is missing", With(new SignerOptions()));
        Only("Signer:Others:0:PrivateKey is not 0x and 64", With(new SignerOptions { PrivateKey = "0x12" }));
        Only("Signer:Others:0:Others is not read", With(new SignerOptions { PrivateKey = first.PrivateKey, Others = [first] }));
        Assert.Empty(With(new SignerOptions { AwsKey = "alias/next", AwsRegion = "eu-central-1", Address = Account }).Faults());

        SignerOptions With(SignerOptions other) => new() { PrivateKey = first.PrivateKey, Others = [other] };
    }

    static void Only(string begin, SignerOptions options) => Assert.StartsWith(begin, Assert.Single(options.Faults()), StringComparison.Ordinal);
}
