namespace Keystone.Identity;

/// <summary>Settings of section <c>Identity</c>: the built-in token issuer.</summary>
public sealed class IdentityOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Identity";

    /// <summary>Folder of the RSA signing keys, PKCS#8 PEM files with mode 0600. If the folder is empty, a first key is created. Required.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Claim <c>iss</c> of the issued tokens, and <c>issuer</c> in <c>/.well-known/openid-configuration</c>. Services that verify these tokens by discovery need
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
