using Keystone.Ethereum;

namespace Keystone.Keeper;

/// <summary>Settings of section <c>Signer</c>: the account that sends transactions, by one of a keystore, a Web3Signer service, a key of AWS KMS and a key of Azure Key Vault.</summary>
public sealed class SignerOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Signer";

    /// <summary>Path of a keystore file, version 3.</summary>
    public string Keystore { get; set; } = "";

    /// <summary>Password of the keystore; give it as <c>Signer:PasswordFile</c>.</summary>
    public string Password { get; set; } = "";

    /// <summary>URL of a Web3Signer service that holds the key, in the place of a keystore.</summary>
    public string Url { get; set; } = "";

    /// <summary>Account whose key the service at <see cref="Url"/>, <see cref="AwsKey"/> or <see cref="AzureKey"/> signs with.</summary>
    public string Address { get; set; } = "";

    /// <summary>Id, ARN or alias of a key of AWS KMS (ECC_SECG_P256K1, SIGN_VERIFY), in the place of a keystore. Credentials come from the machine's role or the variables of the AWS SDK.</summary>
    public string AwsKey { get; set; } = "";

    /// <summary>Region of <see cref="AwsKey"/>, such as <c>eu-central-1</c>.</summary>
    public string AwsRegion { get; set; } = "";

    /// <summary>URL of AWS KMS in the place of the region's own, for an endpoint in a private network.</summary>
    public string AwsEndpoint { get; set; } = "";

    /// <summary>
    /// URL of a key of Azure Key Vault or Managed HSM (EC, P-256K), in the place of a keystore: <c>https://VAULT.vault.azure.net/keys/NAME/VERSION</c>. The token comes from the
    /// machine's managed identity, its workload identity or the variables of a service principal.
    /// </summary>
    public string AzureKey { get; set; } = "";

    /// <summary>Development only: a published key of a development chain, <c>0x</c> and 64 hexadecimal digits.</summary>
    public string PrivateKey { get; set; } = "";

    /// <summary>
    /// Further accounts, each with the settings of this section: one that is to go into service (<c>Signer:Others:0:Keystore</c>), and those that drain. Which one sends is
    /// decided by <c>keystone sender</c>.
    /// </summary>
    public SignerOptions[] Others { get; set; } = [];

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults() => Faults(Section).Concat(Others.SelectMany((other, i) => other.Others.Length > 0
        ? [$"{Section}:Others:{i}:Others is not read; number all further accounts below {Section}:Others."]
        : other.Faults($"{Section}:Others:{i}")));

    internal IEnumerable<string> Faults(string section)
    {
        (string Name, string Value)[] keys = [("Keystore", Keystore), ("PrivateKey", PrivateKey), ("Url", Url), ("AwsKey", AwsKey), ("AzureKey", AzureKey)];
        string[] set = [.. keys.Where(key => key.Value.Length > 0).Select(key => $"{section}:{key.Name}")];
        if (set.Length == 0)
            yield return $"{section}:Keystore is missing; name the keystore file of the keeper's account, the URL of a Web3Signer service as {section}:Url, or a key in a cloud as {section}:AwsKey or {section}:AzureKey.";
        if (set.Length > 1)
            yield return $"{string.Join(" and ", set)} are {(set.Length == 2 ? "both" : "all")} set; keep one.";
        bool alone = set.Length == 1;
        if (alone && Url.Length > 0 && !IsUrl(Url, Uri.UriSchemeHttp, Uri.UriSchemeHttps))
            yield return $"{section}:Url is not an absolute URL that begins with http:// or https://.";
        if (alone && (Url.Length > 0 || AwsKey.Length > 0 || AzureKey.Length > 0) && !Ethereum.Address.TryParse(Address, out _))
            yield return $"{section}:Address is missing or not an address; name the account whose key {set[0]} signs with.";
        if (alone && AwsKey.Length > 0 && AwsRegion.Length == 0)
            yield return $"{section}:AwsRegion is missing; name the region of {section}:AwsKey, such as eu-central-1.";
        if (AwsEndpoint.Length > 0 && !IsUrl(AwsEndpoint, Uri.UriSchemeHttp, Uri.UriSchemeHttps))
            yield return $"{section}:AwsEndpoint is not an absolute URL that begins with http:// or https://.";
        // The token of the machine's identity goes there.
        if (alone && AzureKey.Length > 0 && !(IsUrl(AzureKey, Uri.UriSchemeHttps) && new Uri(AzureKey).AbsolutePath.StartsWith("/keys/", StringComparison.Ordinal)))
            yield return $"{section}:AzureKey is not the URL of a key: https://VAULT.vault.azure.net/keys/NAME/VERSION.";
        if (Keystore.Length > 0 && !File.Exists(Keystore))
            yield return $"{section}:Keystore names {Keystore}, which does not exist.";
        if (Keystore.Length > 0 && Password.Length == 0)
            yield return $"{section}:PasswordFile is missing; name the file that holds the keystore's password.";
        if (PrivateKey.Length > 0 && !Hash32.TryParse(PrivateKey, out _))
            yield return $"{section}:PrivateKey is not 0x and 64 hexadecimal digits.";
    }

    static bool IsUrl(string text, params string[] schemes) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && schemes.Contains(url.Scheme);
}
