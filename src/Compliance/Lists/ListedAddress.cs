using System.Numerics;
using System.Security.Cryptography;
using Keystone.Ethereum;

namespace Keystone.Compliance.Lists;

/// <summary>
/// Reads an address by its shape. Twenty bytes are one account on every EVM chain, so that an address concerns all of them; a wrong checksum in letter case drops no address. A
/// TRON address holds the same twenty bytes.
/// </summary>
internal static class ListedAddress
{
    const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>The account; null when the address belongs to no EVM chain.</summary>
    public static Address? Read(string text)
    {
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text.StartsWith("xdc", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(3) : default;
        if (digits.Length == 2 * Address.Size) return IsHex(digits) ? new Address(Convert.FromHexString(digits)) : null;
        return text.Length == 34 && text[0] == 'T' ? Tron(text) : null;
    }

    static bool IsHex(ReadOnlySpan<char> digits)
    {
        foreach (char digit in digits)
            if (!char.IsAsciiHexDigit(digit)) return false;
        return true;
    }

    // 0x41, twenty bytes, and four bytes of the double SHA-256 of both.
    static Address? Tron(string text)
    {
        BigInteger value = BigInteger.Zero;
        foreach (char letter in text)
        {
            int digit = Base58.IndexOf(letter, StringComparison.Ordinal);
            if (digit < 0) return null;
            value = (value * 58) + digit;
        }
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length != 25 || bytes[0] != 0x41) return null;
        byte[] sum = SHA256.HashData(SHA256.HashData(bytes.AsSpan(0, 21)));
        return bytes.AsSpan(21).SequenceEqual(sum.AsSpan(0, 4)) ? new Address(bytes.AsSpan(1, Address.Size)) : null;
    }
}
