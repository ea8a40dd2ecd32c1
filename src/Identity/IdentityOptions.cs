namespace Keystone.Identity;

/// <summary>Settings of section <c>Identity</c>: the built-in token issuer.</summary>
public sealed class IdentityOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Identity";

    /// <summary>Folder of the RSA signing keys, PKCS#8 PEM files with mode 0600. A first key is made when it is empty. Required.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Claim <c>iss</c> of our tokens, and <c>issuer</c> of <c>/.well-known/openid-configuration</c>. Others that verify our tokens by discovery need
    /// it to be the address of the API, <c>Api:PublicUrl</c>.</summary>
    public string Issuer { get; set; } = "https://auth.keystoneos.xyz/";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(KeysDirectory))
            yield return "Identity:KeysDirectory is missing: name the folder of the token signing keys.";
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out _))
            yield return "Identity:Issuer must be an absolute URL.";
    }
}
