namespace Keystone.Api.Identity;

/// <summary>Settings of section <c>Identity</c>: the built-in token issuer.</summary>
public sealed class IdentityOptions
{
    /// <summary>Folder of the RSA signing keys, PKCS#8 PEM files with mode 0600. A first key is made when it is empty. Required.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>Claim <c>iss</c> of our tokens.</summary>
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

/// <summary>Settings of section <c>Auth</c>.</summary>
public sealed class AuthOptions
{
    /// <summary>Audience of the hosted product, which clients written for it ask for.</summary>
    public const string HostedAudience = "https://api.keystoneos.xyz";

    /// <summary>Audiences that tokens are given for and accepted with; the first is used when a request names none.
    /// Default: the audience of the hosted product and <c>Api:PublicUrl</c>.</summary>
    public string[]? Audiences { get; set; }
}
