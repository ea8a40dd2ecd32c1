using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Postgres.Leases;

namespace Keystone.Transactions.Tests;

public class TransactionManagerTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task An_intent_is_mined_once_and_becomes_final()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        Assert.True(await scene.WantAsync(counter));
        Assert.False(await scene.WantAsync(counter));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();

        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Resting, (await scene.IntentAsync(counter)).State);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await scene.NoncesAsync("mined_ok and final_at is null"));

        await fixture.MineAsync(70);
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("final_at is not null"));
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Single(await scene.AttemptsAsync());
    }

    [Fact]
    public async Task Of_two_transaction_managers_only_the_holder_of_the_lease_writes()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long first = await scene.LeaseAsync(TimeSpan.FromSeconds(30));
        Assert.Null(await scene.Stores.Lease.TakeAsync(Guid.NewGuid(), TimeSpan.FromSeconds(30), default));

        // The first one is suspended for so long that its lease ends.
        Assert.True(await scene.Stores.Lease.RenewAsync(first, TimeSpan.Zero, default));
        long second = await scene.LeaseAsync(TimeSpan.FromSeconds(30));
        Assert.True(second > first);
        await Assert.ThrowsAsync<LeaseLostException>(() => scene.Manager().RunAsync(first, default));
        Assert.Equal(0, await scene.NoncesAsync());
        Assert.False(await scene.Stores.Lease.RenewAsync(first, TimeSpan.FromSeconds(30), default));

        TransactionManager manager = scene.Manager();
        await manager.RunAsync(second, default);
        await fixture.MineAsync();
        await manager.RunAsync(second, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Single(await scene.AttemptsAsync());
    }

    [Fact]
    public async Task After_a_crash_between_commit_and_broadcast_the_same_bytes_are_broadcast()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        await scene.Manager(new NodeThatCannotSend(fixture.Node)).RunAsync(await scene.LeaseAsync(), default);
        Hash32 committed = Assert.Single(await scene.AttemptsAsync());

        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(committed, Assert.Single(await scene.AttemptsAsync()));
        Assert.True((await fixture.Node.GetTransactionReceiptAsync(committed, default))!.Succeeded);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task When_a_node_does_not_answer_the_next_poll_goes_to_another()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        using HttpClient client = new();
        // Nobody listens there.
        JsonRpcNode dead = new(client, new Uri("http://127.0.0.1:1"));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager([dead, fixture.Node]);
        await Assert.ThrowsAsync<NodeException>(() => manager.RunAsync(epoch, default));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Single(await scene.AttemptsAsync());
    }

    [Fact]
    public async Task A_crash_between_nonce_and_signature_gives_the_nonce_to_the_next()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        await scene.Manager(signer: new FailingSigner(scene.Signer, 0)).RunAsync(await scene.LeaseAsync(), default);
        Assert.Equal(1, await scene.NoncesAsync());
        Assert.Empty(await scene.AttemptsAsync());

        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Wanted, (await scene.IntentAsync(counter)).State);
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Equal(1, await scene.NoncesAsync("nonce = 0"));
    }

    [Fact]
    public async Task A_dropped_transaction_is_broadcast_again()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Hash32 hash = Assert.Single(await scene.AttemptsAsync());

        await fixture.RpcAsync("anvil_dropTransaction", hash.ToString());
        await fixture.MineAsync();
        Assert.Equal(0, await fixture.CallsOfAsync(counter));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Equal(hash, Assert.Single(await scene.AttemptsAsync()));
    }

    [Fact]
    public async Task A_nonce_whose_intent_became_obsolete_is_filled_when_a_later_one_waits()
    {
        Scene scene = await FundedAsync();
        Address first = await fixture.PlaceCounterAsync();
        Address second = await fixture.PlaceCounterAsync();
        await scene.WantAsync(first, priority: 1);
        await scene.WantAsync(second);
        await scene.Manager(signer: new FailingSigner(scene.Signer, 0)).RunAsync(await scene.LeaseAsync(), default);
        Assert.Single(await scene.AttemptsAsync());
        await fixture.MineAsync();
        Assert.Equal(0, await fixture.CallsOfAsync(second));

        scene.Unwanted.Add(Scene.SubjectOf(first));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("nonce = 0 and kind = 'fill' and mined_ok"));
        Assert.Equal(IntentState.Obsolete, (await scene.IntentAsync(first)).State);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(second)).State);
        Assert.Equal(0, await fixture.CallsOfAsync(first));
    }

    [Fact]
    public async Task Without_funds_no_nonce_is_taken()
    {
        Scene scene = new(fixture);
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Assert.Equal(0, await scene.NoncesAsync());
        Intent waiting = await scene.IntentAsync(counter);
        Assert.Equal(IntentState.Wanted, waiting.State);
        Assert.Contains("insufficient funds", waiting.LastReason, StringComparison.OrdinalIgnoreCase);

        await scene.RefillAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(5));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task A_call_that_would_revert_is_not_signed()
    {
        Scene scene = await FundedAsync();
        Address refuser = await fixture.PlaceRefuserAsync();
        await scene.WantAsync(refuser);
        await scene.Manager().RunAsync(await scene.LeaseAsync(), default);
        Intent waiting = await scene.IntentAsync(refuser);
        Assert.Equal(IntentState.Wanted, waiting.State);
        Assert.StartsWith("would revert", waiting.LastReason, StringComparison.Ordinal);
        Assert.Equal(1, waiting.Attempts);
        Assert.Equal(0, await scene.NoncesAsync());
        scene.Unwanted.Add(Scene.SubjectOf(refuser));
        await scene.Manager().RunAsync(await scene.LeaseAsync(), default);
    }

    [Fact]
    public async Task A_resting_transaction_that_would_fail_gives_its_nonce_to_an_empty_transfer()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        string code = (await fixture.RpcAsync("eth_getCode", counter.ToString(), "latest")).GetString()!;
        await fixture.RpcAsync("anvil_setCode", counter.ToString(), "0x60006000fd");

        // Two heads without it: at the first it may be a moment's state.
        for (int i = 0; i < 2; i++)
        {
            Hash32 resting = Assert.Single(await scene.AttemptsAsync());
            await fixture.RpcAsync("anvil_dropTransaction", resting.ToString());
            await fixture.MineAsync();
            await manager.RunAsync(epoch, default);
        }
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
        Assert.Equal(1, await scene.NoncesAsync("kind = 'fill'"));
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal((IntentState.Wanted, 1), ((await scene.IntentAsync(counter)).State, (await scene.IntentAsync(counter)).Attempts));

        await fixture.RpcAsync("anvil_setCode", counter.ToString(), code);
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task An_attempt_that_rests_too_long_is_replaced_by_a_more_expensive_one()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        await fixture.RpcAsync("anvil_setNextBlockBaseFeePerGas", "0x2540be4000");     // 160 gwei
        await fixture.MineAsync(3);
        await manager.RunAsync(epoch, default);
        List<Hash32> attempts = await scene.AttemptsAsync();
        Assert.Equal(2, attempts.Count);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.True((await fixture.Node.GetTransactionReceiptAsync(attempts[1], default))!.Succeeded);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
    }

    [Fact]
    public async Task A_reorg_brings_the_intent_back_and_the_same_bytes_are_broadcast()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await fixture.MineAsync(5);
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync(2);
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);

        await fixture.RpcAsync("anvil_reorg", 3, Array.Empty<JsonElement>());
        Assert.Equal(0, await fixture.CallsOfAsync(counter));
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Resting, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await scene.NoncesAsync("mined_block is null"));
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Single(await scene.AttemptsAsync());
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
    }

    async Task<Scene> FundedAsync()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        return scene;
    }
}
