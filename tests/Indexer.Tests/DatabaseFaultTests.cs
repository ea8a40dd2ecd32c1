using System.Data.Common;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Postgres.Migrations;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>A database that commits and does not say so, and one without room.</summary>
public sealed class DatabaseFaultTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Commits_whose_acknowledgement_is_lost_are_found_out_and_not_repeated()
    {
        ScriptedNode node = Chain(4_001, 20);
        node.Finalized = 10;
        await using CutProxy proxy = new(database.ConnectionString);
        await using NpgsqlDataSource through = NpgsqlDataSource.Create(proxy.ConnectionString);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(database.Source, node, new IndexerOptions { RangeBlocks = 4, MaxBlocksPerStep = 2 }, through);
        long revision = 0;
        for (bool more = true; more;)
        {
            proxy.CutNextCommit();
            try
            {
                more = await mirror.PollAsync();
            }
            catch (DbException fault)
            {
                // It happened, once, and nobody knows; the next look reads where the mirror is.
                Assert.True(++revision == await mirror.RevisionAsync(), fault.ToString());
            }
        }
        Assert.True(revision >= 8, $"{revision}");
        Assert.Equal(revision, proxy.Cuts);
        Assert.Equal(node.Head.Number, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        Assert.Equal(revision, await mirror.ScalarAsync<long>("select count(distinct revision) from chain.feed where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    [FactWithSmallDisk]
    public async Task D3_A_full_disk_stops_the_mirror_and_not_its_readers_and_it_goes_on_by_itself()
    {
        await using SmallDisk disk = await SmallDisk.MountAsync(256);
        await using EmbeddedPostgres postgres = await PostgresServer.StartOwnAsync(Path.Combine(disk.Folder, "postgres"), CancellationToken.None);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await new MigrationStore(source, TimeProvider.System, Keystone.Settlements.Schemas.All).ApplyAsync(CancellationToken.None);
        ScriptedNode node = Chain(4_002, 5);
        ScriptedMirror mirror = await ScriptedMirror.BeginAsync(source, node, new IndexerOptions { MaxBlocksPerStep = 4 });
        await mirror.FollowAsync();
        string before = await mirror.DumpAsync();
        // More than the log of the database has room for, and nothing that could be compressed.
        Random random = new(1);
        for (int i = 0; i < 5; i++)
        {
            byte[] data = new byte[4 << 20];
            random.NextBytes(data);
            node.Mine([new Emitted(ScriptedNode.Escrow, [], data)], Emit.Deposited(Emit.Terms(node.ChainId, 1), i % 2));
        }
        disk.Fill();
        for (int i = 0; i < 2; i++)
        {
            await Assert.ThrowsAnyAsync<DbException>(mirror.PollAsync);
            // A server that stopped for want of room for its log comes back by itself.
            await Eventually.TrueAsync(async () =>
            {
                try
                {
                    return await mirror.DumpAsync() == before;
                }
                catch (DbException)
                {
                    return false;
                }
            }, because: "The mirror cannot be read, or has changed.");
        }
        disk.Empty();
        await mirror.FollowAsync();
        Assert.Equal(node.Head.Number, await mirror.ScalarAsync<long>("select number from chain.position where chain_id = $chain"));
        Assert.Equal(await mirror.RevisionAsync(), await mirror.ScalarAsync<long>("select count(distinct revision) from chain.feed where chain_id = $chain"));
        Assert.Equal(await mirror.DumpAsync(), await mirror.FreshDumpAsync());
    }

    static ScriptedNode Chain(long chainId, int blocks)
    {
        ScriptedNode node = new(chainId, "faults");
        EscrowTerms terms = Emit.Terms(chainId, 1);
        for (int i = 0; i < blocks; i++) node.Mine(Emit.Deposited(terms, i % 2));
        return node;
    }

    [AttributeUsage(AttributeTargets.Method)]
    sealed class FactWithSmallDiskAttribute : FactAttribute
    {
        public FactWithSmallDiskAttribute() => Skip = SmallDisk.Missing;
    }
}
