using System.Globalization;

namespace Keystone.Ethereum.Tests.Values;

public sealed class ChainTimeTests
{
    [Theory]
    [InlineData(99, 100, false)]
    [InlineData(100, 100, false)]
    [InlineData(101, 100, true)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, false)]
    public void The_second_of_the_deadline_is_in_time_and_the_next_is_past(ulong time, ulong deadline, bool isPast) =>
        Assert.Equal(isPast, new ChainTime(time).IsPast(deadline));

    [Fact]
    public void The_next_time_is_the_first_that_is_past_and_no_sum_turns_round()
    {
        foreach (ulong deadline in (ulong[])[0, 1, 1_800_000_000, ulong.MaxValue - 1])
        {
            Assert.True(((ChainTime)deadline).Next.IsPast(deadline));
            Assert.False(((ChainTime)deadline).IsPast(deadline));
        }
        Assert.Equal(ulong.MaxValue, ((ChainTime)ulong.MaxValue).Next.Seconds);
        Assert.Equal(ulong.MaxValue, ((ChainTime)10).Plus(ulong.MaxValue).Seconds);
    }

    [Fact]
    public void A_time_beyond_bigint_is_stored_as_its_end_and_a_time_before_the_epoch_is_none()
    {
        Assert.Equal(long.MaxValue, ((ChainTime)ulong.MaxValue).ToInt64());
        Assert.Equal(1_800_000_000UL, ChainTime.FromInt64(((ChainTime)1_800_000_000).ToInt64()).Seconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => ChainTime.FromDateTime(DateTimeOffset.UnixEpoch.AddSeconds(-1)));
    }

    [Fact]
    public void Fractions_of_a_second_are_cut_off_as_the_chain_counts_whole_ones()
    {
        DateTimeOffset time = DateTimeOffset.Parse("2026-11-30T12:00:00.9Z", CultureInfo.InvariantCulture);
        Assert.Equal(DateTimeOffset.Parse("2026-11-30T12:00:00Z", CultureInfo.InvariantCulture), ChainTime.FromDateTime(time).ToDateTime());
    }
}
