namespace Keystone.Transactions.Tests;

public sealed class LaneShareTests
{
    static readonly Guid One = Guid.CreateVersion7(), Two = Guid.CreateVersion7();

    [Fact]
    public void A_lane_is_full_with_a_block_in_flight_and_another_is_not()
    {
        LaneShare share = new(1_000);
        share.Add([One], 999);
        Assert.False(share.IsFull(One));
        share.Add([One], 1);
        Assert.True(share.IsFull(One));
        Assert.False(share.IsFull(Two));
    }

    [Fact]
    public void A_shared_transaction_is_counted_in_parts_and_what_has_no_lane_is_never_full()
    {
        LaneShare share = new(1_000);
        share.Add([One, One, Two, null], 4_000);
        Assert.True(share.IsFull(One));
        Assert.True(share.IsFull(Two));
        Assert.False(share.IsFull(null));
        share.Add([], 5);
        share.Add([null], ulong.MaxValue);
        Assert.False(share.IsFull(null));
    }
}
