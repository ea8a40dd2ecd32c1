using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Keystone.Identity.SignIn;

/// <summary>Time-based one-time codes (RFC 6238): six digits, HMAC-SHA1, steps of 30 s; the form that authenticator apps know.</summary>
public static class TotpCode
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const int KeyBytes = 20, StepSeconds = 30, Modulus = 1_000_000;

    /// <summary>A new key: 160 random bits in base 32.</summary>
    public static string NewKey() => RandomNumberGenerator.GetString(Alphabet, KeyBytes * 8 / 5);

    /// <summary>Number of the step in which a time lies.</summary>
    public static long StepOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    /// <param name="key">Key in base 32 (RFC 4648), capitals, without padding.</param>
    /// <param name="step">Number of the step.</param>
    /// <exception cref="FormatException">The key is not base 32.</exception>
    public static string Compute(string key, long step)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> counter = stackalloc byte[sizeof(long)], hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        HMACSHA1.HashData(Decode(key), counter, hash);
        int at = hash[^1] & 0x0f;
        int value = BinaryPrimitives.ReadInt32BigEndian(hash[at..]) & int.MaxValue;
        return (value % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code this is, among the one of a time and its neighbours; null when it is the code of none of them.</summary>
    public static long? Match(string key, string code, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(code);
        ReadOnlySpan<byte> sent = System.Text.Encoding.UTF8.GetBytes(code);
        long now = StepOf(time);
        long? found = null;
        // All three are compared, so that the time of an answer does not say which one it was.
        for (long step = now - 1; step <= now + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(sent, System.Text.Encoding.ASCII.GetBytes(Compute(key, step)))) found = step;
        return found;
    }

    /// <summary>What an authenticator app reads: label, issuer and key.</summary>
    public static string Uri(string issuer, string email, string key)
    {
        ArgumentNullException.ThrowIfNull(issuer);
        ArgumentNullException.ThrowIfNull(email);
        return $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(email)}?secret={key}&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }

    static byte[] Decode(string key)
    {
        byte[] bytes = new byte[key.Length * 5 / 8];
        int buffer = 0, bits = 0, at = 0;
        foreach (char letter in key)
        {
            int value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0) throw new FormatException("The key is not base 32.");
            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes[at++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }
        return bytes;
    }
}
