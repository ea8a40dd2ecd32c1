using System.Data.Common;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Transactions;
using Keystone.Testing;
using Keystone.Testing.Scripted;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>What nodes, prices, other users of the key and the database do to the transaction manager. Every test counts on the chain.</summary>
public class TransactionManagerFaultTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task A_nonce_that_others_used_is_given_up_only_when_their_transaction_is_final()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Hash32 ours = Assert.Single(await scene.AttemptsAsync());
        await fixture.RpcAsync("anvil_dropTransaction", ours.ToString());
        // Somebody signs with the same key, and is mined first.
        SignedTransaction theirs = await scene.Signer.SignAsync(
            new Eip1559Transaction((ulong)fixture.ChainId, 0, 2_000_000_000UL, 50_000_000_000UL, 21_000, scene.Sender, UInt256.Zero, ReadOnlyMemory<byte>.Empty), default);
        Assert.True((await fixture.Node.SendRawTransactionAsync(theirs.Raw, default)).Accepted);
        await fixture.MineAsync();

        // Their block may yet be reorged away, and ours come after all.
        await manager.RunAsync(epoch, default);
        await manager.RunAsync(epoch, default);
        Assert.Single(await scene.AttemptsAsync());
        Assert.Equal(IntentState.Resting, (await scene.IntentAsync(counter)).State);

        await fixture.MineAsync(70);
        await manager.RunAsync(epoch, default);
        scene.Time.Advance(TimeSpan.FromMinutes(2));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task A_node_that_fails_among_the_simulations_holds_up_nothing_that_was_simulated_before()
    {
        Scene scene = await FundedAsync();
        List<Address> counters = [];
        for (int i = 0; i < 40; i++)
        {
            counters.Add(await fixture.PlaceCounterAsync());
            await scene.WantAsync(counters[i]);
        }
        long epoch = await scene.LeaseAsync();
        TiredNode node = new(fixture.Node, 20);
        TransactionManager manager = scene.Manager(node);
        await Assert.ThrowsAsync<NodeException>(() => manager.RunAsync(epoch, default));
        // The first dozen left; of the second, in the middle of which the node failed, nothing did, and nobody is to blame for it.
        Assert.Equal(16, (await scene.AttemptsAsync()).Count);
        Assert.Equal(16, await scene.NoncesAsync());

        node.Left = int.MaxValue;
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(40, (await scene.AttemptsAsync()).Count);
        foreach (Address counter in counters)
        {
            Assert.Equal(1, await fixture.CallsOfAsync(counter));
            Assert.Equal(0, (await scene.IntentAsync(counter)).Attempts);
        }
    }

    [Fact]
    public async Task With_all_places_in_flight_taken_nothing_is_simulated()
    {
        Scene scene = await FundedAsync();
        scene.Options.MaxInFlight = 2;
        for (int i = 0; i < 3; i++) await scene.WantAsync(await fixture.PlaceCounterAsync());
        long epoch = await scene.LeaseAsync();
        TiredNode node = new(fixture.Node, int.MaxValue);
        TransactionManager manager = scene.Manager(node);
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
        node.Left = 0;
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
        node.Left = int.MaxValue;
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(3, (await scene.AttemptsAsync()).Count);
    }

    // Whoever comes later is mined after everything that was sent before: a flood must not fill the blocks to come.
    [Fact]
    public async Task A_lane_with_a_block_s_gas_in_flight_leaves_the_next_nonces_to_others_and_to_what_is_nearly_late()
    {
        Scene scene = await FundedAsync();
        Guid flood = Guid.NewGuid();
        for (int i = 0; i < 12; i++) await scene.WantAsync(await fixture.PlaceCounterAsync(), lane: flood);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager(new SmallBlocks(fixture.Node, 400_000));
        await manager.RunAsync(epoch, default);
        int sent = (await scene.AttemptsAsync()).Count;
        Assert.InRange(sent, 1, 11);
        await manager.RunAsync(epoch, default);
        Assert.Equal(sent, (await scene.AttemptsAsync()).Count);

        await scene.WantAsync(await fixture.PlaceCounterAsync(), lane: Guid.NewGuid());
        await scene.WantAsync(await fixture.PlaceCounterAsync(), until: (long)(await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!.Timestamp + 200, lane: flood);
        await manager.RunAsync(epoch, default);
        Assert.Equal(sent + 2, (await scene.AttemptsAsync()).Count);

        for (int i = 0; i < 12 && (await scene.AttemptsAsync()).Count < 14; i++)
        {
            await fixture.MineAsync();
            await manager.RunAsync(epoch, default);
        }
        Assert.Equal(14, (await scene.AttemptsAsync()).Count);
    }

    /// <summary>A chain whose blocks take less.</summary>
    sealed class SmallBlocks(IEthereumNode inner, ulong gas) : PassingNode(inner)
    {
        public override async Task<BlockHeader?> GetBlockAsync(BlockTag block, CancellationToken cancellationToken) =>
            await base.GetBlockAsync(block, cancellationToken) is { } header ? header with { GasLimit = gas } : null;
    }

    /// <summary>Answers so many simulations, and then no more.</summary>
    sealed class TiredNode(IEthereumNode inner, int left) : PassingNode(inner)
    {
        int _left = left;

        public int Left
        {
            set => _left = value;
        }

        public override Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _left) >= 0 ? base.EstimateGasAsync(call, cancellationToken) : throw new NodeException("The node is tired.");
    }

    [Fact]
    public async Task A_replaced_attempt_that_is_mined_after_all_does_the_work_once()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        KeepingNode node = new(fixture.Node);
        TransactionManager manager = scene.Manager(node);
        await manager.RunAsync(epoch, default);
        for (int attempt = 2; attempt <= 3; attempt++)
        {
            await fixture.RpcAsync("anvil_dropAllTransactions");
            await fixture.MineAsync(scene.Options.ReplaceAfterBlocks);
            await manager.RunAsync(epoch, default);
            Assert.Equal(attempt, (await scene.AttemptsAsync()).Count);
        }
        // A pool that kept the first one brings it to a block.
        await fixture.RpcAsync("anvil_dropAllTransactions");
        Assert.True((await fixture.Node.SendRawTransactionAsync(node.Sent[0], default)).Accepted);
        await fixture.MineAsync();
        for (int look = 0; look < 3; look++)
        {
            await manager.RunAsync(epoch, default);
            await fixture.MineAsync();
        }
        Assert.Equal(3, (await scene.AttemptsAsync()).Count);
        Assert.Equal((await scene.AttemptsAsync())[0], new Hash32(await fixture.ScalarAsync<byte[]>("select mined_hash from transactions.nonce where sender = @s", ("s", scene.Sender.ToBytes()))));
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Theory]
    [InlineData(1_100)]
    [InlineData(1_125)]
    [InlineData(2_000)]
    public async Task A_node_that_wants_more_for_a_replacement_gets_it(int thousandths)
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        PickyNode node = new(fixture.Node, thousandths);
        TransactionManager manager = scene.Manager(node);
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, node.Accepted);
        // Out of the chain's own pool, so that it stays waiting; the picky node remembers what it took.
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync(scene.Options.ReplaceAfterBlocks);
        int looks = 0;
        while (node.Accepted == 1 && looks++ < 10) await manager.RunAsync(epoch, default);
        Assert.True(node.Accepted == 2, $"{node.Accepted} accepted, {node.Refused} refused, {looks} looks, {(await scene.AttemptsAsync()).Count} attempts");
        // Threshold over the last accepted: 1.1 and 1.125 at once, twice the price after seven steps of an eighth.
        Assert.InRange(node.Refused, thousandths > 1_125 ? 3 : 0, thousandths > 1_125 ? 7 : 0);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task A_base_fee_that_climbs_for_thirty_blocks_is_followed_within_the_budget_and_not_paid_after_it_fell()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync(), later = await fixture.PlaceCounterAsync();
        UInt256 start = (await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!.BaseFeePerGas!.Value;
        scene.Options.BudgetWei = ((UInt256)10_000_000_000_000_000UL).ToString();
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await scene.WantAsync(counter);
        UInt256 baseFee = start;
        for (int block = 0; block < 30; block++)
        {
            baseFee = UInt256.FromBigInteger(baseFee.ToBigInteger() * 9 / 8 + 1);
            await manager.RunAsync(epoch, default);
            // The pool holds it back as too cheap in the eyes of a miner that has better ones.
            if (block < 29) await fixture.RpcAsync("anvil_dropAllTransactions");
            await fixture.RpcAsync("anvil_setNextBlockBaseFeePerGas", "0x" + baseFee.ToBigInteger().ToString("x", System.Globalization.CultureInfo.InvariantCulture));
            await fixture.MineAsync();
        }
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        List<Hash32> attempts = await scene.AttemptsAsync();
        Assert.InRange(attempts.Count, 3, 30 / scene.Options.ReplaceAfterBlocks + 1);
        Assert.True(await fixture.ScalarAsync<bool>(
            "select bool_and(max_fee * s.gas <= @budget::numeric) from transactions.attempt a join transactions.nonce s using (chain_id, sender, nonce) where sender = @s",
            ("budget", scene.Options.BudgetWei), ("s", scene.Sender.ToBytes())));

        // Fallen again: the next one is priced by today's head.
        await fixture.RpcAsync("anvil_setNextBlockBaseFeePerGas", "0x" + start.ToBigInteger().ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        await fixture.MineAsync();
        await scene.WantAsync(later);
        await manager.RunAsync(epoch, default);
        UInt256 today = (await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!.BaseFeePerGas!.Value;
        UInt256 paid = UInt256.Parse(await fixture.ScalarAsync<string>("select max_fee::text from transactions.attempt where sender = @s order by nonce desc, ordinal desc limit 1", ("s", scene.Sender.ToBytes())));
        Assert.True(paid.ToBigInteger() < today.ToBigInteger() * 3 + 10_000_000_000, $"{paid} at a base fee of {today}");
        await fixture.MineAsync();
    }

    [Fact]
    public async Task Commits_of_the_transaction_manager_whose_acknowledgement_is_lost_lead_to_no_second_transaction()
    {
        Scene scene = await FundedAsync();
        await using CutProxy proxy = new(fixture.ConnectionString);
        await using NpgsqlDataSource through = NpgsqlDataSource.Create(proxy.ConnectionString);
        List<Address> counters = [];
        for (int i = 0; i < 6; i++)
        {
            counters.Add(await fixture.PlaceCounterAsync());
            await scene.WantAsync(counters[^1]);
        }
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager(through);
        for (int look = 0; look < 14; look++)
        {
            // Not every time: a line on which no commit is ever heard of leads nowhere.
            if (look is 0 or 1 or 3 or 6 or 7) proxy.CutNextCommit();
            try
            {
                await manager.RunAsync(epoch, default);
            }
            catch (DbException)
            {
                // Committed or not: the next look reads which.
            }
            scene.Time.Advance(TimeSpan.FromSeconds(5));
            await fixture.MineAsync();
        }
        Assert.True(proxy.Cuts >= 3, $"{proxy.Cuts}");
        foreach (Address counter in counters)
        {
            Assert.Equal(1, await fixture.CallsOfAsync(counter));
            Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        }
        // One nonce each; an attempt may have been made dearer meanwhile.
        Assert.Equal(6, await scene.NoncesAsync());
        Assert.Equal(6UL, await fixture.Node.GetTransactionCountAsync(scene.Sender, BlockTag.Latest, default));
    }

    [Fact]
    public async Task A_call_that_a_node_chokes_on_does_not_keep_the_transaction_manager_from_everything_else()
    {
        Scene scene = await FundedAsync();
        Address poison = await fixture.PlaceCounterAsync(), resting = await fixture.PlaceCounterAsync(), other = await fixture.PlaceCounterAsync();
        long epoch = await scene.LeaseAsync();
        ChokingNode node = new(fixture.Node, poison, resting);
        TransactionManager manager = scene.Manager(node);
        await scene.WantAsync(resting);
        await manager.RunAsync(epoch, default);
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await scene.WantAsync(poison, priority: 1);
        await scene.WantAsync(other);
        await fixture.MineAsync();
        // The resting one cannot be asked about, the new one cannot be simulated, and the third goes out all the same.
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.True(node.Choked >= 2, $"{node.Choked}");
        Assert.Equal((1, 1, 0), (await fixture.CallsOfAsync(resting), await fixture.CallsOfAsync(other), await fixture.CallsOfAsync(poison)));
        Intent waiting = await scene.IntentAsync(poison);
        Assert.Equal((IntentState.Wanted, 1), (waiting.State, waiting.Attempts));
        Assert.Contains("cannot be simulated", waiting.LastReason, StringComparison.Ordinal);
        scene.Unwanted.Add(Scene.SubjectOf(poison));
        await manager.RunAsync(epoch, default);
    }

    // What a token says when it refuses is the token's choice, and nodes hand it on.
    [Fact]
    public async Task A_rejection_whose_message_cannot_be_stored_stops_nothing_else()
    {
        Scene scene = await FundedAsync();
        Address poison = await fixture.PlaceCounterAsync(), other = await fixture.PlaceCounterAsync();
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager(new RudeNode(fixture.Node, poison));
        await scene.WantAsync(poison, priority: 1);
        await scene.WantAsync(other);
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        Assert.Equal(1, await fixture.CallsOfAsync(other));
        Intent waiting = await scene.IntentAsync(poison);
        Assert.Equal(1, waiting.Attempts);
        Assert.Contains("zero ?, half ?, whole \U0001F600", waiting.LastReason, StringComparison.Ordinal);
        scene.Unwanted.Add(Scene.SubjectOf(poison));
        await manager.RunAsync(epoch, default);
    }

    sealed class RudeNode(IEthereumNode inner, Address refused) : PassingNode(inner)
    {
        public override Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
            call.To == refused ? throw new CallRevertedException("zero \0, half \ud800, whole \U0001F600", 3, []) : base.EstimateGasAsync(call, cancellationToken);
    }

    [Fact]
    public async Task Low_funds_are_reported_before_they_stop_anything_and_again_when_they_do()
    {
        Scene scene = await FundedAsync();
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        for (int i = 0; i < 3; i++) await scene.WantAsync(await fixture.PlaceCounterAsync());
        await manager.RunAsync(epoch, default);
        Assert.Equal((3, 0), ((await scene.AttemptsAsync()).Count, scene.Log.Alarms("low_balance")));
        // Enough for a little more than what is on its way.
        UInt256 bound = UInt256.Parse(await fixture.ScalarAsync<string>(
            "select sum(max_fee * s.gas)::text from transactions.attempt a join transactions.nonce s using (chain_id, sender, nonce) where sender = @s", ("s", scene.Sender.ToBytes())));
        await fixture.RpcAsync("anvil_setBalance", scene.Sender.ToString(), "0x" + (bound.ToBigInteger() * 3 / 2).ToString("x", System.Globalization.CultureInfo.InvariantCulture));
        await scene.WantAsync(await fixture.PlaceCounterAsync());
        await manager.RunAsync(epoch, default);
        Assert.Equal((4, 1), ((await scene.AttemptsAsync()).Count, scene.Log.Alarms("low_balance")));
        for (int i = 0; i < 4; i++) await scene.WantAsync(await fixture.PlaceCounterAsync());
        await manager.RunAsync(epoch, default);
        Assert.True(scene.Log.Alarms("low_balance") > 1);
        Assert.InRange((await scene.AttemptsAsync()).Count, 4, 5);
        // Refilled, it goes on by itself.
        await scene.RefillAsync();
        await fixture.MineAsync();
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.True(await scene.NoncesAsync("mined_ok") >= 8);
    }

    [FactWithSmallDisk]
    public async Task D3_A_full_disk_lets_nothing_be_sent_and_loses_nothing()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(256);
        await using Dev.Servers.EmbeddedPostgres postgres = await PostgresServer.StartOwnAsync(Path.Combine(disk.Folder, "postgres"), default);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await new Postgres.Migrations.MigrationStore(source, TimeProvider.System, Settlements.Schemas.All).ApplyAsync(default);
        Scene scene = new(fixture, source);
        await scene.RefillAsync();
        Address[] counters = [await fixture.PlaceCounterAsync(), await fixture.PlaceCounterAsync()];
        foreach (Address counter in counters) await scene.WantAsync(counter);
        KeepingNode node = new(fixture.Node);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager(node);
        disk.Fill();
        for (int look = 0; look < 3; look++)
        {
            // A nonce that cannot be kept is not used.
            PostgresException full = await Assert.ThrowsAsync<PostgresException>(() => manager.RunAsync(epoch, default));
            Assert.Equal(PostgresErrorCodes.DiskFull, full.SqlState);
            Assert.Empty(node.Sent);
            Assert.Equal(0UL, await fixture.Node.GetTransactionCountAsync(scene.Sender, BlockTag.Pending, default));
            foreach (Address counter in counters) Assert.Equal((IntentState.Wanted, 0), ((await scene.IntentAsync(counter)).State, (await scene.IntentAsync(counter)).Attempts));
        }
        disk.Empty();
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, node.Sent.Count);
        // Full again while they wait: what was signed is known, and is broadcast as it is.
        disk.Fill();
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync();
        try
        {
            await manager.RunAsync(epoch, default);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DiskFull)
        {
            // Whether there is a place left in a page is not the transaction manager's choice.
        }
        disk.Empty();
        scene.Time.Advance(TimeSpan.FromSeconds(10));
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        foreach (Address counter in counters)
        {
            Assert.Equal(1, await fixture.CallsOfAsync(counter));
            Assert.Equal(IntentState.Done, (await scene.IntentAsync(counter)).State);
        }
        Assert.Equal(2, (await scene.AttemptsAsync()).Count);
    }

    [Fact]
    public async Task A_budget_that_ends_is_reported_once_and_the_last_attempt_is_broadcast_again()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        KeepingNode node = new(fixture.Node);
        TransactionManager manager = scene.Manager(node);
        await manager.RunAsync(epoch, default);
        scene.Options.BudgetWei = "1";
        scene.Options.FloorWei = "1";
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync(scene.Options.ReplaceAfterBlocks);
        for (int look = 0; look < 3; look++)
        {
            scene.Time.Advance(TimeSpan.FromSeconds(10));
            await manager.RunAsync(epoch, default);
        }
        Assert.Equal((1, 1), ((await scene.AttemptsAsync()).Count, scene.Log.Alarms("budget_reached")));
        Assert.True(node.Sent.Count > 2);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task What_costs_its_budget_without_effect_waits_for_a_person()
    {
        Scene scene = await FundedAsync();
        // Takes every call and does nothing.
        Address idle = await fixture.PlaceCounterAsync();
        await fixture.RpcAsync("anvil_setCode", idle.ToString(), "0x00");
        scene.Options.BudgetWei = "200000000000000";
        await scene.WantAsync(idle);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        for (int look = 0; look < 40 && (await scene.IntentAsync(idle)).State != IntentState.Failed; look++)
        {
            await manager.RunAsync(epoch, default);
            await fixture.RpcAsync("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
            await fixture.MineAsync();
            scene.Time.Advance(TimeSpan.FromMinutes(2));
        }
        Intent failed = await scene.IntentAsync(idle);
        Assert.Equal((IntentState.Failed, 1), (failed.State, scene.Log.Alarms("budget_spent")));
        Assert.Contains("without effect", failed.LastReason, StringComparison.Ordinal);
        int attempts = (await scene.AttemptsAsync()).Count;
        Assert.InRange(attempts, 2, 10);
        scene.Time.Advance(TimeSpan.FromHours(1));
        await manager.RunAsync(epoch, default);
        Assert.Equal(attempts, (await scene.AttemptsAsync()).Count);
    }

    [Fact]
    public async Task A_deadline_that_nears_is_reported_while_there_is_time()
    {
        Scene scene = await FundedAsync();
        Address slow = await fixture.PlaceCounterAsync(), refuser = await fixture.PlaceRefuserAsync(), fresh = await fixture.PlaceCounterAsync();
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        long time = (long)(await fixture.Node.GetBlockAsync(BlockTag.Latest, default))!.Timestamp;
        // Both far enough away, then a minute before it.
        await scene.WantAsync(slow, until: time + 1_000);
        await scene.WantAsync(refuser, until: time + 1_000);
        await manager.RunAsync(epoch, default);
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync(scene.Options.ReplaceAfterBlocks);
        await manager.RunAsync(epoch, default);
        Assert.Equal(0, scene.Log.Alarms("deadline_nears"));
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.RpcAsync("evm_setNextBlockTimestamp", "0x" + (time + 940).ToString("x", null));
        await fixture.MineAsync();
        await scene.WantAsync(fresh, until: time + 1_000);
        await manager.RunAsync(epoch, default);
        await manager.RunAsync(epoch, default);
        Assert.Equal(2, scene.Log.Alarms("deadline_nears"));
        scene.Unwanted.Add(Scene.SubjectOf(refuser));
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
    }

    [Fact]
    public async Task A_quota_is_no_fault_of_the_intent()
    {
        Scene scene = await FundedAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager([new BusyNode(fixture.Node), fixture.Node]);
        await Assert.ThrowsAnyAsync<NodeException>(() => manager.RunAsync(epoch, default));
        Assert.Equal((IntentState.Wanted, 0), ((await scene.IntentAsync(counter)).State, (await scene.IntentAsync(counter)).Attempts));
        // The next look asks the other.
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
    }

    [Fact]
    public async Task What_is_paused_does_not_act_even_when_it_is_on_its_way_and_holds_nobody_up()
    {
        Scene scene = await FundedAsync();
        Address swap = await fixture.PlaceCounterAsync(), refund = await fixture.PlaceCounterAsync();
        await scene.WantAsync(swap, priority: 1);
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Assert.Single(await scene.AttemptsAsync());
        scene.Paused.Add(Scene.SubjectOf(swap));
        await scene.WantAsync(refund);
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal((0, 1), (await fixture.CallsOfAsync(swap), await fixture.CallsOfAsync(refund)));
        Assert.Equal(1, await scene.NoncesAsync("nonce = 0 and kind = 'fill' and mined_ok"));
        Assert.Equal(IntentState.Wanted, (await scene.IntentAsync(swap)).State);
        scene.Time.Advance(TimeSpan.FromMinutes(1));
        await manager.RunAsync(epoch, default);
        Assert.Equal(3, (await scene.AttemptsAsync()).Count);

        scene.Paused.Clear();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(swap));
        Assert.Equal(IntentState.Done, (await scene.IntentAsync(swap)).State);
    }

    [Fact]
    public async Task While_the_owner_holds_back_nothing_is_signed_or_sent()
    {
        Scene scene = await FundedAsync();
        Address first = await fixture.PlaceCounterAsync(), second = await fixture.PlaceCounterAsync();
        await scene.WantAsync(first, priority: 1);
        await scene.WantAsync(second);
        long epoch = await scene.LeaseAsync();
        KeepingNode node = new(fixture.Node);
        TransactionManager manager = scene.Manager(node);
        await manager.RunAsync(epoch, default);
        await fixture.RpcAsync("anvil_dropAllTransactions");
        await fixture.MineAsync(scene.Options.ReplaceAfterBlocks + 1);
        scene.Silent = true;
        await manager.RunAsync(epoch, default);
        Assert.Equal((2, 2), (node.Sent.Count, (await scene.AttemptsAsync()).Count));
        Assert.Equal(0, await scene.NoncesAsync("kind = 'fill'"));

        scene.Silent = false;
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal((1, 1), (await fixture.CallsOfAsync(first), await fixture.CallsOfAsync(second)));
    }

    async Task<Scene> FundedAsync()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        return scene;
    }

    sealed class FactWithSmallDiskAttribute : FactAttribute
    {
        public FactWithSmallDiskAttribute() => Skip = SmallDisk.Missing;
    }

    /// <summary>Gives up on calls to two contracts, as nodes do on calls that take too long; of one of them only once it was signed.</summary>
    sealed class ChokingNode(IEthereumNode inner, Address simulated, Address called) : PassingNode(inner)
    {
        public int Choked { get; private set; }

        public override Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
            call.To == simulated ? throw Choke() : base.EstimateGasAsync(call, cancellationToken);

        // Large enough to be asked about while it rests.
        public override Task<byte[]> CallAsync(CallRequest call, BlockTag block, CancellationToken cancellationToken) =>
            call.To == called ? throw Choke() : base.CallAsync(call, block, cancellationToken);

        NodeException Choke()
        {
            Choked++;
            return new NodeException("execution aborted (timeout = 5s)", -32000);
        }
    }

    /// <summary>Has answered enough.</summary>
    sealed class BusyNode(IEthereumNode inner) : PassingNode(inner)
    {
        public override Task<ulong> EstimateGasAsync(CallRequest call, CancellationToken cancellationToken) =>
            throw new NodeBusyException("rate limit exceeded", null, -32005);
    }

    sealed class KeepingNode(IEthereumNode inner) : PassingNode(inner)
    {
        public List<ReadOnlyMemory<byte>> Sent { get; } = [];

        public override Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
        {
            Sent.Add(raw.ToArray());
            return base.SendRawTransactionAsync(raw, cancellationToken);
        }
    }

    /// <summary>Takes a replacement only for so many thousandths of the price that it took last, in both fields.</summary>
    sealed class PickyNode(IEthereumNode inner, int thousandths) : PassingNode(inner)
    {
        Eip1559Transaction? _last;

        public int Accepted { get; private set; }

        public int Refused { get; private set; }

        public override async Task<SendResponse> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
        {
            Eip1559Transaction received = DecodedTransaction.Read(raw.ToArray()).Transaction;
            if (_last is { } last && received == last) return new SendResponse(false, null, -32000, "already known");
            if (_last is not null && (Less(received.MaxFeePerGas, _last.MaxFeePerGas) || Less(received.MaxPriorityFeePerGas, _last.MaxPriorityFeePerGas)))
            {
                Refused++;
                return new SendResponse(false, null, -32000, "replacement transaction underpriced");
            }
            SendResponse answer = await base.SendRawTransactionAsync(raw, cancellationToken);
            if (!answer.Accepted) return answer;
            _last = received;
            Accepted++;
            return answer;
        }

        bool Less(UInt256 received, UInt256 taken) => received.ToBigInteger() * 1_000 < taken.ToBigInteger() * thousandths;
    }
}
