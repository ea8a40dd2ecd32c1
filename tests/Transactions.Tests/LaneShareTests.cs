namespace Keystone.Transactions.Tests;

public sealed class LaneShareTests
{
    static readonly Guid One = Guid.CreateVersion7(), Two = Guid.CreateVersion7();

    [Fact]
    public void A_lane_is_full_with_half_a_block_in_flight_and_another_is_not()
    {
        LaneShare share = new(1_000, 48);
        share.Add([One], 499);
        Assert.False(share.IsFull(One));
        share.Add([One], 1);
        Assert.True(share.IsFull(One));
        Assert.False(share.IsFull(Two));
    }

    [Fact]
    public void A_lane_is_full_with_half_of_the_transactions_that_may_be_in_flight()
    {
        LaneShare share = new(30_000_000, 48);
        for (int i = 0; i < 23; i++) share.Add([One], 60_000);
        Assert.False(share.IsFull(One));
        share.Add([One], 60_000);
        Assert.True(share.IsFull(One));
        Assert.False(share.IsFull(Two));
        // Where one alone may be in flight, every lane may have it.
        LaneShare narrow = new(30_000_000, 1);
        Assert.False(narrow.IsFull(One));
        narrow.Add([One], 1);
        Assert.True(narrow.IsFull(One));
    }

    [Fact]
    public void A_shared_transaction_is_counted_in_parts_and_what_has_no_lane_is_never_full()
    {
        LaneShare share = new(2_000, 48);
        share.Add([One, One, Two, null], 4_000);
        Assert.True(share.IsFull(One));
        Assert.True(share.IsFull(Two));
        Assert.False(share.IsFull(null));
        share.Add([], 5);
        share.Add([null], ulong.MaxValue);
        Assert.False(share.IsFull(null));
    }
}
