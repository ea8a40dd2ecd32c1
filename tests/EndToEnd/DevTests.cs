using System.Text.Json;
using Keystone.Cli;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Testing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary><c>keystone dev</c> as a program.</summary>
public sealed class DevTests : IAsyncLifetime
{
    readonly string _home = Path.Combine(KeystoneHome.Open(), "test", $"dev-{Environment.ProcessId}-{Guid.NewGuid():n}");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Killed_it_leaves_no_child_and_started_again_it_has_its_chain_its_database_and_its_credentials()
    {
        await using Leash first = Start();
        await first.WaitForLineAsync(line => line.Contains("-- ready", StringComparison.Ordinal), TimeSpan.FromSeconds(90), CancellationToken.None);
        DevFile before = Read();
        Assert.True(await AnswersAsync(before));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home, "dev", "run", "dev.json")));

        await RequireDescribedAsync();

        await using (Leash second = Start())
        {
            Assert.Equal(1, await second.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(90)));
            Assert.Contains("Another keystone dev runs", second.Output, StringComparison.Ordinal);
        }

        await first.KillAsync(CancellationToken.None);
        await Eventually.TrueAsync(async () => !await AnswersAsync(before), because: "Postgres or the chain outlived a killed keystone dev.");

        await using Leash third = Start();
        await third.WaitForLineAsync(line => line.Contains("-- ready", StringComparison.Ordinal), TimeSpan.FromSeconds(90), CancellationToken.None);
        DevFile after = Read();
        Assert.Equal(before.Platforms, after.Platforms);
        Assert.Equal(before.Tokens, after.Tokens);
        Assert.Equal(new NpgsqlConnectionStringBuilder(before.OwnerConnection).Database, new NpgsqlConnectionStringBuilder(after.OwnerConnection).Database);
        await third.DisposeAsync();
        await Eventually.TrueAsync(async () => !await AnswersAsync(after), because: "Postgres or the chain outlived a stopped keystone dev.");
    }

    [Fact]
    public async Task A_chain_that_lost_blocks_which_the_database_knows_is_refused_in_a_sentence()
    {
        DevOptions options = new(Path.Combine(_home, "dev")) { ApiPort = 0, RpcPort = 0, ManagementPort = 0 };
        await using (DevEnvironment first = await DevEnvironment.StartAsync(options, _ => { }, CancellationToken.None))
        {
            await using NpgsqlConnection connection = new(first.File.OwnerConnection + ";Pooling=false");
            await connection.OpenAsync();
            await using NpgsqlCommand ahead = new("""
                insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number, finalized)
                values ($1, sha256('g'), substr(sha256('e'), 1, 20), sha256('c'), 0, 1000002, 1000000)
                """, connection) { Parameters = { new() { Value = DevEnvironment.ChainId } } };
            await ahead.ExecuteNonQueryAsync();
        }
        CommandFault fault = await Assert.ThrowsAsync<CommandFault>(() => DevEnvironment.StartAsync(options, _ => { }, CancellationToken.None));
        Assert.Contains("--reset", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>The file has the members that docs/dev.md lists, and no other: what stands in it by accident somebody will rely on.</summary>
    async Task RequireDescribedAsync()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(NativeTool.RepositoryRoot, "docs", "dev.md"));
        string[] described = [.. page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])];
        using JsonDocument file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_home, "dev", "run", "dev.json")));
        Assert.Equal(described.Order(StringComparer.Ordinal), Members(file.RootElement, "").Distinct().Order(StringComparer.Ordinal));

        static IEnumerable<string> Members(JsonElement value, string path) => value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Members(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Members(item, path + "[]")),
            _ => [path],
        };
    }

    Leash Start() => Leash.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), "dev", "--services-apart", "--port", "0"],
        environment: new Dictionary<string, string> { ["KEYSTONE_HOME"] = _home });

    DevFile Read() => JsonSerializer.Deserialize<DevFile>(File.ReadAllText(Path.Combine(_home, "dev", "run", "dev.json")), JsonSerializerOptions.Web)!;

    /// <summary>True while either of the two children answers.</summary>
    static async Task<bool> AnswersAsync(DevFile system) => await ServiceProcess.StatusAsync(new Uri(system.RpcUrl)) != 0 || await DatabaseAnswersAsync(system);

    static async Task<bool> DatabaseAnswersAsync(DevFile system)
    {
        try
        {
            await using NpgsqlConnection connection = new(system.OwnerConnection + ";Pooling=false;Timeout=3");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
