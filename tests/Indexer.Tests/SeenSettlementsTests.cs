using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Indexer.Reading;
using Keystone.Mirror;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>
/// A mirror that is filled from nothing does not look for earlier logs of settlements that it has not seen. What it gives is what a fold over all stored logs
/// gives, which knows nothing of that.
/// </summary>
public sealed class SeenSettlementsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    static long _chains = 8_700;

    [Fact]
    public async Task A_settlement_that_goes_on_in_later_ranges_is_folded_from_all_its_logs()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "seen");
        EscrowTerms[] terms = [.. Enumerable.Range(1, 12).Select(i => Emit.Terms(node.ChainId, (byte)i))];
        // Each takes its steps two blocks apart, and so in ranges of its own.
        for (int block = 0; block < 24; block++)
        {
            node.Mine([.. Enumerable.Range(0, terms.Length).SelectMany(i => (block - i) switch
            {
                0 => [[Emit.Registered(terms[i])]],
                2 => [Emit.Deposited(terms[i], 0)],
                4 => [Emit.Deposited(terms[i], 1)],
                6 => [[i % 2 == 0 ? Emit.Executed(terms[i]) : Emit.Withdrawn(terms[i], 0)]],
                _ => Array.Empty<Emitted[]>(),
            })]);
        }
        node.Finalized = 24;
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node, new IndexerOptions { RangeBlocks = 2 });
        while (await mirror.PollAsync())
        {
            // There is more.
        }
        Assert.Equal("executed released released", await EscrowStateAsync(mirror, terms[0]));
        Assert.Equal("open withdrawn deposited", await EscrowStateAsync(mirror, terms[11]));
        await AssertRefoldsAsync(mirror);
    }

    [Fact]
    public async Task Blocks_that_come_back_bring_their_logs_whatever_the_step_believes()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "back");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine([Emit.Registered(terms)], Emit.Deposited(terms, 0));
        node.Mine(Emit.Deposited(terms, 1));
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        ImmutableArray<MirrorBlock> first = await ReadAsync(node);
        node.ForkAt(0);
        node.Mine([Emit.Transfer(Emit.Bob, 1)]);
        ImmutableArray<MirrorBlock> other = await ReadAsync(node);

        HashSet<Hash32> none = [];
        await mirror.Store.WriteAsync(node.ChainId, mirror.Epoch, new MirrorStep(0, 0, first, null, none), default);
        Assert.Equal("open deposited deposited", await EscrowStateAsync(mirror, terms));
        await mirror.Store.WriteAsync(node.ChainId, mirror.Epoch, new MirrorStep(1, 0, other, null, none), default);
        Assert.Equal("", await EscrowStateAsync(mirror, terms));
        await mirror.Store.WriteAsync(node.ChainId, mirror.Epoch, new MirrorStep(2, 0, first, null, none), default);
        Assert.Equal("open deposited deposited", await EscrowStateAsync(mirror, terms));
        await AssertRefoldsAsync(mirror);
    }

    [Fact]
    public void Among_the_settlements_of_blocks_are_those_that_were_written_before()
    {
        ScriptedNode node = new(Interlocked.Increment(ref _chains), "among");
        EscrowTerms one = Emit.Terms(node.ChainId, 1), other = Emit.Terms(node.ChainId, 2);
        SeenSettlements seen = new();
        ImmutableArray<MirrorBlock> blocks = BlocksOf(one), both = [.. blocks, .. BlocksOf(other)];
        Assert.Empty(seen.Among(both));
        seen.Add(blocks);
        Assert.Equal([one.Id], seen.Among(both));
        seen.Add(both);
        Assert.Equal(2, seen.Among(both).Count);
        Assert.False(seen.IsFull);

        ImmutableArray<MirrorBlock> BlocksOf(EscrowTerms terms)
        {
            BlockHeader header = node.Mine([Emit.Registered(terms)]);
            LogEntry log = node.CanonicalLogs.Last();
            return [new MirrorBlock(header, "linked", [new MirrorLog(log, new EscrowEvent.Registered(terms.Id, default, terms), true), new MirrorLog(log, null, true)], [])];
        }
    }

    static async Task<ImmutableArray<MirrorBlock>> ReadAsync(ScriptedNode node)
    {
        BlockReader reader = new(node, ScriptedNode.Escrow, new IndexerOptions());
        ImmutableArray<ReadBlock> blocks = await reader.ReadRangeAsync(null, 1, node.Head.Number, default);
        return [.. blocks.Select(block => MirrorBlock.Of(node.ChainId, ScriptedNode.Escrow, block))];
    }

    static Task<string> EscrowStateAsync(ScriptedMirror mirror, EscrowTerms terms) => mirror.ScalarAsync<string>($"""
        select coalesce((select (array['open', 'executed', 'cancelled'])[e.state] || coalesce((select string_agg(' ' || l.status, '' order by l.leg_index)
          from chain.escrow_leg l where l.chain_id = e.chain_id and l.escrow_id = e.escrow_id), '')
        from chain.escrow e where e.chain_id = $chain and e.escrow_id = '\x{terms.Id.ToString()[2..]}'), '')
        """)!;

    static async Task AssertRefoldsAsync(ScriptedMirror mirror)
    {
        string before = await mirror.DumpAsync();
        await mirror.Store.RefoldAsync(mirror.Node.ChainId, mirror.Epoch, ScriptedNode.Escrow, default);
        Assert.Equal(before, await mirror.DumpAsync());
    }
}
