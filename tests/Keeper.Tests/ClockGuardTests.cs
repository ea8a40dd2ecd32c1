using Keystone.Testing;

namespace Keystone.Keeper.Tests;

public sealed class ClockGuardTests(TestDatabase database, TestChain chain) : KeeperScene(database, chain)
{
    [Theory]
    [InlineData(-31, false, false, true)]    // a block from the future: the clock is slow
    [InlineData(-30, false, true, false)]
    [InlineData(31, true, false, true)]      // a block that is old as it arrives: the clock is fast
    [InlineData(31, false, false, false)]    // an old head of a quiet chain says nothing
    [InlineData(31, false, true, true)]      // nor does it release
    [InlineData(30, true, true, false)]
    public void The_clock_is_judged_by_block_time(int secondsAhead, bool arrived, bool held, bool holds) =>
        Assert.Equal(holds, ClockGuard.Holds(DateTimeOffset.FromUnixTimeSeconds(1_000_000 + secondsAhead), 1_000_000, arrived, 30, held));

    [Fact]
    public async Task A_keeper_whose_clock_is_slow_does_nothing()
    {
        ulong head = (await Chain.Node.GetBlockAsync(Ethereum.Nodes.BlockTag.Latest, CancellationToken.None))!.Timestamp;
        ulong now = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await Chain.MoveTimeToAsync(Math.Max(head, now) + 120);
        await using KeeperHost keeper = await StartAsync(jobs: false, ("Keeper:MaxClockSkewSeconds", "30"));
        Guid id = await InstructAsync(TimeSpan.FromHours(1));
        // Long enough for the loops to have come round many times: the screening worker's own poll is the witness that they run.
        await Eventually.TrueAsync(async () => (long)(await Book.ScalarAsync("select number from chain.position"))! > 0);
        await Chain.MineAsync(3);
        Assert.Equal("INSTRUCTED", await Book.StateAsync(id));
        Assert.Contains("behind the newest block", await keeper.UnreadyAsync(), StringComparison.Ordinal);
    }
}
