using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Keystone.Ethereum;

namespace Keystone.Settlements.Create;

/// <summary>Ids of the tokens of an ERC-721 or ERC-1155 contract.</summary>
internal static partial class TokenIds
{
    /// <summary>The id in decimal digits; null when it is none.</summary>
    public static UInt256? Read(string text)
    {
        if (!Form().IsMatch(text))
            return null;
        BigInteger id = BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return id >> 256 == BigInteger.Zero ? UInt256.FromBigInteger(id) : null;
    }

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,77})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
