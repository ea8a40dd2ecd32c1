using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Postgres.Leases;
using Keystone.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>One writer for each chain, whoever stalls, dies or comes back.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task Of_two_indexers_one_writes_and_the_other_takes_over_when_it_stops()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost first = await scene.StartAsync(("Indexer:LeaseSeconds", "1"));
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select epoch from chain.position") == 1);
        IHost second = await scene.StartAsync(("Indexer:LeaseSeconds", "1"));
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await scene.MirroredAsync();
        Assert.Equal(1L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        await scene.StopAsync(first);
        await scene.DepositAsync(deal, 1);
        await scene.ExecuteSwapAsync(deal);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
        Assert.Equal(2L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
        await AssertSameAsFreshAsync(scene, second);
    }

    [Fact]
    public async Task What_was_read_but_not_committed_is_read_again_by_the_next()
    {
        await using Scene scene = await Scene.BeginAsync();
        PausedNode node = new(scene.Chain.Node);
        IHost dying = scene.Build(scene.Settings(), services => services.AddSingleton<IEthereumNodes>(new OneNode(scene, node)));
        await dying.StartAsync();
        await scene.MirroredAsync();
        node.Pause();
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.DepositAsync(deal, 0);
        await node.Paused.WaitAsync(TimeSpan.FromSeconds(90)); // it has read logs, and commits nothing of them
        await scene.StopAsync(dying);
        Assert.Equal("", await scene.EscrowStateAsync(deal));
        IHost next = await scene.StartAsync();
        await scene.MirroredAsync();
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
        await AssertSameAsFreshAsync(scene, next);
    }

    [Fact]
    public async Task Connections_that_die_at_any_statement_leave_no_trace()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost indexer = await scene.StartAsync(("Indexer:MaxBlocksPerStep", "2"));
        using CancellationTokenSource over = new();
        Task<int> killer = KillAsync(scene, over.Token);
        Deal deal = await RebuildTests.PlayAsync(scene);
        await scene.Chain.MineAsync(40);
        await scene.Chain.ReorgAsync(20);
        await over.CancelAsync();
        Assert.True(await killer > 0);
        await scene.MirroredAsync();
        Assert.Equal("2: released released", await scene.EscrowStateAsync(deal));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
        await AssertSameAsFreshAsync(scene, indexer);
    }

    [Fact]
    public async Task A_holder_that_stalled_past_its_lease_writes_nothing_on_waking()
    {
        await using Scene scene = await Scene.BeginAsync();
        MirrorStore store = new(scene.Source);
        ChainIdentity identity = await ChainIdentityReader.ReadAsync(scene.Chain.Node, scene.Chain.Escrow, CancellationToken.None);
        await store.EnsureAsync(identity, 1, CancellationToken.None);
        long stalled = (await store.TakeLeaseAsync(TestChain.ChainId, Guid.NewGuid(), TimeSpan.FromMilliseconds(200), CancellationToken.None))!.Value;
        Assert.Null(await store.TakeLeaseAsync(TestChain.ChainId, Guid.NewGuid(), TimeSpan.FromSeconds(10), CancellationToken.None));
        MirrorStep step = await StepAsync(scene);
        long? next = null;
        await Eventually.TrueAsync(
            async () => (next = await store.TakeLeaseAsync(TestChain.ChainId, Guid.NewGuid(), TimeSpan.FromSeconds(10), CancellationToken.None)) is not null);
        Assert.Equal(stalled + 1, next);
        await Assert.ThrowsAsync<LeaseLostException>(() => store.WriteAsync(TestChain.ChainId, stalled, step, CancellationToken.None));
        await Assert.ThrowsAsync<LeaseLostException>(() => store.HaltAsync(TestChain.ChainId, stalled, "late", CancellationToken.None));
        Assert.False(await store.RenewLeaseAsync(TestChain.ChainId, stalled, TimeSpan.FromSeconds(10), CancellationToken.None));
        Assert.Equal(0L, await scene.ScalarAsync<long>("select count(*) from chain.block"));
        Assert.Equal(1L, (await store.WriteAsync(TestChain.ChainId, next!.Value, step, CancellationToken.None)).Revision);
        // The same step again, as after a commit whose answer was lost: it rests on a revision that is over.
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(TestChain.ChainId, next.Value, step, CancellationToken.None));
        Assert.Equal(1L, await scene.ScalarAsync<long>("select count(*) from chain.block"));
    }

    [Fact]
    public async Task A_holder_suspended_inside_its_transaction_loses_it_in_time_for_a_takeover()
    {
        await using Scene scene = await Scene.BeginAsync();
        IHost first = await scene.StartAsync(("Indexer:LeaseSeconds", "1"));
        await scene.MirroredAsync();
        await scene.StopAsync(first);
        // What a suspended process looks like from the database: the row locked, and silence.
        await using NpgsqlDataSource suspended = StorageRegistration.Open(
            new StorageOptions { ConnectionString = scene.Database.ConnectionString, IdleInTransactionSeconds = 1 });
        await using NpgsqlConnection connection = await suspended.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand fence = new("select 1 from chain.position for update", connection)) await fence.ExecuteScalarAsync();
        await scene.StartAsync(("Indexer:LeaseSeconds", "1"));
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await scene.MirroredAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => transaction.CommitAsync());
    }

    static async Task<MirrorStep> StepAsync(Scene scene)
    {
        BlockHeader header = (await scene.Chain.Node.GetBlockAsync(BlockTag.AtNumber(1), CancellationToken.None))!;
        return new MirrorStep(0, 0, [new MirrorBlock(header, "bloom", [], [])], null);
    }

    static async Task<int> KillAsync(Scene scene, CancellationToken cancellationToken)
    {
        int killed = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            killed += (int)await scene.ScalarAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and usename like 'keystone_indexer%'");
            await Task.Yield();
        }
        return killed;
    }

    static async Task AssertSameAsFreshAsync(Scene scene, IHost indexer)
    {
        await scene.StopAsync(indexer);
        string live = await scene.DumpAsync();
        await scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().FromChainAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(live, await scene.DumpAsync());
    }

    sealed class PausedNode(IEthereumNode inner) : PassingNode
    {
        readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        volatile bool _pausing;

        protected override IEthereumNode Inner => inner;

        public Task Paused => _paused.Task;

        public void Pause() => _pausing = true;

        public override async Task<IReadOnlyList<LogEntry>> GetLogsAsync(LogFilter filter, CancellationToken cancellationToken)
        {
            IReadOnlyList<LogEntry> logs = await base.GetLogsAsync(filter, cancellationToken);
            if (!_pausing || logs.Count == 0) return logs;
            _paused.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return logs;
        }
    }

    sealed class OneNode(Scene scene, IEthereumNode node) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } =
        [
            new()
            {
                ChainId = TestChain.ChainId, RpcUrls = [scene.Chain.Url.ToString()], Escrow = scene.Chain.Escrow.ToString(), EscrowBlock = 1, FinalityDepth = 64,
            },
        ];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }
}
