using System.Security.Cryptography;
using Keystone.Postgres.Migrations;
using Keystone.Settlements;
using Npgsql;
using Xunit;

namespace Keystone.Testing;

/// <summary>A migrated database of one test class: <c>IClassFixture&lt;TestDatabase&gt;</c>. It goes away with the server.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    readonly List<NpgsqlDataSource> _opened = [];
    NpgsqlDataSource? _source;

    /// <summary>Name of the database.</summary>
    public string Name { get; } = $"test_{Guid.NewGuid():n}";

    /// <summary>Superuser on this database.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Connections of the superuser to this database.</summary>
    public NpgsqlDataSource Source => _source ?? throw new InvalidOperationException("The fixture has not been initialised.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        PostgresServer server = await PostgresServer.Shared.ConfigureAwait(false);
        string template = await TemplateAsync(server).ConfigureAwait(false);
        await ExecuteAsync(server.ConnectionString, $"create database {Name} template {template}").ConfigureAwait(false);
        ConnectionString = server.For(Name);
        _source = NpgsqlDataSource.Create(ConnectionString);
    }

    /// <summary>Connection string of a new login that is a member of a service's role, for example <c>keystone_api</c>, and nothing more.</summary>
    public async Task<string> LoginAsync(string role)
    {
        string login = $"{role}_{Guid.NewGuid():n}", password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await ExecuteAsync(ConnectionString, $"create role {login} login password '{password}' in role {role}").ConfigureAwait(false);
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Username = login, Password = password }.ConnectionString;
    }

    /// <summary>Connections of a new login that is a member of a service's role.</summary>
    public async Task<NpgsqlDataSource> OpenAsync(string role)
    {
        NpgsqlDataSource source = NpgsqlDataSource.Create(await LoginAsync(role).ConfigureAwait(false));
        _opened.Add(source);
        return source;
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (NpgsqlDataSource opened in _opened) await opened.DisposeAsync().ConfigureAwait(false);
        if (_source is not null) await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Builds the migrated template once per server, whoever comes first.</summary>
    static async Task<string> TemplateAsync(PostgresServer server)
    {
        byte[] all = [.. MigrationSource.Order(Schemas.All).SelectMany(migration => migration.Hash)];
        string template = $"keystone_{Convert.ToHexStringLower(SHA256.HashData(all))[..16]}";
        await using NpgsqlConnection connection = new(server.ConnectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await ExecuteAsync(connection, "select pg_advisory_lock(7166200918223)").ConfigureAwait(false);
        try
        {
            await using NpgsqlCommand find = new("select datallowconn from pg_database where datname = $1", connection);
            find.Parameters.AddWithValue(template);
            object? found = await find.ExecuteScalarAsync().ConfigureAwait(false);
            if (found is false) return template;
            if (found is true) await ExecuteAsync(connection, $"drop database {template} with (force)").ConfigureAwait(false); // half built
            await ExecuteAsync(connection, $"create database {template}").ConfigureAwait(false);
            NpgsqlConnectionStringBuilder address = new(server.ConnectionString) { Database = template, Pooling = false };
            await using (NpgsqlDataSource empty = NpgsqlDataSource.Create(address.ConnectionString))
                await new MigrationStore(empty, TimeProvider.System, Schemas.All).ApplyAsync(CancellationToken.None).ConfigureAwait(false);
            await ExecuteAsync(connection, $"alter database {template} with allow_connections false").ConfigureAwait(false);
            return template;
        }
        finally
        {
            await ExecuteAsync(connection, "select pg_advisory_unlock(7166200918223)").ConfigureAwait(false);
        }
    }

    static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync().ConfigureAwait(false);
        await ExecuteAsync(connection, sql).ConfigureAwait(false);
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }
}
