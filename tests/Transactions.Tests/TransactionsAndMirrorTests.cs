using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

public class TransactionsAndMirrorTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task Finality_is_the_mirrors_and_a_halted_mirror_signs_nothing()
    {
        await ClearMirrorAsync();
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address first = await fixture.PlaceCounterAsync();
        Address second = await fixture.PlaceCounterAsync();
        BlockHeader genesis = (await fixture.Node.GetBlockAsync(BlockTag.AtNumber(0), default))!;
        await fixture.ScalarAsync<long>(
            "insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number) values (@c, @g, @e, @g, 0, 0) returning chain_id",
            ("c", fixture.ChainId), ("g", genesis.Hash.ToBytes()), ("e", first.ToBytes()));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();

        await scene.WantAsync(first);
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync(70);
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("mined_ok and final_at is null"));
        await MirrorAsync("number = 70, finalized = 60");
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("final_at is not null"));

        await MirrorAsync("halted = 'a reorg went past the finalized block'");
        await scene.WantAsync(second);
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Wanted, (await scene.IntentAsync(second)).State);
        Assert.Equal(1, await scene.NoncesAsync());
        await MirrorAsync("halted = null");
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Resting, (await scene.IntentAsync(second)).State);
        await ClearMirrorAsync();
    }

    [Fact]
    public async Task A_verdict_that_rests_on_another_fork_does_not_send_a_second_transaction()
    {
        await ClearMirrorAsync();
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address counter = await fixture.PlaceCounterAsync();
        BlockHeader genesis = (await fixture.Node.GetBlockAsync(BlockTag.AtNumber(0), default))!;
        await fixture.ScalarAsync<long>("""
            insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number) values (@c, @g, @e, @g, 0, 0)
            on conflict (chain_id) do update set halted = null, finalized = 0 returning chain_id
            """, ("c", fixture.ChainId), ("g", genesis.Hash.ToBytes()), ("e", counter.ToBytes()));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await scene.WantAsync(counter);
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        BlockHeader head = (await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!;

        // The mirror has a head of that height, but it has thrown away its fork and not read this one: whoever asks it is told that nothing happened.
        await fixture.RpcAsync("anvil_setStorageAt", counter.ToString(), Hash32.Zero.ToString(), Hash32.Zero.ToString());
        await MirrorAsync($"number = {head.Number}, revision = revision + 1");
        await manager.RunAsync(epoch, default);
        Assert.Equal((IntentState.Resting, 0), ((await scene.IntentAsync(counter)).State, (await scene.IntentAsync(counter)).Attempts));
        Assert.Single(await scene.AttemptsAsync());

        // Once it has read the block, its word counts: mined, and without effect.
        await fixture.ScalarAsync<long>("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values (@h, @c, @n, @h, 1, true, 'linked') returning number
            """, ("h", head.Hash.ToBytes()), ("c", fixture.ChainId), ("n", head.Number));
        await manager.RunAsync(epoch, default);
        Assert.Equal((IntentState.Wanted, 1), ((await scene.IntentAsync(counter)).State, (await scene.IntentAsync(counter)).Attempts));
        await ClearMirrorAsync();
    }

    [Fact]
    public async Task A_transaction_in_a_block_that_the_mirror_has_yet_to_see_was_not_sent_by_others()
    {
        await ClearMirrorAsync();
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address counter = await fixture.PlaceCounterAsync();
        BlockHeader genesis = (await fixture.Node.GetBlockAsync(BlockTag.AtNumber(0), default))!;
        await fixture.ScalarAsync<long>("""
            insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number) values (@c, @g, @e, @g, 0, 0)
            on conflict (chain_id) do update set halted = null, finalized = 0 returning chain_id
            """, ("c", fixture.ChainId), ("g", genesis.Hash.ToBytes()), ("e", counter.ToBytes()));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await scene.WantAsync(counter);
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        BlockHeader head = (await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!;
        // So many blocks later the node calls that one finalized; the mirror stands still on a fork that has another block there.
        await fixture.MineAsync(70);
        await fixture.RpcAsync("anvil_setStorageAt", counter.ToString(), Hash32.Zero.ToString(), Hash32.Zero.ToString());
        await fixture.ScalarAsync<long>("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values (sha256(@h), @c, @n, @h, 1, true, 'linked') returning number
            """, ("h", head.Hash.ToBytes()), ("c", fixture.ChainId), ("n", head.Number));
        foreach (string mirror in (string[])[$"number = {head.Number}, revision = revision + 1", $"number = {head.Number + 10}, finalized = {head.Number}, revision = revision + 1"])
        {
            await MirrorAsync(mirror);
            await manager.RunAsync(epoch, default);
            Assert.Equal(IntentState.Resting, (await scene.IntentAsync(counter)).State);
            Assert.Equal(0, await scene.NoncesAsync("final_at is not null"));
            Assert.Single(await scene.AttemptsAsync());
        }
        await ClearMirrorAsync();
    }

    [Fact]
    public async Task Verdicts_of_a_fork_that_is_gone_turn_no_call_into_a_fill()
    {
        await ClearMirrorAsync();
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address first = await fixture.PlaceCounterAsync(), second = await fixture.PlaceCounterAsync();
        BlockHeader head = (await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!;
        BlockHeader genesis = (await fixture.Node.GetBlockAsync(BlockTag.AtNumber(0), default))!;
        await fixture.ScalarAsync<long>("""
            insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number, finalized, revision) values (@c, @g, @e, @g, 0, @n, @n - 1, 1)
            on conflict (chain_id) do update set halted = null, number = @n, finalized = @n - 1, revision = 1 returning chain_id
            """, ("c", fixture.ChainId), ("g", genesis.Hash.ToBytes()), ("e", first.ToBytes()), ("n", head.Number));
        await fixture.ScalarAsync<long>("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values (sha256(@h), @c, @n, @h, 1, true, 'linked') returning number
            """, ("h", head.Hash.ToBytes()), ("c", fixture.ChainId), ("n", head.Number));
        long epoch = await scene.LeaseAsync();
        scene.Options.ReplaceAfterBlocks = 1;
        TransactionManager manager = scene.Manager();
        await scene.WantAsync(first, priority: 1);
        await manager.RunAsync(epoch, default);
        await scene.WantAsync(second);
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, await scene.NoncesAsync("mined_block is null"));

        // The mirror says that the first is done, in a block that the node does not have; the second waits behind it, and the price has rested long enough.
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync();
        scene.Unwanted.Add(Scene.SubjectOf(first));
        await manager.RunAsync(epoch, default);
        Assert.Equal(0, await scene.NoncesAsync("kind = 'fill'"));

        // On the node's own chain its word counts.
        await fixture.ScalarAsync<long>("update chain.block set canonical = false where hash = sha256(@h) returning number", ("h", head.Hash.ToBytes()));
        await fixture.ScalarAsync<long>("""
            insert into chain.block (hash, chain_id, number, parent_hash, timestamp, canonical, proof) values (@h, @c, @n, @h, 1, true, 'linked') returning number
            """, ("h", head.Hash.ToBytes()), ("c", fixture.ChainId), ("n", head.Number));
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("kind = 'fill'"));
        await ClearMirrorAsync();
    }

    Task MirrorAsync(string set) =>
        fixture.ScalarAsync<long>($"update chain.position set {set} where chain_id = @c returning chain_id", ("c", fixture.ChainId));

    // The tests share one chain and one database, in any order: what one of them leaves wanted is due in another as soon as its pause is over.
    Task ClearMirrorAsync() => fixture.ScalarAsync<long>(
        "with blocks as (delete from chain.block where chain_id = @c), positions as (delete from chain.position where chain_id = @c), "
        + "intents as (update transactions.intent set status = 'obsolete' where chain_id = @c) select 0::bigint", ("c", fixture.ChainId));
}
