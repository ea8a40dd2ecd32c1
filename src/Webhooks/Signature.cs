using System.Security.Cryptography;
using System.Text;

namespace Keystone.Webhooks;

/// <summary>The two signatures of a delivery. Both cover the bytes that are sent, not a re-serialised copy.</summary>
public static class Signature
{
    /// <summary>Prefix of a secret whose remainder is base64 key material (Standard Webhooks).</summary>
    public const string StandardPrefix = "whsec_";

    /// <summary><c>X-Keystone-Signature</c>: HMAC-SHA256 of the body, keyed with the UTF-8 bytes of the whole secret string, as 64 lower-case hex digits.</summary>
    public static string Keystone(string secret, ReadOnlySpan<byte> body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>
    /// One entry of <c>webhook-signature</c> (Standard Webhooks 1.0): <c>v1,</c> and the base64 HMAC-SHA256 of <c>id.timestamp.body</c>,
    /// keyed with the decoded bytes after <c>whsec_</c>. Null when the secret has no such form.
    /// </summary>
    public static string? Standard(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        if (!TryDecode(secret, out byte[] key))
            return null;
        byte[] head = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(head);
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }

    /// <summary>True when the secret also serves the Standard Webhooks scheme.</summary>
    public static bool IsStandard(string secret) => TryDecode(secret, out _);

    /// <summary>A new secret: <c>whsec_</c> and 32 random bytes in base64.</summary>
    public static string NewSecret() => StandardPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    static bool TryDecode(string secret, out byte[] key)
    {
        key = [];
        if (!secret.StartsWith(StandardPrefix, StringComparison.Ordinal))
            return false;
        byte[] buffer = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret[StandardPrefix.Length..], buffer, out int written) || written == 0)
            return false;
        key = buffer[..written];
        return true;
    }
}
