using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Keystone.Client;

/// <summary>Checks that a webhook comes from the holder of a secret. Give it the raw bytes of the body, not a copy that was parsed and written again.</summary>
/// <param name="secret">The whole secret as the API gave it.</param>
/// <param name="time">Clock for the age of a webhook; null for the system's.</param>
public sealed class WebhookVerifier(string secret, TimeProvider? time = null)
{
    const string StandardPrefix = "whsec_";

    /// <summary>Oldest and newest timestamp that is accepted.</summary>
    public static TimeSpan Tolerance { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks <c>X-Keystone-Signature</c>: HMAC-SHA256 of the body in 64 hexadecimal digits, keyed with the UTF-8 bytes of the whole secret.</summary>
    /// <remarks>It covers no time: a repeat by somebody else is recognised only by the id in the body.</remarks>
    public bool IsKeystone(ReadOnlySpan<byte> body, string? signature)
    {
        byte[] expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));
        return CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(signature ?? ""));
    }

    /// <summary>
    /// Checks <c>webhook-signature</c> (Standard Webhooks 1.0): one of its entries is the HMAC-SHA256 of id, timestamp and body, keyed with the decoded bytes
    /// after <c>whsec_</c>, and the timestamp is at most <see cref="Tolerance"/> away. False for a secret of another form.
    /// </summary>
    public bool IsStandard(ReadOnlySpan<byte> body, string? id, string? timestamp, string? signatures)
    {
        byte[] key = new byte[secret.Length];
        if (id is null || signatures is null || !secret.StartsWith(StandardPrefix, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(secret[StandardPrefix.Length..], key, out int written) || written == 0
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
            return false;
        long now = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds();
        if (seconds < now - (long)Tolerance.TotalSeconds || seconds > now + (long)Tolerance.TotalSeconds)
            return false;
        using IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.AsSpan(0, written));
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        hmac.AppendData(body);
        byte[] expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(hmac.GetHashAndReset()));
        bool good = false;
        foreach (string entry in signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            good |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(entry));
        return good;
    }
}
