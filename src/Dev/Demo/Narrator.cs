using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Keystone.Ethereum;

namespace Keystone.Dev.Demo;

/// <summary>Tells what happens, a line for each step: time since the beginning, story, what, transaction.</summary>
internal sealed class Narrator(TextWriter output)
{
    readonly Lock _gate = new();
    readonly Stopwatch _since = Stopwatch.StartNew();

    public void Title(string text) => Write($"\n== {text}");

    public void Step(string story, string text, Hash32? transaction = null) =>
        Write(string.Create(CultureInfo.InvariantCulture, $"{_since.Elapsed.TotalSeconds,6:0.0} s  {story,-8} {text}") + (transaction is { } hash ? $"  tx {hash}" : ""));

    /// <summary>A plain line.</summary>
    public void Write(string text)
    {
        lock (_gate) output.WriteLine(text);
    }

    /// <summary>Smallest units as a decimal number.</summary>
    public static string Amount(UInt256 amount, int decimals)
    {
        BigInteger whole = BigInteger.DivRem(amount.ToBigInteger(), BigInteger.Pow(10, decimals), out BigInteger rest);
        string fraction = rest.ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0').TrimEnd('0');
        return whole.ToString("N0", CultureInfo.InvariantCulture) + (fraction.Length > 0 ? "." + fraction : "");
    }
}
