using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.EndToEnd;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>Database, chain and the three services as processes, in a folder that goes away with them.</summary>
sealed class Started : IAsyncDisposable
{
    readonly string _home;
    readonly List<ServiceProcess> _services = [];
    readonly CancellationTokenSource _end = new();
    readonly HttpClient _client = new();
    Task _blocks = Task.CompletedTask;
    int _number;

    Started(string home, DevEnvironment environment, NpgsqlDataSource database) => (_home, Environment, Database) = (home, environment, database);

    public DevEnvironment Environment { get; }

    public DevFile File => Environment.File;

    /// <summary>Owner of the database.</summary>
    public NpgsqlDataSource Database { get; }

    /// <summary>Starts the ground, and the services on it.</summary>
    /// <param name="settleDepth">Blocks on top of the swap's until SETTLED.</param>
    public static async Task<Started> StartAsync(int settleDepth)
    {
        string home = Path.Combine(KeystoneHome.Open(), "bench", $"system-{System.Environment.ProcessId}-{Guid.NewGuid():n}");
        // As durable as in use. Several blocks a second have times ahead of the clock's, which the keeper is told to allow.
        DevOptions options = new(home) { ApiPort = 0, RpcPort = 0, ManagementPort = 0, SettleDepth = settleDepth, MaxClockSkewSeconds = 0, LogLevel = "Warning" };
        DevEnvironment environment = await DevEnvironment.StartAsync(options, _ => { }, CancellationToken.None);
        Started started = new(home, environment, NpgsqlDataSource.Create(environment.File.OwnerConnection));
        await started.AskAsync("evm_setIntervalMining", 0);
        await using (NpgsqlCommand open = started.Database.CreateCommand("update identity.environment set rate_limit = 100000000, max_open_settlements = 1000000, max_registrations_per_hour = 1000000"))
            await open.ExecuteNonQueryAsync();
        foreach (DevService service in environment.File.Services) started._services.Add(new ServiceProcess(service));
        return started;
    }

    /// <summary>Starts the three services; ready when the task ends.</summary>
    public Task StartServicesAsync() => Task.WhenAll(_services.Select(service => service.StartAsync()));

    /// <summary>Stops them.</summary>
    public async Task StopServicesAsync()
    {
        foreach (ServiceProcess service in _services) await service.DisposeAsync();
    }

    /// <summary>Makes a block every 100 ms of at most 30,000,000 gas.</summary>
    public async Task MakeBlocksAsync()
    {
        await AskAsync("evm_setBlockGasLimit", "0x1c9c380");
        _blocks = Task.Run(async () =>
        {
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
            try
            {
                while (await timer.WaitForNextTickAsync(_end.Token)) await AskAsync("anvil_mine", 1);
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        });
    }

    /// <summary>Asks the chain.</summary>
    public async Task<JsonNode?> AskAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            _client, File.RpcUrl, new { jsonrpc = "2.0", id = Interlocked.Increment(ref _number), method, @params = parameters });
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return answer["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : answer["result"];
    }

    /// <summary>A service's page of metrics.</summary>
    public Task<string> PageAsync(DevService service) => _client.GetStringAsync(new Uri(service.ManagementUrl + "/metrics"));

    /// <summary>Number of the head.</summary>
    public async Task<long> HeadAsync() => Convert.ToInt64(((string)(await AskAsync("eth_blockNumber"))!)[2..], 16);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _blocks.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopServicesAsync();
        await Database.DisposeAsync();
        await Environment.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
