using System.Numerics;
using Keystone.Ethereum;

namespace Keystone.Transactions.Tests;

public class FeesTests
{
    static readonly UInt256 Gwei = 1_000_000_000UL;
    static readonly UInt256 Plenty = UInt256.Parse("1000000000000000000");

    [Theory]
    [InlineData(0, "21000000000")]
    [InlineData(1, "23500000000")]            // 20 x 1.125 + 1
    [InlineData(8, "52315690280")]            // 20 x 1.125^8 + 1, rounded up
    [InlineData(1_000_000, "52315690280")]    // a far deadline asks for no more than eight blocks
    public void A_first_attempt_survives_the_blocks_until_the_deadline(long blocks, string maxFee)
    {
        AttemptFee fee = Fees.First(20UL * Gwei, Gwei, blocks, 100_000, Plenty, Gwei);
        Assert.Equal(UInt256.Parse(maxFee), fee.MaxFee);
        Assert.Equal(Gwei, fee.Tip);
    }

    [Fact]
    public void The_budget_caps_a_first_attempt_and_its_tip()
    {
        // 5 gwei for each of 100,000 gas
        AttemptFee fee = Fees.First(20UL * Gwei, 7UL * Gwei, 8, 100_000, 500_000UL * Gwei, Gwei);
        Assert.Equal(5UL * Gwei, fee.MaxFee);
        Assert.Equal(5UL * Gwei, fee.Tip);
    }

    [Fact]
    public void A_budget_below_the_floor_does_not_bind()
    {
        AttemptFee fee = Fees.First(500_000_000UL, 1UL, 0, 100_000, UInt256.One, Gwei);
        Assert.Equal((UInt256)500_000_001UL, fee.MaxFee);
    }

    [Theory]
    [InlineData(8UL, 10UL)]      // exactly 1.125 would be 9
    [InlineData(9UL, 12UL)]      // 10.125 rounded up, and one more
    [InlineData(0UL, 1UL)]
    public void A_replacement_is_strictly_above_nine_eighths_in_both_fields(ulong old, ulong next)
    {
        AttemptFee? fee = Fees.Replace(new AttemptFee(old, old), default, 1, Plenty, UInt256.Zero);
        Assert.Equal(new AttemptFee(next, next), fee);
    }

    [Fact]
    public void A_replacement_is_at_least_what_a_first_attempt_would_be_today() =>
        Assert.Equal(new AttemptFee(100UL, 30UL), Fees.Replace(new AttemptFee(8UL, 8UL), new AttemptFee(100UL, 30UL), 1, Plenty, UInt256.Zero));

    [Fact]
    public void A_replacement_beyond_the_budget_is_not_made() =>
        Assert.Null(Fees.Replace(new AttemptFee(8UL, 8UL), default, 10, 99UL, UInt256.Zero));

    [Fact]
    public void Prices_near_the_top_of_the_number_range_are_exact()
    {
        UInt256 baseFee = UInt256.FromBigInteger(BigInteger.Pow(2, 200) + 1);
        AttemptFee fee = Fees.First(baseFee, UInt256.One, 1, 1, UInt256.MaxValue, UInt256.Zero);
        BigInteger exact = ((BigInteger.Pow(2, 200) + 1) * 9 + 7) / 8 + 1;
        Assert.Equal(exact, fee.MaxFee.ToBigInteger());
    }
}
