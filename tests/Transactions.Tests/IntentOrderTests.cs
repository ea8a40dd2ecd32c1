using Keystone.Ethereum;

namespace Keystone.Transactions.Tests;

/// <summary>Lanes take turns: a flood of one holds up the others by one intent each.</summary>
public sealed class IntentOrderTests
{
    static readonly Guid Flood = Guid.CreateVersion7(), Quiet = Guid.CreateVersion7();
    static readonly ChainTime Now = ChainTime.FromInt64(1_000_000);

    [Fact]
    public void A_flood_of_one_lane_delays_another_by_one_transaction()
    {
        Intent[] flood = [.. Enumerable.Range(0, 500).Select(_ => Of(Flood, priority: 3))];
        Intent quiet = Of(Quiet, priority: 0);
        Intent[] order = IntentOrder.InTurn([.. flood, quiet], Now, _ => null);
        Assert.Equal(501, order.Length);
        Assert.InRange(Array.IndexOf(order, quiet), 0, 1);
    }

    [Fact]
    public void Each_of_many_lanes_has_its_turn_before_any_has_its_second()
    {
        Guid[] lanes = [.. Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7())];
        Intent[] order = IntentOrder.InTurn(lanes.SelectMany(lane => Enumerable.Range(0, 5).Select(_ => Of(lane))), Now, _ => null);
        for (int round = 0; round < 5; round++) Assert.Equal(10, order.Skip(round * 10).Take(10).Select(intent => intent.Lane).Distinct().Count());
    }

    [Fact]
    public void A_deadline_that_is_near_comes_first_and_the_nearest_before_the_others()
    {
        Intent[] flood = [.. Enumerable.Range(0, 20).Select(_ => Of(Flood, priority: 3))];
        Intent near = Of(Quiet, until: 1_000_200), nearer = Of(Quiet, until: 1_000_020), far = Of(Quiet, until: 1_100_000);
        Intent[] order = IntentOrder.InTurn([.. flood, near, nearer, far], Now, _ => null);
        Assert.Equal([nearer, near], order.Take(2));
        Assert.True(Array.IndexOf(order, far) > 1);
    }

    [Fact]
    public void Within_a_lane_the_higher_priority_goes_first()
    {
        Intent low = Of(Quiet, priority: 0), high = Of(Quiet, priority: 3);
        Assert.Equal([high, low], IntentOrder.InTurn([low, high], Now, _ => null));
    }

    [Fact]
    public void What_can_share_a_transaction_follows_each_other_and_holds_up_nobody_for_long()
    {
        Intent[] swaps = [.. Enumerable.Range(0, 300).Select(_ => Of(Flood, priority: 3))];
        Intent alone = Of(Quiet);
        Intent[] order = IntentOrder.InTurn([.. swaps, alone], Now, intent => intent.Lane == Flood ? "swaps" : null);
        Assert.Equal(301, order.Distinct().Count());
        Assert.InRange(Array.IndexOf(order, alone), 1, 64);
        Assert.Equal(swaps.Length, IntentOrder.InTurn(swaps, Now, _ => "swaps").Length);
    }

    static Intent Of(Guid lane, int priority = 0, long? until = null) => new(
        Guid.CreateVersion7(), new IntentName(1, "register", new Hash32(Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray())), IntentState.Wanted,
        until is { } time ? ChainTime.FromInt64(time) : null, null, priority, 0, DateTimeOffset.UnixEpoch, null, lane);
}
