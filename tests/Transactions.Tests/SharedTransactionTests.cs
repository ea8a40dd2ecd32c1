using Keystone.Ethereum;

namespace Keystone.Transactions.Tests;

/// <summary>Several intents in one transaction.</summary>
public sealed class SharedTransactionTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task Intents_that_can_share_leave_in_one_transaction_and_one_that_fails_there_goes_alone()
    {
        Scene scene = await SharingAsync();
        List<Address> counters = [await fixture.PlaceShyCounterAsync()];
        for (int i = 0; i < 5; i++) counters.Add(await fixture.PlaceCounterAsync());
        foreach (Address counter in counters) await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();

        await manager.RunAsync(epoch, default);
        Assert.Single(await scene.AttemptsAsync());
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        foreach (Address counter in counters[1..]) Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Intent refused = await scene.IntentAsync(counters[0]);
        Assert.Equal((IntentState.Wanted, 1), (refused.State, refused.Attempts));
        Assert.Contains("without effect", refused.LastReason, StringComparison.Ordinal);

        Address later = await fixture.PlaceCounterAsync();
        await scene.WantAsync(later);
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await manager.RunAsync(epoch, default);
        // One for each: what came back is not put beside others again.
        Assert.Equal(3, (await scene.AttemptsAsync()).Count);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        foreach (Address counter in (Address[])[.. counters, later])
        {
            Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
            Assert.Equal(1, await fixture.CallsOfAsync(counter));
        }
    }

    [Fact]
    public async Task One_that_would_fail_by_itself_is_left_behind_and_does_not_hold_up_the_others()
    {
        Scene scene = await SharingAsync();
        Address refuser = await fixture.PlaceRefuserAsync();
        Address[] counters = [await fixture.PlaceCounterAsync(), await fixture.PlaceCounterAsync()];
        await scene.WantAsync(counters[0]);
        await scene.WantAsync(refuser);
        await scene.WantAsync(counters[1]);
        long epoch = await scene.LeaseAsync();
        await scene.Manager().RunAsync(epoch, default);
        Assert.Single(await scene.AttemptsAsync());
        await fixture.MineAsync();
        await scene.Manager().RunAsync(epoch, default);
        foreach (Address counter in counters) Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Contains("would revert", (await scene.IntentAsync(refuser)).LastReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(75_000, 3)]
    [InlineData(8_000_000, 1)]
    public async Task Transactions_are_filled_up_to_the_set_gas(long gas, int transactions)
    {
        Scene scene = await SharingAsync();
        scene.Options.BatchGas = gas;
        List<Address> counters = [];
        for (int i = 0; i < 5; i++) counters.Add(await fixture.PlaceCounterAsync());
        foreach (Address counter in counters) await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        await scene.Manager().RunAsync(epoch, default);
        Assert.Equal(transactions, (await scene.AttemptsAsync()).Count);
        await fixture.MineAsync();
        await scene.Manager().RunAsync(epoch, default);
        foreach (Address counter in counters) Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task A_killed_transaction_manager_broadcasts_the_shared_transaction_again_byte_for_byte()
    {
        Scene scene = await SharingAsync();
        Address[] counters = [await fixture.PlaceCounterAsync(), await fixture.PlaceCounterAsync()];
        foreach (Address counter in counters) await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        await scene.Manager().RunAsync(epoch, default);
        Hash32 hash = Assert.Single(await scene.AttemptsAsync());
        await fixture.RpcAsync("anvil_dropTransaction", hash.ToString());
        await scene.Manager().RunAsync(epoch, default);
        Assert.Equal([hash], await scene.AttemptsAsync());
        await fixture.MineAsync();
        await scene.Manager().RunAsync(epoch, default);
        foreach (Address counter in counters) Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    async Task<Scene> SharingAsync()
    {
        Scene scene = new(fixture) { Caller = await fixture.PlaceCallerAsync() };
        await scene.RefillAsync();
        return scene;
    }
}
