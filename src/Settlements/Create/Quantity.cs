using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Keystone.Ethereum;

namespace Keystone.Settlements.Create;

/// <summary>Reads a decimal quantity into smallest units, exactly.</summary>
internal static partial class Quantity
{
    public static bool IsWellFormed(string text) => Form().IsMatch(text) && text.AsSpan().ContainsAnyInRange('1', '9');

    /// <summary>Smallest units; null with a code and a sentence when it does not fit the token.</summary>
    public static UInt256? ToUnits(string text, int decimals, string symbol, out string code, out string message)
    {
        (code, message) = ("", "");
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point];
        string fraction = point < 0 ? "" : text[(point + 1)..].TrimEnd('0');
        if (fraction.Length > decimals)
        {
            (code, message) = ("quantity_too_precise", $"{symbol} has {decimals} decimals, {text} has {fraction.Length}.");
            return null;
        }
        BigInteger units = BigInteger.Parse(whole + fraction.PadRight(decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        if (units >> 256 != BigInteger.Zero)
        {
            (code, message) = ("quantity_too_large", "The amount in smallest units does not fit into 256 bits.");
            return null;
        }
        return UInt256.FromBigInteger(units);
    }

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,77})(\.[0-9]{1,77})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
