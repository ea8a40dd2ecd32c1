using System.Globalization;
using System.Numerics;
using Keystone.Ethereum;

namespace Keystone.Cli.Deploy;

/// <summary>What a transaction needs and may cost.</summary>
/// <param name="Gas">The node's estimate.</param>
/// <param name="Limit">Gas limit that it is sent with: the most that it can use.</param>
/// <param name="BlockGas">Gas limit of a block.</param>
/// <param name="FeePerGas">Most that a gas costs, wei: twice the head's base fee, and the tip.</param>
/// <param name="Tip">Tip, wei per gas.</param>
internal sealed record SendingCost(ulong Gas, ulong Limit, ulong BlockGas, UInt256 FeePerGas, UInt256 Tip)
{
    /// <summary>Most that it can cost, wei.</summary>
    public UInt256 Most => FeePerGas * Limit;

    /// <summary>In a sentence: gas, share of a block, ether at the stated fee.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Gas:N0} gas, gas limit {Limit:N0}, which is {100.0 * Limit / BlockGas:0.#} % of a block of {BlockGas:N0}; at most {Ether(Most)} ether at {Decimal(FeePerGas, 9)} gwei for a gas");

    /// <summary>Wei in ether, all digits.</summary>
    public static string Ether(UInt256 wei) => Decimal(wei, 18);

    static string Decimal(UInt256 value, int digits)
    {
        (BigInteger whole, BigInteger rest) = BigInteger.DivRem(value.ToBigInteger(), BigInteger.Pow(10, digits));
        string fraction = rest.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').TrimEnd('0');
        return whole.ToString(CultureInfo.InvariantCulture) + (fraction.Length > 0 ? "." + fraction : "");
    }
}
