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

    /// <summary>File with the key that encrypts the keys behind cookies, forms and authenticator apps, which are kept in <c>protection</c> under <see cref="KeysDirectory"/>: 64
    /// hexadecimal digits, mode 0600. Default: <c>protection.key</c> in <see cref="KeysDirectory"/>, made at the first start; name a file elsewhere, so that a copy of the
    /// folder opens nothing. All processes of the API share folder and file.</summary>
    public string ProtectionKeyFile { get; set; } = "";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(KeysDirectory))
            yield return "Identity:KeysDirectory is missing: name the folder of the token signing keys.";
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out _))
            yield return "Identity:Issuer must be an absolute URL.";
    }
}
