using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Identity;

/// <summary>One RSA key of the issuer, 2048 to 8192 bits. Safe for several threads.</summary>
public sealed class SigningKey
{
    readonly JsonWebKey _public;

    /// <summary>Reads a key file.</summary>
    /// <exception cref="ArgumentException">The text is no PEM of an RSA key.</exception>
    /// <exception cref="CryptographicException">The key cannot be read, or has another size.</exception>
    internal SigningKey(string path, string pem, DateTime writtenAt)
    {
        (Path, WrittenAt) = (path, new DateTimeOffset(writtenAt, TimeSpan.Zero));
        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        if (rsa.KeySize is < 2048 or > 8192)
            throw new CryptographicException("The key has another size.");
        // By parameters, not by the RSA object: the library then makes an RSA object for each provider in its pool, and none is used by two threads.
        RsaSecurityKey verification = new(rsa.ExportParameters(includePrivateParameters: false));
        // RFC 7638: SHA-256 of the required members.
        Kid = Base64UrlEncoder.Encode(verification.ComputeJwkThumbprint());
        verification.KeyId = Kid;
        Verification = verification;
        _public = JsonWebKeyConverter.ConvertFromRSASecurityKey(verification);
        Signing = new SigningCredentials(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true)) { KeyId = Kid }, SecurityAlgorithms.RsaSha256);
    }

    internal string Path { get; }

    /// <summary>RFC 7638 thumbprint in base64url.</summary>
    public string Kid { get; }

    /// <summary>Time of the file, UTC.</summary>
    public DateTimeOffset WrittenAt { get; }

    /// <summary>The public half.</summary>
    public SecurityKey Verification { get; }

    /// <summary>The private half, for RS256.</summary>
    internal SigningCredentials Signing { get; }

    /// <summary>Modulus of the public half in base64url (RFC 7518 section 6.3.1).</summary>
    public string Modulus => _public.N;

    /// <summary>Exponent of the public half in base64url.</summary>
    public string Exponent => _public.E;
}
