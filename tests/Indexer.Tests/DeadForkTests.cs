using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>
/// Behind a balancer one node stands on a fork that everybody else has left, and answers whole ranges behind what the others call final. Each answer fits
/// all others of it; only the blocks above show that nobody built on them.
/// </summary>
public sealed class DeadForkTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 7_000;

    /// <summary>Between the looks the balancer changes its node: the range is the dead fork's, what came before and comes after the chain's.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(20)]
    public async Task A_range_of_a_dead_fork_is_final_for_nobody_and_leaves_by_itself(int? finalityDepth)
    {
        (ScriptedNode node, IReadOnlyList<Hash32> dead, IReadOnlyList<Hash32> alive, EscrowTerms terms) = Chains();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { RangeBlocks = 10 }, finalityDepth: finalityDepth);
        Assert.True(await mirror.PollAsync());
        Assert.Equal(10L, await NumberAsync(mirror));

        Answer(node, dead, alive);
        Assert.True(await mirror.PollAsync());
        Assert.Equal(20L, await NumberAsync(mirror));
        Assert.Equal(dead[20].ToBytes(), await HashAsync(mirror));
        // It is seen, as every block above finality is seen, and it is not final.
        Assert.Equal("executed", await EscrowStateAsync(mirror, terms));
        Assert.Equal(-1L, await FinalizedAsync(mirror));

        node.Asked = null;
        node.Return(alive);
        await mirror.FollowAsync();
        Assert.Null(await mirror.ScalarAsync<string>("select halted from chain.position where chain_id = $chain"));
        Assert.Equal(alive[^1].ToBytes(), await HashAsync(mirror));
        Assert.Equal(finalityDepth is { } depth ? alive.Count - 1 - depth : 40L, await FinalizedAsync(mirror));
        Assert.Equal("open", await EscrowStateAsync(mirror, terms));
        // Whoever reads the feed was told.
        Assert.Equal("apply apply retract", await mirror.ScalarAsync<string>(
            $"select string_agg(kind, ' ' order by revision, ordinal) from chain.feed where chain_id = $chain and escrow_id = '\\x{terms.Id.ToString()[2..]}'"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    /// <summary>It is found out at the block that the node calls final, when the range ends there.</summary>
    [Fact]
    public async Task A_range_up_to_the_final_block_is_refused_when_that_is_another_one()
    {
        (ScriptedNode node, IReadOnlyList<Hash32> dead, IReadOnlyList<Hash32> alive, _) = Chains();
        node.Finalized = 25;
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { RangeBlocks = 50 });
        Answer(node, dead, alive);
        Assert.Contains("is not the one of its range", await mirror.RefusedAsync(), StringComparison.Ordinal);
        Assert.Equal(0L, await mirror.RevisionAsync());
    }

    /// <summary>Ranges of a dead fork, one after the other, as far as it goes: all of them leave.</summary>
    [Fact]
    public async Task A_dead_fork_of_several_ranges_is_left_as_a_whole_after_a_restart_too()
    {
        (ScriptedNode node, IReadOnlyList<Hash32> dead, IReadOnlyList<Hash32> alive, EscrowTerms terms) = Chains();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { RangeBlocks = 4 });
        for (int i = 0; i < 3; i++) Assert.True(await mirror.PollAsync());
        for (int i = 0; i < 4; i++)
        {
            Answer(node, dead, alive);
            Assert.True(await mirror.PollAsync());
        }
        Assert.Equal(28L, await NumberAsync(mirror));
        Assert.Equal(dead[28].ToBytes(), await HashAsync(mirror));
        node.Asked = null;
        node.Return(alive);
        // Nothing is remembered from before.
        MirrorPass restarted = mirror.Twin();
        while (await restarted.RunAsync(mirror.Epoch, CancellationToken.None))
        {
            // There is more.
        }
        Assert.Equal(alive[^1].ToBytes(), await HashAsync(mirror));
        Assert.Equal("open", await EscrowStateAsync(mirror, terms));
        Assert.Equal(40L, await FinalizedAsync(mirror));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    /// <summary>60 blocks, 40 of them final, and a fork of 30 blocks that left them at block 15 and on which the settlement was executed.</summary>
    static (ScriptedNode Node, IReadOnlyList<Hash32> Dead, IReadOnlyList<Hash32> Alive, EscrowTerms Terms) Chains()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "dead");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        for (int i = 0; i < 4; i++) node.Mine();
        node.Mine([Emit.Registered(terms)], Emit.Deposited(terms, 0), Emit.Deposited(terms, 1));
        while (node.Head.Number < 15) node.Mine();
        node.Mine([Emit.Executed(terms)]);
        while (node.Head.Number < 30) node.Mine();
        Hash32[] dead = [.. node.Chain];
        node.ForkAt(15);
        while (node.Head.Number < 60) node.Mine();
        node.Finalized = 40;
        return (node, dead, [.. node.Chain], terms);
    }

    /// <summary>The first two questions of a look, for head and finality, meet the living chain, all others the dead one.</summary>
    static void Answer(ScriptedNode node, IReadOnlyList<Hash32> dead, IReadOnlyList<Hash32> alive)
    {
        int asked = 0;
        node.Asked = _ => node.Return(asked++ < 2 ? alive : dead);
    }

    static Task<long> NumberAsync(ScriptedMirror mirror) => mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain");

    static Task<long> FinalizedAsync(ScriptedMirror mirror) => mirror.ScalarAsync<long>("select finalized from chain.position where chain_id = $chain");

    static Task<byte[]?> HashAsync(ScriptedMirror mirror) => mirror.ScalarAsync<byte[]>("select hash from chain.position where chain_id = $chain");

    static async Task<string> EscrowStateAsync(ScriptedMirror mirror, EscrowTerms terms) =>
        await mirror.ScalarAsync<string>($"select case state when 1 then 'open' when 2 then 'executed' else 'cancelled' end from chain.escrow where chain_id = $chain and escrow_id = '\\x{terms.Id.ToString()[2..]}'") ?? "";
}
