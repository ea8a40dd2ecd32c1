using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>What other rooms read of a mirror that the indexer wrote.</summary>
public sealed class MirrorReaderTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    MirrorReader Reader => new(database.Source);

    [Fact]
    public async Task A_reader_gets_back_the_fold_that_was_written()
    {
        ScriptedNode node = new(4_201, "reader 1");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1), other = Emit.Terms(node.ChainId, 2);
        node.Mine([Emit.Registered(terms)], [Emit.Registered(other)]);
        node.Mine(Emit.Deposited(terms, 0));
        node.Mine([Emit.Withdrawn(terms, 0)]);
        node.Mine(Emit.Deposited(terms, 0), Emit.Deposited(terms, 1));
        node.Mine([Emit.Executed(terms)]);
        ScriptedMirror mirror = await MirroredAsync(node);

        EscrowSnapshot[] folded = [.. EscrowProjection.Fold(node.CanonicalLogs.Where(log => log.Address == ScriptedNode.Escrow).Select(log =>
            new PlacedEvent(EscrowLogs.Decode((ulong)node.ChainId, log)!, new LogPosition(log.BlockNumber, log.TransactionHash, log.LogIndex))))];
        MirrorView view = (await Reader.ReadAsync(node.ChainId, [terms.Id, other.Id, Hash32.Zero], default))!;
        Assert.Equal(2, view.Escrows.Count);
        foreach (EscrowSnapshot expected in folded)
        {
            EscrowSnapshot read = view.Escrows[expected.Id];
            Assert.Equal(expected.Legs.Select(leg => leg with { Terms = null }), read.Legs);
            Assert.Equal(expected with { Legs = [] }, read with { Legs = [] });
        }
        Assert.Equal((node.Head.Number, (Hash32?)node.Head.Hash, (ChainTime)node.Head.Timestamp), (view.Head.Number, view.Head.Hash, view.Head.Time));
        Assert.Equal((await mirror.RevisionAsync(), ScriptedNode.Escrow), (view.Head.Revision, view.Identity.Escrow));
        // The last of the two deposits stays on record after the swap.
        Assert.Equal([node.Head.Number - 1, node.Head.Number - 1], view.Escrows[terms.Id].Legs.Select(leg => leg.Deposited!.Value.Block));
    }

    [Fact]
    public async Task One_call_is_of_one_revision_while_the_mirror_is_written()
    {
        // In every even block the leg is deposited, in every odd one withdrawn: a head and a fold of two revisions do not fit together.
        ScriptedNode node = new(4_202, "reader 2");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine([Emit.Registered(terms)]);
        ScriptedMirror mirror = await MirroredAsync(node);
        using CancellationTokenSource done = new();
        Task<int> reading = Task.Run(async () =>
        {
            int read = 0;
            while (!done.IsCancellationRequested || read == 0)
            {
                MirrorView view = (await Reader.ReadAsync(node.ChainId, [terms.Id], default))!;
                LegSnapshot leg = view.Escrows[terms.Id].Legs[0];
                Assert.Equal(view.Head.Number == 1 ? LegStatus.Pending : view.Head.Number % 2 == 0 ? LegStatus.Deposited : LegStatus.Withdrawn, leg.Status);
                Assert.Equal(view.Head.Number == 1 ? null : view.Head.Number, leg.Changed?.Block);
                read++;
            }
            return read;
        });
        for (int block = 2; block <= 80; block++)
        {
            node.Mine(block % 2 == 0 ? Emit.Deposited(terms, 0) : [Emit.Withdrawn(terms, 0)]);
            while (await mirror.PollAsync())
            {
            }
        }
        await done.CancelAsync();
        Assert.True(await reading > 10);
    }

    [Fact]
    public async Task Changes_name_each_escrow_once_and_lead_to_the_head()
    {
        ScriptedNode node = new(4_203, "reader 3");
        EscrowTerms one = Emit.Terms(node.ChainId, 1), two = Emit.Terms(node.ChainId, 2);
        node.Mine();
        ScriptedMirror mirror = await MirroredAsync(node);
        long before = await mirror.RevisionAsync();
        node.Mine([Emit.Registered(one)]);
        await PollAsync(mirror);
        node.Mine([Emit.Registered(two)], Emit.Deposited(one, 0));
        await PollAsync(mirror);
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        MirrorChanges changes = (await Reader.ReadChangesAsync(connection, node.ChainId, before, 100, default))!;
        Assert.Equal(new[] { one.Id, two.Id }.Order(), changes.Escrows.Order());
        Assert.Equal((changes.Head.Revision, node.Head.Number), (changes.Through, changes.Head.Number));
        MirrorChanges part = (await Reader.ReadChangesAsync(connection, node.ChainId, before, 1, default))!;
        Assert.Equal([one.Id], part.Escrows);
        Assert.True(part.Through > before && part.Through < part.Head.Revision);
        MirrorChanges none = (await Reader.ReadChangesAsync(connection, node.ChainId, changes.Through, 100, default))!;
        Assert.Equal((0, changes.Through), (none.Escrows.Count, none.Through));
        Assert.Null(await Reader.ReadChangesAsync(connection, 999_999, 0, 100, default));
    }

    [Fact]
    public async Task A_reorg_takes_deposits_and_blocks_back_from_readers()
    {
        ScriptedNode node = new(4_204, "reader 4");
        EscrowTerms terms = Emit.Terms(node.ChainId, 1);
        node.Mine([Emit.Registered(terms)]);
        node.Mine(Emit.Deposited(terms, 0));
        ScriptedMirror mirror = await MirroredAsync(node);
        Hash32 gone = node.Head.Hash;
        node.ForkAt(node.Head.Number - 1);
        node.Mine();
        node.Mine();
        await PollAsync(mirror);
        MirrorView view = (await Reader.ReadAsync(node.ChainId, [terms.Id], default))!;
        Assert.Equal((LegStatus.Pending, null), (view.Escrows[terms.Id].Legs[0].Status, view.Escrows[terms.Id].Legs[0].Deposited));
        IReadOnlyDictionary<long, MirroredBlock> blocks = await Reader.ReadBlocksAsync(node.ChainId, [2, 99], default);
        Assert.NotEqual(gone, Assert.Single(blocks).Value.Hash);
    }

    [Fact]
    public async Task A_chain_that_is_not_mirrored_is_null_and_a_halt_has_its_reason()
    {
        ScriptedNode node = new(4_205, "reader 5");
        Assert.Null(await Reader.ReadAsync(node.ChainId, [], default));
        node.Mine();
        ScriptedMirror mirror = await MirroredAsync(node);
        Assert.False((await Reader.ReadAsync(node.ChainId, [], default))!.Head.IsHalted);
        await mirror.Store.HaltAsync(node.ChainId, mirror.Epoch, "planted", default);
        Assert.Equal("planted", (await Reader.ReadAsync(node.ChainId, [], default))!.Head.Halted);
        Assert.Equal("planted", (await Reader.HaltsAsync(default))[node.ChainId]);
    }

    async Task<ScriptedMirror> MirroredAsync(ScriptedNode node)
    {
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        await PollAsync(mirror);
        return mirror;
    }

    static async Task PollAsync(ScriptedMirror mirror)
    {
        while (await mirror.PollAsync())
        {
        }
    }
}
