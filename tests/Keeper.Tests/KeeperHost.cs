using System.Globalization;
using Keystone.Indexer;
using Keystone.Keeper.Jobs;
using Keystone.Testing;
using Keystone.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Keystone.Keeper.Tests;

/// <summary>The keeper as its executable builds it, with the settings of a test.</summary>
internal sealed class KeeperHost : IAsyncDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("keystone-keeper-").FullName;

    readonly List<IHost> _hosts = [];

    /// <summary>File of the deny list; empty at first.</summary>
    public string DenyList => Path.Combine(_home, "deny.list");

    /// <summary>Starts a keeper, and an indexer in a host of its own, each with its own role in the database.</summary>
    public static async Task<KeeperHost> StartAsync(
        TestDatabase database, TestChain chain, bool jobs, bool indexer = false, params (string Key, string Value)[] settings)
    {
        KeeperHost all = new();
        if (jobs) await JobStore.ProvisionAsync(database.ConnectionString, CancellationToken.None);
        Dictionary<string, string?> shared = await all.SettingsAsync(chain, jobs);
        foreach ((string name, string value) in settings) shared[name] = value;
        if (indexer) await all.StartAsync(shared, await database.LoginAsync("keystone_indexer"), (services, configuration) => services.AddIndexer(configuration));
        await all.StartAsync(shared, await database.LoginAsync("keystone_keeper"),
            (services, configuration) => services.AddKeeper(configuration));
        return all;
    }

    /// <summary>Starts an indexer alone: a mirror of the chain that nobody acts on.</summary>
    public static async Task<KeeperHost> StartIndexerAsync(TestDatabase database, TestChain chain)
    {
        KeeperHost all = new();
        await all.StartAsync(await all.SettingsAsync(chain, jobs: false), await database.LoginAsync("keystone_indexer"), (services, configuration) => services.AddIndexer(configuration));
        return all;
    }

    /// <summary>Starts a keeper with scheduled jobs on a database that a test may take away from it.</summary>
    public static async Task<KeeperHost> StartOnAsync(string connectionString, TestChain chain)
    {
        KeeperHost all = new();
        await JobStore.ProvisionAsync(connectionString, CancellationToken.None);
        await all.StartAsync(await all.SettingsAsync(chain, jobs: true), connectionString, (services, configuration) => services.AddKeeper(configuration));
        return all;
    }

    async Task<Dictionary<string, string?>> SettingsAsync(TestChain chain, bool jobs)
    {
        string key = Path.Combine(_home, "webhooks.key");
        await File.WriteAllTextAsync(DenyList, "# nobody\n");
        SealingKey.EnsureFile(key);
        return new Dictionary<string, string?>
        {
            ["Storage:MaxPoolSize"] = "12",
            ["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = chain.Url.ToString(),
            ["Chains:0:Escrow"] = chain.Escrow.ToString(),
            ["Signer:PrivateKey"] = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            ["Screening:DenyList"] = DenyList,
            ["Webhooks:SecretKeyFile"] = key,
            ["Keeper:Jobs"] = jobs ? "true" : "false",
            ["Keeper:PollMilliseconds"] = "50",
            ["Keeper:MaxClockSkewSeconds"] = "0",
            ["Keeper:SwapMarginSeconds"] = "2",
            ["Transactions:PollMilliseconds"] = "50",
            ["Transactions:BlockSeconds"] = "1",
            ["Indexer:PollMilliseconds"] = "50",
        };
    }

    async Task StartAsync(Dictionary<string, string?> settings, string connectionString, Action<IServiceCollection, IConfiguration> add)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Configuration["Storage:ConnectionString"] = connectionString;
        builder.Services.AddLogging();
        add(builder.Services, builder.Configuration);
        IHost host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
    }

    /// <summary>What the keeper's readiness says against it.</summary>
    public async Task<string> UnreadyAsync()
    {
        HealthReport report = await _hosts[^1].Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return string.Join("; ", report.Entries.Values.Where(entry => entry.Status == HealthStatus.Unhealthy).Select(entry => entry.Description));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts)
        {
            await host.StopAsync();
            if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
        Directory.Delete(_home, recursive: true);
    }
}
