using System.Globalization;
using Keystone.Keeper.Jobs;
using Keystone.Support;
using Keystone.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Keeper.Tests;

/// <summary>The keeper as its executable builds it, with the settings of a test.</summary>
internal sealed class KeeperHost : IAsyncDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("keystone-keeper-").FullName;

    KeeperHost(IHost host) => Host = host;

    public IHost Host { get; private set; }

    public static async Task<KeeperHost> StartAsync(
        TestDatabase database, TestChain chain, bool jobs, Action<IServiceCollection, IConfiguration>? add = null, params (string Key, string Value)[] settings)
    {
        KeeperHost keeper = new(null!);
        string list = Path.Combine(keeper._home, "deny.list"), key = Path.Combine(keeper._home, "webhooks.key");
        await File.WriteAllTextAsync(list, "# nobody\n");
        SecretBox.EnsureFile(key);
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = database.ConnectionString,
            ["Storage:MaxPoolSize"] = "12",
            ["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = chain.Url.ToString(),
            ["Chains:0:Escrow"] = chain.Escrow.ToString(),
            ["Signer:PrivateKey"] = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
            ["Screening:DenyList"] = list,
            ["Webhooks:SecretKeyFile"] = key,
            ["Keeper:Jobs"] = jobs ? "true" : "false",
            ["Keeper:PollMilliseconds"] = "50",
            ["Keeper:SwapMarginSeconds"] = "2",
            ["Desk:PollMilliseconds"] = "50",
            ["Desk:BlockSeconds"] = "1",
        }.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value));
        if (jobs) await JobStore.ProvisionAsync(database.ConnectionString, CancellationToken.None);
        add?.Invoke(builder.Services, builder.Configuration);
        builder.Services.AddLogging();
        builder.Services.AddKeeper(builder.Configuration);
        keeper.Host = builder.Build();
        await keeper.Host.StartAsync();
        return keeper;
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null)
        {
            await Host.StopAsync();
            if (Host is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
        Directory.Delete(_home, recursive: true);
    }
}
