using System.Diagnostics;
using Keystone.Dev.Servers;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Postgres.Tests;

/// <summary>
/// Recovery to a point in time, as docs/operations/backup.md has it: a base backup by pg_backup_start and pg_backup_stop while rows are written, the write-ahead log archived by a command, and a server
/// that is recovered from both to the moment before a mistake.
/// </summary>
public sealed class PointInTimeTests : IAsyncLifetime
{
    static readonly MigrationSource[] Sources = [.. Schemas.All, HostingSchema.Migrations];

    readonly string _home = Path.Combine(KeystoneHome.Open(), "test", $"recovery-{Environment.ProcessId}-{Guid.NewGuid():n}");
    EmbeddedPostgres _server = null!;
    EmbeddedPostgres? _recovered;

    string Archive => Path.Combine(_home, "archive");

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartOwnAsync(Path.Combine(_home, "first"), CancellationToken.None);
        Directory.CreateDirectory(Archive);
        // The server's user writes there.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Archive, (UnixFileMode)0b111_111_111);
        await RunAsync(_server, "alter system set archive_mode = on");
        // A file that is there is never replaced, and a copy that broke off is not taken for a whole one.
        await RunAsync(_server, $"alter system set archive_command = 'test ! -f \"{Archive}/%f\" && cp \"%p\" \"{Archive}/%f.part\" && mv \"{Archive}/%f.part\" \"{Archive}/%f\"'");
        await _server.KillAsync(CancellationToken.None);
        await _server.StartAgainAsync(CancellationToken.None);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_server.ConnectionString);
        await new MigrationStore(source, TimeProvider.System, Sources).ApplyAsync(CancellationToken.None);
        await RunAsync(_server, "create table public.written (n bigint primary key, at timestamptz not null default clock_timestamp())");
    }

    public async Task DisposeAsync()
    {
        if (_recovered is not null) await _recovered.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_server_is_recovered_to_the_moment_before_a_mistake()
    {
        using CancellationTokenSource stop = new();
        long written = 0;
        Task writing = Task.Run(async () =>
        {
            await using NpgsqlConnection connection = new(_server.ConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            while (!stop.IsCancellationRequested)
            {
                await using NpgsqlCommand insert = new("insert into public.written (n) values ($1)", connection) { Parameters = { new() { Value = written } } };
                await insert.ExecuteNonQueryAsync();
                written++;
            }
        });
        await BaseBackupAsync();
        await Eventually.TrueAsync(() => Task.FromResult(Interlocked.Read(ref written) > 500));
        await stop.CancelAsync();
        await writing;

        long before = (long)(await ScalarAsync(_server, "select count(*) from public.written"))!;
        await RunAsync(_server, "select pg_create_restore_point('before the mistake')");
        await RunAsync(_server, "delete from public.written");
        string last = (string)(await ScalarAsync(_server, "select pg_walfile_name(pg_switch_wal())"))!;
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(Path.Combine(Archive, last))), because: "the log was not archived");

        _recovered = await RecoverAsync();
        await Eventually.TrueAsync(async () => false.Equals(await ScalarAsync(_recovered, "select pg_is_in_recovery()")), because: "the recovery does not end");
        Assert.Equal(before, await ScalarAsync(_recovered, "select count(*) from public.written"));
        Assert.Equal(before, (long)(await ScalarAsync(_recovered, "select max(n) from public.written"))! + 1);
        // It is a database like any other: its schema is the one of this release, and it takes writes.
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_recovered.ConnectionString + ";Pooling=false");
        Assert.Empty(await new MigrationStore(source, TimeProvider.System, Sources).ApplyAsync(CancellationToken.None));
        await RunAsync(_recovered, "insert into public.written (n) values (-1)");
    }

    // In one session, because the server forgets a backup whose session ends.
    async Task BaseBackupAsync()
    {
        await using NpgsqlConnection connection = new(_server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (NpgsqlCommand start = new("select pg_backup_start('drill', fast => true)", connection)) await start.ExecuteNonQueryAsync();
        string data = Path.Combine(_home, "first", "data"), copy = Path.Combine(_home, "second", "data");
        Directory.CreateDirectory(Path.Combine(_home, "second"));
        // Files come and go while they are copied; what is torn is mended by the log.
        await ShellAsync($"cp -a '{data}' '{copy}' 2>/dev/null || true; rm -rf '{copy}'/pg_wal/* '{copy}/postmaster.pid' '{copy}/postmaster.opts'; mkdir -p '{copy}/pg_wal/archive_status'");
        string label;
        await using (NpgsqlCommand end = new("select labelfile from pg_backup_stop(wait_for_archive => true)", connection)) label = (string)(await end.ExecuteScalarAsync())!;
        await File.WriteAllTextAsync(Path.Combine(copy, "backup_label"), label);
    }

    async Task<EmbeddedPostgres> RecoverAsync()
    {
        string folder = Path.Combine(_home, "second"), data = Path.Combine(folder, "data");
        File.Copy(Path.Combine(_home, "first", "password"), Path.Combine(folder, "password"));
        await File.WriteAllTextAsync(Path.Combine(data, "recovery.signal"), "");
        await File.AppendAllTextAsync(Path.Combine(data, "postgresql.auto.conf"),
            $"archive_mode = off\nrestore_command = 'cp \"{Archive}/%f\" \"%p\"'\nrecovery_target_name = 'before the mistake'\nrecovery_target_action = promote\n");
        await ShellAsync($"chown -R --reference='{Path.Combine(_home, "first", "data")}' '{data}' && chmod 700 '{data}'");
        return await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None);
    }

    static async Task ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true })!;
        string error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{command}: {error}");
    }

    static async Task RunAsync(EmbeddedPostgres server, string sql) => await ScalarAsync(server, sql);

    static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using NpgsqlConnection connection = new(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
