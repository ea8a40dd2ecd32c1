using Keystone.Domain.Escrow;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>How much is asked at once, and what is asked twice.</summary>
public sealed class RangeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 3_000;

    [Fact]
    public async Task A_range_is_halved_down_to_one_block_and_grows_again()
    {
        ScriptedMirror mirror = await BeginAsync(new IndexerOptions { RangeBlocks = 16 }, 100);
        foreach (long expected in (long[])[8, 4, 2, 1, 1])
        {
            mirror.Node.Asked = question =>
            {
                if (question == "logs") throw new NodeException("query returned more than 10000 results", -32005);
            };
            await Assert.ThrowsAsync<NodeException>(mirror.PollAsync);
            mirror.Node.Asked = null;
            if (expected > 1) continue;
            long before = await PositionAsync(mirror);
            Assert.True(await mirror.PollAsync());
            Assert.Equal(before + 1, await PositionAsync(mirror));
        }
        long[] sizes = new long[20];
        for (int i = 0; i < sizes.Length; i++)
        {
            long before = await PositionAsync(mirror);
            await mirror.PollAsync();
            sizes[i] = await PositionAsync(mirror) - before;
        }
        Assert.True(sizes.Max() > 4, string.Join(' ', sizes));
        await mirror.FollowAsync();
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [Fact]
    public async Task A_limit_that_the_node_names_is_kept()
    {
        ScriptedMirror mirror = await BeginAsync(new IndexerOptions { RangeBlocks = 50 }, 100);
        mirror.Node.Asked = question =>
        {
            if (question == "logs") throw new NodeException("block range too large, range: 50, max: 7", -32000) { MaxBlocks = 7 };
        };
        await Assert.ThrowsAsync<NodeException>(mirror.PollAsync);
        mirror.Node.Asked = null;
        for (int i = 0; i < 5; i++)
        {
            long before = await PositionAsync(mirror);
            await mirror.PollAsync();
            Assert.Equal(before + 7, await PositionAsync(mirror));
        }
    }

    [Fact]
    public async Task Blocks_that_are_full_make_the_next_range_smaller()
    {
        ScriptedMirror mirror = await BeginAsync(new IndexerOptions { RangeBlocks = 4, Proof = "linked" }, 0);
        Emitted[] many = [.. Enumerable.Range(1, 2_500).Select(amount => Emit.Transfer(Emit.Bob, (ulong)amount))];
        for (int i = 0; i < 7; i++) mirror.Node.Mine(many, many, many);
        mirror.Node.Finalized = mirror.Node.Head.Number;
        List<long> heights = [];
        while (await mirror.PollAsync()) heights.Add(await PositionAsync(mirror));
        Assert.Equal([4, 5, 6], heights); // 30,000 logs, then 7,500 at a time
    }

    /// <summary>The seam between backfill and head, or two indexers that believe in one lease: what is read twice is written once.</summary>
    [Fact]
    public async Task Every_range_read_twice_is_written_once()
    {
        ScriptedMirror mirror = await BeginAsync(new IndexerOptions { RangeBlocks = 5, MaxBlocksPerStep = 3 }, 40);
        mirror.Node.Finalized = 25;
        MirrorPass twin = mirror.Twin();
        int refused = 0;
        for (bool more = true; more;)
        {
            // Each in turn still believes in the state before, and reads what the other has just written.
            more = await mirror.PollOrReadAgainAsync();
            try
            {
                more |= await twin.RunAsync(mirror.Epoch, CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                (refused, more) = (refused + 1, true);
            }
        }
        Assert.True(refused > 0);
        Assert.Equal(await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"), mirror.Node.CanonicalLogs.LongCount());
        Assert.Equal(await mirror.RevisionAsync(), await mirror.ScalarAsync<long>("select count(distinct revision) from chain.feed where chain_id = $chain"));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.feed where chain_id = $chain and kind = 'retract'"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    static Task<long> PositionAsync(ScriptedMirror mirror) => mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain");

    /// <summary>A chain of that many final blocks, each third with a deposit.</summary>
    async Task<ScriptedMirror> BeginAsync(IndexerOptions options, int blocks)
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "ranges");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        for (int i = 0; i < blocks; i++)
        {
            if (i % 3 == 0) node.Mine(Emit.Deposited(terms, i % 2));
            else node.Mine();
        }
        node.Finalized = blocks;
        return await ScriptedMirror.BeginAsync(database, node, options);
    }
}
