using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Keeper.Jobs;
using Keystone.Postgres.Migrations;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Transactions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>The keeper as a whole, without an indexer.</summary>
public sealed class KeeperHostTests(TestDatabase database, TestChain chain) : IClassFixture<TestDatabase>, IClassFixture<TestChain>
{
    [Fact]
    public async Task It_starts_with_the_fixed_list_of_jobs_and_runs_them()
    {
        SettlementBook book = new(database.Source);
        await using KeeperHost keeper = await KeeperHost.StartAsync(database, chain, jobs: true);
        await Eventually.TrueAsync(async () => (long)(await book.ScalarAsync("select count(*) from quartz.qrtz_triggers"))! == KeeperJobs.All.Count);
        await Eventually.TrueAsync(async () => await book.ScalarAsync("select count(*) from quartz.qrtz_scheduler_state") is 1L);
        await Eventually.TrueAsync(async () =>
            await book.ScalarAsync("select prev_fire_time from quartz.qrtz_triggers where trigger_name = 'deadline-sweep'") is > 0L);
        foreach ((string name, _, _) in KeeperJobs.All)
            Assert.Equal(1L, await book.ScalarAsync("select count(*) from quartz.qrtz_job_details where job_name = $1 and is_nonconcurrent", name));
    }

    [Fact]
    public async Task Provisioning_twice_changes_nothing()
    {
        SettlementBook book = new(database.Source);
        await JobStore.ProvisionAsync(database.ConnectionString, default);
        object? tables = await book.ScalarAsync("select count(*) from information_schema.tables where table_schema = 'quartz'");
        await JobStore.ProvisionAsync(database.ConnectionString, default);
        Assert.Equal(tables, await book.ScalarAsync("select count(*) from information_schema.tables where table_schema = 'quartz'"));
        Assert.Equal(true, await book.ScalarAsync("select has_table_privilege('keystone_keeper', 'quartz.qrtz_triggers', 'insert')"));
        Assert.Equal(false, await book.ScalarAsync("select has_schema_privilege('keystone_keeper', 'quartz', 'create')"));
    }

    [Fact]
    public async Task A_keeper_whose_database_is_gone_still_ends_when_it_is_reported_to()
    {
        string folder = Directory.CreateDirectory(Path.Combine(KeystoneHome.Open(), "test", $"gone-{Guid.NewGuid():n}")).FullName;
        EmbeddedPostgres postgres = await PostgresServer.StartOwnAsync(folder, CancellationToken.None);
        await using (NpgsqlDataSource owner = NpgsqlDataSource.Create(postgres.ConnectionString))
            await new MigrationStore(owner, TimeProvider.System, Keystone.Settlements.Schemas.All).ApplyAsync(CancellationToken.None);
        KeeperHost keeper = await KeeperHost.StartOnAsync(postgres.ConnectionString, chain);
        await using (NpgsqlDataSource owner = NpgsqlDataSource.Create(postgres.ConnectionString))
        {
            SettlementBook book = new(owner);
            await Eventually.TrueAsync(async () => await book.ScalarAsync("select count(*) from quartz.qrtz_scheduler_state") is 1L);
        }
        await postgres.DisposeAsync();
        await keeper.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_balance_check_reports_an_account_below_its_limit_and_no_other()
    {
        OneChain nodes = new(chain.Node);
        UInt256 balance = await chain.Node.GetBalanceAsync(chain.Accounts[0].Address, BlockTag.Latest, default);
        await SetAsync(SenderStatus.Active);
        Assert.Empty(await CheckAsync(balance.ToString()));
        Assert.StartsWith("ALARM low_balance:", Assert.Single(await CheckAsync((balance + (UInt256)1UL).ToString())), StringComparison.Ordinal);
        // One that drains and holds nothing needs nothing.
        await SetAsync(SenderStatus.Draining);
        Assert.Empty(await CheckAsync((balance + (UInt256)1UL).ToString()));
        await new SettlementBook(database.Source).RunAsync("delete from transactions.sender");

        async Task SetAsync(SenderStatus status)
        {
            await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
            await SenderStore.SetAsync(connection, TestChain.ChainId, chain.Accounts[0].Address, status, default);
        }

        async Task<List<string>> CheckAsync(string limit)
        {
            ListLog log = new();
            await new BalanceCheck(nodes, new OperateSenders(database.Source), Options.Create(new KeeperOptions { LowBalanceWei = limit }), log).Execute(null!, default);
            return log.Lines;
        }
    }

    sealed class OneChain(IEthereumNode node) : IEthereumNodes
    {
        public IReadOnlyList<ChainOptions> Chains { get; } = [new ChainOptions { ChainId = TestChain.ChainId }];

        public IEthereumNode For(long chainId) => node;

        public IReadOnlyList<IEthereumNode> AllFor(long chainId) => [node];
    }

    sealed class ListLog : ILogger<BalanceCheck>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
