using Keystone.Domain.Escrow;
using Keystone.Testing;

namespace Keystone.Indexer.Tests;

/// <summary>Tests that measure the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>A block that is as full as blocks get.</summary>
[Collection(Alone.Name)]
public sealed class LargeBlockTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_block_with_50000_logs_is_mirrored_in_bounded_memory()
    {
        const int Transactions = 500, Logs = 50_000;
        ScriptedNode node = new(5_001, "large");
        Emitted[][] transactions = new Emitted[Transactions][];
        for (int i = 0; i < Transactions; i++)
        {
            EscrowTerms terms = Emit.Terms(node.ChainId, (byte)(i % 250));
            transactions[i] = [.. Enumerable.Repeat(Emit.Deposited(terms, i % 2), Logs / Transactions / 2).SelectMany(pair => pair)];
        }
        node.Mine([.. Enumerable.Range(0, 250).Select(salt => new[] { Emit.Registered(Emit.Terms(node.ChainId, (byte)salt)) })]);
        node.Mine(transactions);
        node.Mine();
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database, node);
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true), allocated = GC.GetTotalAllocatedBytes(precise: true);
        await mirror.FollowAsync();
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        // The block lives in this process already; what the indexer needs beside it is what counts, and nothing of it is kept.
        Assert.InRange(allocated / Logs, 1, 8_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32L << 20);
        Assert.Equal(Logs + 250L, await mirror.ScalarAsync<long>("select count(*) from chain.log where chain_id = $chain"));
        Assert.Equal(250L, await mirror.ScalarAsync<long>("select count(*) from chain.escrow where chain_id = $chain"));
        Assert.Equal(0L, await mirror.ScalarAsync<long>("select count(*) from chain.stray_transfer where chain_id = $chain"));
    }
}
