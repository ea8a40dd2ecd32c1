using System.Numerics;
using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>Prices of one attempt, wei per gas.</summary>
/// <param name="MaxFee">Most that is paid for a gas.</param>
/// <param name="Tip">Part of it for the block's maker.</param>
public readonly record struct AttemptFee(UInt256 MaxFee, UInt256 Tip);

/// <summary>Prices by EIP-1559. Pure.</summary>
public static class Fees
{
    /// <summary>Blocks of full base-fee growth that a first attempt survives at most: 1.125^8 is 2.6 times the base fee.</summary>
    public const int MaxBlocksAhead = 8;

    /// <summary>
    /// Price of a first attempt: the base fee after <paramref name="blocksToDeadline"/> full blocks (at most eight) and the tip, within the
    /// budget. A budget that comes to less than <paramref name="floor"/> for a gas does not bind.
    /// </summary>
    /// <param name="baseFee">Base fee of the head, wei per gas.</param>
    /// <param name="tip">Tip, wei per gas.</param>
    /// <param name="blocksToDeadline">Blocks until the transaction is of no use.</param>
    /// <param name="gas">Gas limit.</param>
    /// <param name="budget">Wei for the whole transaction.</param>
    /// <param name="floor">Wei per gas below which no limit binds.</param>
    public static AttemptFee First(UInt256 baseFee, UInt256 tip, long blocksToDeadline, ulong gas, UInt256 budget, UInt256 floor)
    {
        int blocks = (int)Math.Clamp(blocksToDeadline, 0, MaxBlocksAhead);
        BigInteger wanted = DivideUp(baseFee.ToBigInteger() * BigInteger.Pow(9, blocks), BigInteger.Pow(8, blocks)) + tip.ToBigInteger();
        BigInteger maxFee = BigInteger.Min(wanted, Limit(gas, budget, floor));
        return new AttemptFee(UInt256.FromBigInteger(maxFee), UInt256.FromBigInteger(BigInteger.Min(tip.ToBigInteger(), maxFee)));
    }

    /// <summary>
    /// Price that replaces <paramref name="old"/>: both fields strictly above 1.125 times the old, and at least the price of a first attempt today.
    /// Null when that would pass the budget.
    /// </summary>
    public static AttemptFee? Replace(AttemptFee old, AttemptFee today, ulong gas, UInt256 budget, UInt256 floor)
    {
        BigInteger maxFee = BigInteger.Max(Bump(old.MaxFee), today.MaxFee.ToBigInteger());
        BigInteger tip = BigInteger.Max(Bump(old.Tip), today.Tip.ToBigInteger());
        maxFee = BigInteger.Max(maxFee, tip);
        return maxFee > Limit(gas, budget, floor) ? null : new AttemptFee(UInt256.FromBigInteger(maxFee), UInt256.FromBigInteger(tip));
    }

    static BigInteger Bump(UInt256 old) => DivideUp(old.ToBigInteger() * 9, 8) + 1;

    static BigInteger Limit(ulong gas, UInt256 budget, UInt256 floor) =>
        BigInteger.Max(gas == 0 ? BigInteger.Zero : budget.ToBigInteger() / gas, floor.ToBigInteger());

    static BigInteger DivideUp(BigInteger value, BigInteger by) => (value + by - 1) / by;
}
