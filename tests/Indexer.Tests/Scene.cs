using System.Collections.Immutable;
using System.Globalization;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Hosting.Reports;
using Keystone.Mirror;
using Keystone.Postgres.Migrations;
using Keystone.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Nethereum.Contracts;
using Npgsql;

namespace Keystone.Indexer.Tests;

/// <summary>A chain, a database and indexers between them, of one test alone.</summary>
public sealed class Scene : IAsyncDisposable
{
    public static readonly UInt256 Bonds = UInt256.Parse("100000000000000000000"); // 100 with 18 decimals
    public static readonly UInt256 Cash = 50_000_000_000UL; // 50,000 with 6 decimals

    readonly List<IHost> _hosts = [];

    readonly string _login;

    Scene(TestChain chain, TestDatabase database, string login) => (Chain, Database, _login) = (chain, database, login);

    public TestChain Chain { get; }

    public TestDatabase Database { get; }

    public NpgsqlDataSource Source => Database.Source;

    public PrivateKeySigner Operator => Chain.Accounts[0];

    public PrivateKeySigner Seller => Chain.Accounts[1];

    public PrivateKeySigner Buyer => Chain.Accounts[2];

    public static async Task<Scene> BeginAsync()
    {
        TestChain chain = new();
        TestDatabase database = new();
        await chain.InitializeAsync();
        await database.InitializeAsync();
        // What the executable writes its reports to.
        await new MigrationStore(database.Source, TimeProvider.System, [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations]).ApplyAsync(CancellationToken.None);
        // Under the indexer's own role: what it may not write, it does not write here either.
        return new Scene(chain, database, await database.LoginAsync("keystone_indexer"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts.ToArray()) await StopAsync(host);
        await Database.DisposeAsync();
        await Chain.DisposeAsync();
    }

    // ---- indexer

    /// <summary>Settings of an indexer of this scene; later ones win.</summary>
    public IConfiguration Settings(params ReadOnlySpan<(string Key, string Value)> more)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Storage:ConnectionString"] = _login,
            ["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = Chain.Url.ToString(),
            ["Chains:0:Escrow"] = Chain.Escrow.ToString(),
            ["Chains:0:EscrowBlock"] = "1",
            ["Chains:0:FinalityDepth"] = "64",
            ["Indexer:PollMilliseconds"] = "20",
        };
        foreach ((string key, string value) in more) settings[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    public IHost Build(IConfiguration settings, Action<IServiceCollection>? replace = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        replace?.Invoke(builder.Services);
        builder.Services.AddIndexer(settings);
        IHost host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    public async Task<IHost> StartAsync(params (string Key, string Value)[] more)
    {
        IHost host = Build(Settings(more));
        await host.StartAsync();
        return host;
    }

    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        // One that was refused its start has nothing to stop.
        if (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested) await host.StopAsync();
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    /// <summary>Waits until the mirror's head is the node's.</summary>
    public async Task MirroredAsync()
    {
        BlockHeader? head = null;
        byte[]? hash = null;
        await Eventually.TrueAsync(async () =>
        {
            head = await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None);
            hash = await ScalarAsync<byte[]>("select hash from chain.position");
            return hash is not null && new Hash32(hash) == head!.Hash;
        }, because: "The mirror did not reach the node's head.");
    }

    public async Task<long> HeadAsync() => (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;

    /// <summary>The mirror as text.</summary>
    public async Task<string> DumpAsync()
    {
        await using StringWriter writer = new(CultureInfo.InvariantCulture);
        await new MirrorDump(Source).WriteAsync(TestChain.ChainId, writer, CancellationToken.None);
        return writer.ToString();
    }

    // ---- database

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = Source.CreateCommand(sql);
        object? value = await command.ExecuteScalarAsync();
        return value is null or DBNull ? default : (T)value;
    }

    public async Task<string> TextAsync(string sql) => await ScalarAsync<string>($"select coalesce(string_agg(x::text, ' '), '') from ({sql}) as t(x)") ?? "";

    public Task ExecuteAsync(string sql) => ScalarAsync<object>(sql);

    /// <summary>State and legs of a settlement, as "2: released released".</summary>
    public Task<string> EscrowStateAsync(Deal deal) => TextAsync($"""
        select e.state || ':' || coalesce((select string_agg(' ' || l.status, '' order by l.leg_index) from chain.escrow_leg l where l.escrow_id = e.escrow_id), '')
        from chain.escrow e where e.escrow_id = '\x{deal.Terms.Id.ToString()[2..]}'
        """);

    /// <summary>Kinds of the feed's entries about a settlement, in order.</summary>
    public Task<string> FeedAsync(Deal deal) => TextAsync(
        $"select kind from chain.feed where escrow_id = '\\x{deal.Terms.Id.ToString()[2..]}' order by revision, ordinal");

    // ---- chain

    /// <summary>Two legs, minted and approved twice over, so that a leg can be deposited again.</summary>
    public async Task<Deal> AgreeAsync(int minutes = 60, Address? bond = null, Address? money = null, byte salt = 1)
    {
        Address bonds = bond ?? await Chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Address cash = money ?? await Chain.DeployTokenAsync("USD Coin", "USDC", 6);
        foreach ((PrivateKeySigner owner, Address token, UInt256 amount) in new[] { (Seller, bonds, Bonds), (Buyer, cash, Cash) })
        {
            await Chain.SendAsync(owner, token, TokenMessages.Mint(owner.Address, amount));
            await Chain.SendAsync(owner, token, TokenMessages.Approve(Chain.Escrow, amount * 4));
        }
        ulong now = (await Chain.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Timestamp;
        EscrowHeader header = new(Keccak256.Hash([.. bonds.ToBytes(), salt]), 0, now + (ulong)minutes * 60, Operator.Address, Address.Zero, Hash32.Zero);
        ImmutableArray<EscrowLeg> legs =
        [
            new(TokenKind.Erc20, CustodyMode.Custody, bonds, Seller.Address, Buyer.Address, Seller.Address, UInt256.Zero, Bonds),
            new(TokenKind.Erc20, CustodyMode.Custody, cash, Buyer.Address, Seller.Address, Buyer.Address, UInt256.Zero, Cash),
        ];
        return new Deal(new EscrowTerms(TestChain.ChainId, Chain.Escrow, header, legs), bonds, cash);
    }

    public async Task<TransactionReceipt> CallAsync<T>(PrivateKeySigner from, T message) where T : FunctionMessage, new()
    {
        TransactionReceipt receipt = await Chain.SendAsync(from, Chain.Escrow, message);
        Assert.True(receipt.Succeeded);
        return receipt;
    }

    public Task<TransactionReceipt> RegisterAsync(Deal deal) => CallAsync(Operator, EscrowMessages.Register(deal.Terms));

    public Task<TransactionReceipt> DepositAsync(Deal deal, int leg) => CallAsync(leg == 0 ? Seller : Buyer, EscrowMessages.Deposit(deal.Terms, leg));

    public Task<TransactionReceipt> ExecuteSwapAsync(Deal deal) => CallAsync(Chain.Accounts[3], EscrowMessages.ExecuteSwap(deal.Terms));
}

/// <summary>Terms that two parties agreed on.</summary>
public sealed record Deal(EscrowTerms Terms, Address Bond, Address Money);
