using System.Globalization;
using Keystone.Dev.Servers;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>The Postgres that everybody writes to: durable, with the settings of <c>keystone dev</c>. A database for each run.</summary>
internal sealed class Database : IAsyncDisposable
{
    const string Template = "bench_template";

    readonly EmbeddedPostgres _server;
    readonly string _folder;
    int _made;

    Database(EmbeddedPostgres server, string folder) => (_server, _folder) = (server, folder);

    public static async Task<Database> StartAsync()
    {
        string folder = Path.Combine(KeystoneHome.Open(), "bench", string.Create(CultureInfo.InvariantCulture, $"postgres-{Environment.ProcessId}"));
        Database database = new(await EmbeddedPostgres.StartAsync(folder, durable: true, CancellationToken.None), folder);
        await database.ExecuteAsync("postgres", $"create database {Template}");
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.For(Template)) { Pooling = false }.ConnectionString);
        await new MigrationStore(source, TimeProvider.System, [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations]).ApplyAsync(CancellationToken.None);
        return database;
    }

    /// <summary>An empty, migrated database; its connection string.</summary>
    public async Task<string> CreateAsync()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"bench_{++_made}");
        await ExecuteAsync("postgres", $"create database {name} template {Template}");
        // What the copy left to be written is not the next one's work.
        await ExecuteAsync(name, "checkpoint");
        return For(name);
    }

    public async Task DropAsync(string connectionString)
    {
        string name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync("postgres", $"drop database {name} with (force)");
    }

    /// <summary>Settings that decide how durable a commit is, as one line.</summary>
    public async Task<string> SettingsAsync() => (string)(await ScalarAsync(For("postgres"), """
        select 'Postgres ' || current_setting('server_version') || ': ' || string_agg(name || ' = ' || current_setting(name), ', ' order by name) from pg_settings
        where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_compression')
        """))!;

    public static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 600 }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    Task ExecuteAsync(string database, string sql) => ScalarAsync(For(database), sql);

    string For(string database) => new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
