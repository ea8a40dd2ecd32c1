using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Indexer.Reading;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>What a node says is compared with what else it says. A refused answer changes nothing, and the truth goes in afterwards.</summary>
public sealed class LyingNodeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 900;

    [Fact]
    public async Task A_block_that_is_not_there_yet_is_asked_again_and_not_skipped()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Header = header => header.Number == 2 ? null : header;
        Assert.Contains("does not have block 2", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_null_for_three_polls_is_no_reorg(bool header)
    {
        ScriptedMirror mirror = await BeginAsync();
        await mirror.FollowAsync();
        EscrowTerms terms = Emit.Terms(mirror.Node.ChainId, 1);
        mirror.Node.Mine(Emit.Deposited(terms, 1));
        // Of one block alone the header is known already.
        mirror.Node.Mine();
        long revision = await mirror.RevisionAsync();
        mirror.Node.Header = header ? _ => null : null;
        mirror.Node.Receipts = header ? null : _ => null;
        for (int i = 0; i < 3; i++) Assert.Contains("does not have block,has no receipts".Split(',')[header ? 0 : 1], await mirror.RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(revision, await mirror.RevisionAsync());
        mirror.Node.Header = null;
        mirror.Node.Receipts = null;
        await mirror.FollowAsync();
        Assert.Equal(revision + 1, await mirror.RevisionAsync());
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.feed where chain_id = $chain and kind = 'retract'"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task A_block_whose_parent_is_another_is_refused()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Header = header => header.Number == 2 ? header with { ParentHash = Keccak256.Hash([1]) } : header;
        Assert.Contains("not the child", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task A_block_of_another_height_is_refused()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Header = header => header.Number == 2 ? header with { Number = 7 } : header;
        Assert.Contains("block 7 for block 2", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task Logs_of_another_block_are_refused()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Logs = logs => [.. logs.Select(log => log with { BlockHash = Keccak256.Hash([2]) })];
        Assert.Contains("belongs to another block", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_log_that_the_index_lost_is_found_in_the_receipts(int lost)
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Logs = logs => [.. logs.Where(log => log.LogIndex != lost)];
        Assert.Contains("not the same", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task A_changed_log_is_found_in_the_receipts()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Logs = logs => [.. logs.Select(log => log.LogIndex == 2 ? log with { Data = new byte[log.Data.Length] } : log)];
        Assert.Contains("not the same", await mirror.RefusedAsync(), StringComparison.Ordinal);
        await AssertTruthGoesInAsync(mirror);
    }

    [Fact]
    public async Task A_log_that_its_bloom_excludes_is_refused_unless_the_chain_has_none()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Header = header => header with { LogsBloom = new byte[256] };
        Assert.Contains("Indexer:Proof", await mirror.RefusedAsync(), StringComparison.Ordinal);

        ScriptedMirror linked = await BeginAsync(new IndexerOptions { Proof = "linked" });
        linked.Node.Header = header => header with { LogsBloom = new byte[256] };
        await linked.FollowAsync();
        Assert.Equal("linked", await linked.ScalarAsync<string>("select min(proof) from chain.block where chain_id = $chain"));
        Assert.Equal(1L, await linked.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain"));
    }

    /// <summary>Without proofs a node may give a block's logs in two ways. What it said last counts, for the logs and for what is folded from them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_that_comes_back_without_proof_has_the_logs_that_it_comes_back_with(bool lessAtFirst)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "back");
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { Proof = "linked" });
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine([Emit.Registered(terms), Emit.Transfer(Emit.Bob, 3)], Emit.Deposited(terms, 0));
        IReadOnlyList<Hash32> first = [.. node.Chain];
        Report(less: lessAtFirst);
        await mirror.FollowAsync();
        node.ForkAt(0);
        node.Mine();
        node.Mine();
        await mirror.FollowAsync();
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain"));

        node.Return(first);
        node.Mine();
        Report(less: !lessAtFirst);
        await mirror.FollowAsync();
        Assert.Equal(lessAtFirst ? 1L : 0L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain"));
        string dump = await mirror.DumpAsync();
        await mirror.Store.RefoldAsync(node.ChainId, mirror.Epoch, ScriptedNode.Escrow, CancellationToken.None);
        Assert.Equal(dump, await mirror.DumpAsync());
        Assert.Equal(dump, await mirror.FreshDumpAsync());

        void Report(bool less) => node.Logs = less ? _ => [] : null;
    }

    [Fact]
    public async Task A_chain_that_changes_between_two_answers_is_read_again()
    {
        ScriptedMirror mirror = await BeginAsync();
        await mirror.FollowAsync();
        mirror.Node.Mine();
        mirror.Node.Mine();
        // Between the look at our head and the reading of the new blocks.
        int asked = 0;
        mirror.Node.Asked = question =>
        {
            if (question != "blocks" || ++asked != 2) return;
            mirror.Node.ForkAt(1);
            for (int i = 0; i < 6; i++) mirror.Node.Mine();
        };
        Assert.Contains("not the child", await mirror.RefusedAsync(), StringComparison.Ordinal);
        mirror.Node.Asked = null;
        await mirror.FollowAsync();
        Assert.Equal(mirror.Node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain"));
    }

    [Fact]
    public async Task A_node_that_lags_behind_finality_is_reported_once_a_minute()
    {
        ScriptedMirror mirror = await BeginAsync();
        for (int i = 0; i < 20; i++) mirror.Node.Mine();
        mirror.Node.Finalized = 18;
        await mirror.FollowAsync();
        IReadOnlyList<Hash32> all = [.. mirror.Node.Chain];
        mirror.Node.ForkAt(10);
        for (int i = 0; i < 5; i++) Assert.False(await mirror.PollAsync());
        Assert.Contains("not the mirror's finalized block 18", Assert.Single(mirror.Warnings), StringComparison.Ordinal);
        mirror.Clock.Shift = TimeSpan.FromSeconds(61);
        for (int i = 0; i < 5; i++) await mirror.PollAsync();
        Assert.Equal(2, mirror.Warnings.Count);
        // It was there in between: that is news.
        mirror.Node.Return(all);
        await mirror.FollowAsync();
        mirror.Node.ForkAt(10);
        for (int i = 0; i < 5; i++) await mirror.PollAsync();
        Assert.Equal(3, mirror.Warnings.Count);
    }

    [Fact]
    public async Task A_range_from_a_node_that_had_not_all_of_it_is_refused()
    {
        ScriptedMirror mirror = await BeginAsync();
        for (int i = 0; i < 20; i++) mirror.Node.Mine();
        mirror.Node.Finalized = 18;
        // Behind a balancer: the logs come from a node that stands at block 1.
        bool asked = false;
        mirror.Node.Asked = question =>
        {
            if (question == "logs") asked = true;
            if (question == "latest" && asked) mirror.Node.ForkAt(10);
        };
        Assert.Contains("below the block 18", await mirror.RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_range_that_is_too_large_for_the_node_is_halved_and_a_quota_is_not()
    {
        ScriptedMirror mirror = await BeginAsync(new IndexerOptions { RangeBlocks = 16 });
        for (int i = 0; i < 60; i++) mirror.Node.Mine();
        mirror.Node.Finalized = 60;
        foreach ((string text, long next) in new[] { ("query returned more than 10000 results", 8L), ("rate limit exceeded", 16L) })
        {
            ScriptedMirror other = await BeginAsync(new IndexerOptions { RangeBlocks = 16 });
            for (int i = 0; i < 60; i++) other.Node.Mine();
            other.Node.Finalized = 60;
            other.Node.Asked = question =>
            {
                if (question == "logs") throw new NodeException(text, -32005);
            };
            await Assert.ThrowsAsync<NodeException>(other.PollAsync);
            other.Node.Asked = null;
            Assert.True(await other.PollAsync());
            Assert.Equal(next, await other.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        }
    }

    [Fact]
    public async Task A_node_that_knows_no_finality_yet_is_followed_without()
    {
        ScriptedMirror mirror = await BeginAsync();
        mirror.Node.Asked = question =>
        {
            if (question == "finalized") throw new NodeException("finalized block not found", -39001);
        };
        await mirror.FollowAsync();
        Assert.Equal(3L, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        Assert.Equal(-1L, await mirror.ScalarAsync<long>("select finalized from chain.position where chain_id = $chain"));
    }

    [Fact]
    public async Task Behind_the_mirrors_finality_the_node_is_waited_for()
    {
        ScriptedMirror mirror = await BeginAsync();
        for (int i = 0; i < 20; i++) mirror.Node.Mine();
        mirror.Node.Finalized = 15;
        await mirror.FollowAsync();
        await mirror.PollAsync();
        Assert.Equal(15L, await mirror.ScalarAsync<long>("select finalized from chain.position where chain_id = $chain"));
        long revision = await mirror.RevisionAsync();
        mirror.Node.ForkAt(10);
        mirror.Node.Finalized = 5;
        Assert.False(await mirror.PollAsync());
        Assert.Equal(revision, await mirror.RevisionAsync());
        Assert.Equal(15L, await mirror.ScalarAsync<long>("select finalized from chain.position where chain_id = $chain"));
    }

    [Fact]
    public async Task Flip_and_flop_ends_where_it_began()
    {
        ScriptedMirror mirror = await BeginAsync();
        await mirror.FollowAsync();
        string first = await mirror.DumpAsync();
        IReadOnlyList<Hash32> a = mirror.Node.Chain;
        mirror.Node.ForkAt(1);
        mirror.Node.Mine([Emit.Transfer(Emit.Bob, 3)]);
        for (int i = 0; i < 3; i++) mirror.Node.Mine();
        await mirror.FollowAsync();
        Assert.NotEqual(first, await mirror.DumpAsync());
        mirror.Node.Return(a);
        await mirror.FollowAsync();
        Assert.Equal(first, await mirror.DumpAsync());
        Assert.Equal(3L, await mirror.RevisionAsync());
    }

    [Fact]
    public async Task What_cannot_be_understood_is_stored_raw_and_stops_nothing()
    {
        ScriptedMirror mirror = await BeginAsync();
        EscrowTerms terms = Emit.Terms(mirror.Node.ChainId, 1);
        mirror.Node.Mine(
            [new Emitted(ScriptedNode.Escrow, [Keccak256.Hash([7])], [1, 2, 3])],
            [new Emitted(ScriptedNode.Escrow, [], [])],
            [new Emitted(ScriptedNode.Escrow, [EscrowLogs.Executed, terms.Id], [])],
            [new Emitted(ScriptedNode.Escrow, [EscrowLogs.Registered, Keccak256.Hash([8]), Hash32.Zero], EscrowCalls.Register(terms)[4..])],
            [Emit.Executed(terms)]);
        await mirror.FollowAsync();
        Assert.Equal(4L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain and not decoded and escrow_id is null"));
        Assert.Equal(2, await mirror.ScalarAsync<short>("select state from chain.escrow where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task Only_what_no_deposit_accounts_for_is_stray()
    {
        ScriptedMirror mirror = await BeginAsync();
        EscrowTerms terms = Emit.Terms(mirror.Node.ChainId, 1);
        Emitted[] deposit = Emit.Deposited(terms, 1);
        mirror.Node.Mine(
            [Emit.Transfer(Emit.Alice, 5), .. deposit],             // the same amount, of another sender
            [.. Emit.Deposited(terms, 0), Emit.Transfer(Emit.Alice, 101)],
            [Emit.Transfer(Emit.Alice, 0)]);                        // nothing is not stray
        mirror.Node.Mine([Emit.Transfer(Emit.Bob, UInt256.MaxValue)]);
        await mirror.FollowAsync();
        Assert.Equal($"5 101 {UInt256.MaxValue}", await mirror.ScalarAsync<string>(
            "select string_agg(amount::text, ' ' order by number, log_index) from chain.stray_transfer where chain_id = $chain"));
        Assert.Equal(Emit.Alice.ToBytes(), await mirror.ScalarAsync<byte[]>("select sender from chain.stray_transfer where chain_id = $chain and amount = 5"));
    }

    /// <summary>Forks, lies and cut answers at random: in the end the mirror holds what one would that sees the chain for the first time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Whatever_the_node_does_the_mirror_ends_on_its_chain(int seed)
    {
        Random random = new(seed);
        ScriptedNode node = new(Interlocked.Increment(ref _chains), $"random {seed}");
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { MaxBlocksPerStep = random.Next(1, 9), RangeBlocks = random.Next(1, 9) });
        EscrowTerms[] terms = [.. Enumerable.Range(1, 4).Select(salt => Emit.Terms(node.ChainId, (byte)salt))];
        int refused = 0;
        for (int move = 0; move < 120; move++)
        {
            Play(node, terms, random);
            node.Header = random.Next(12) == 0 ? header => random.Next(6) == 0 ? null : header : null;
            node.Logs = random.Next(12) == 0 ? logs => [.. logs.Where(_ => random.Next(3) > 0)] : null;
            node.Asked = random.Next(6) == 0
                ? _ =>
                {
                    switch (random.Next(12))
                    {
                        case 0: throw new NodeException("Cut.");
                        case 1: Play(node, terms, random); break;
                        default: break;
                    }
                }
            : null;
            try
            {
                await mirror.PollAsync();
            }
            catch (Exception e) when (e is ContradictionException or NodeException or KeyNotFoundException)
            {
                refused++;
            }
        }
        node.Header = null;
        node.Logs = null;
        node.Asked = null;
        node.Mine(); // longer than anything that was seen of it
        while (node.Chain.Count <= await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain")) node.Mine();
        await mirror.FollowAsync();
        Assert.Null(await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain"));
        Assert.Equal(node.Head.Hash.ToBytes(), await mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain"));
        Assert.Equal(node.CanonicalLogs.LongCount(),
            await mirror.ScalarAsync<long>("select count(*) from chain.log l join chain.block b on b.hash = l.block_hash where l.chain_id = $chain and b.canonical"));
        Assert.Equal(await mirror.RevisionAsync(), await mirror.ScalarAsync<long>("select count(distinct revision) from chain.feed where chain_id = $chain"));
        Assert.True(refused > 0);
        string live = await mirror.DumpAsync();
        Assert.Equal(live, await mirror.FreshDumpAsync());
    }

    static void Play(ScriptedNode node, EscrowTerms[] terms, Random random)
    {
        if (random.Next(5) == 0) node.ForkAt(Math.Max(node.Finalized, node.Chain.Count - 1 - random.Next(1, 15)));
        for (int block = random.Next(0, 4); block > 0; block--)
        {
            EscrowTerms about = terms[random.Next(terms.Length)];
            Emitted[][] transactions = random.Next(6) switch
            {
                0 => [[Emit.Registered(about)], Emit.Deposited(about, 0)],
                1 => [Emit.Deposited(about, random.Next(2))],
                2 => [[Emit.Withdrawn(about, random.Next(2))]],
                4 => [[Emit.Transfer(Emit.Bob, (ulong)random.Next(1, 200))]],
                3 => [[Emit.Executed(about)]],
                _ => [],
            };
            node.Mine(transactions);
        }
        if (random.Next(4) == 0) node.Finalized = Math.Max(node.Finalized, node.Chain.Count - 1 - random.Next(5, 25));
    }

    /// <summary>A chain of a registration and a deposit that nobody looked at yet.</summary>
    async Task<ScriptedMirror> BeginAsync(IndexerOptions? options = null)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "lying");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine();
        node.Mine([Emit.Registered(terms)], Emit.Deposited(terms, 0));
        node.Mine();
        return await ScriptedMirror.BeginAsync(database, node, options);
    }

    static async Task AssertTruthGoesInAsync(ScriptedMirror mirror)
    {
        Assert.Equal(0L, await mirror.RevisionAsync());
        mirror.Node.Header = null;
        mirror.Node.Logs = null;
        mirror.Node.Receipts = null;
        await mirror.FollowAsync();
        Assert.Equal("deposited pending", await mirror.ScalarAsync<string>(
            "select string_agg(status, ' ' order by leg_index) from chain.escrow_leg where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }
}
