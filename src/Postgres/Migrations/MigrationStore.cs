using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Postgres.Migrations;

/// <summary>Brings a database to the schemas of this build, or says why a service cannot work with it.</summary>
/// <param name="database">The database.</param>
/// <param name="time">Clock of <c>applied_at</c>.</param>
/// <param name="sources">The schemas: all of a system to apply them, those whose code a service holds to check them.</param>
public sealed class MigrationStore(NpgsqlDataSource database, TimeProvider time, IEnumerable<MigrationSource> sources)
{
    readonly IReadOnlyList<Migration> _files = MigrationSource.Order(sources);

    /// <summary>The migrations of this build, in the order in which they are applied.</summary>
    internal IReadOnlyList<Migration> Files => _files;

    const string TableSql = """
        create table if not exists public.schema_version (
          schema text not null, number int not null, name text not null, sha256 bytea not null, applied_at timestamptz not null,
          primary key (schema, number)
        )
        """;

    // Any constant: it names this lock among the advisory locks of the database.
    const string LockSql = "select pg_advisory_lock(4859203711)";

    const string AppliedSql = "select schema, number, name, sha256 from public.schema_version where $1::text[] is null or schema = any($1)";

    const string RecordSql = """
        insert into public.schema_version (schema, number, name, sha256, applied_at) values (@schema, @number, @name, @hash, @at)
        """;

    const string ExistsSql = "select to_regclass('public.schema_version') is not null";

    /// <summary>Applies what is missing, each file in a transaction of its own. Two at once wait for each other.</summary>
    /// <returns>What was applied.</returns>
    /// <exception cref="MigrationException">The database was made by other files than those of this build, or a file waited in vain for a lock.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        // Another one may be at work for long, and so may a file: an index over a large table takes more time than a statement of a service may.
        await ExecuteAsync(connection, "set statement_timeout = 0", cancellationToken);
        await ExecuteAsync(connection, "set lock_timeout = 0", cancellationToken);
        await ExecuteAsync(connection, LockSql, cancellationToken);
        try
        {
            // Who waits for a table makes every later reader wait behind it.
            await ExecuteAsync(connection, "set lock_timeout = '5s'", cancellationToken);
            return await ApplyAsync(connection, cancellationToken);
        }
        finally
        {
            // The session lock ends with the session; a pooled connection would keep it.
            if (connection.State == ConnectionState.Open) await ExecuteAsync(connection, "select pg_advisory_unlock_all(); reset lock_timeout; reset statement_timeout", CancellationToken.None);
        }
    }

    async Task<IReadOnlyList<Migration>> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await CreateRolesAsync(connection, cancellationToken);
        await ExecuteAsync(connection, TableSql, cancellationToken);
        await ExecuteAsync(connection, ServiceRoles.GrantSql, cancellationToken);
        IReadOnlyList<Migration> missing = Missing(await AppliedAsync(connection, cancellationToken));
        foreach (Migration migration in missing)
        {
            try
            {
                await ApplyAsync(connection, migration, cancellationToken);
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                throw new MigrationException($"{migration} waited five seconds for what others use and was given up, so that nobody waits behind it; nothing of it was applied. Run this command again.");
            }
        }
        return missing;
    }

    async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction? transaction = migration.InTransaction ? await connection.BeginTransactionAsync(cancellationToken) : null;
        await ExecuteAsync(connection, migration.Sql, cancellationToken);
        await using (NpgsqlCommand record = new(RecordSql, connection, transaction)
        {
            Parameters =
            {
                new("schema", migration.Schema), new("number", migration.Number), new("name", migration.Name),
                new("hash", migration.Hash), new("at", time.GetUtcNow()),
            },
        })
        {
            await record.ExecuteNonQueryAsync(cancellationToken);
        }
        if (transaction is not null) await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What a service does at start: nothing but refuse a database that is not at this build's schema.</summary>
    /// <exception cref="MigrationException">It is not; the message says what to run.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand exists = new(ExistsSql, connection);
        IReadOnlyList<Migration> missing = (bool)(await exists.ExecuteScalarAsync(cancellationToken))!
            ? Missing(await AppliedAsync(connection, cancellationToken, [.. _files.Select(file => file.Schema).Distinct()]))
            : _files;
        if (missing.Count > 0)
            throw new MigrationException($"The database lacks {missing.Count} migrations, the first is {missing[0]}: run `keystone migrate`.");
    }

    static async Task CreateRolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, ServiceRoles.CreateSql, cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationException(
                "The services log in with roles of their own, which this role may not create: as a superuser run `alter role ... createrole` for it, or "
                + $"`{string.Join("; ", ServiceRoles.Services.Select(service => $"create role {ServiceRoles.RoleOf(service)} nologin"))}`, then this command again.");
        }
    }

    List<Migration> Missing(Dictionary<(string Schema, int Number), (string Name, byte[] Hash)> applied)
    {
        List<Migration> missing = [];
        foreach (Migration migration in _files)
        {
            if (!applied.Remove((migration.Schema, migration.Number), out (string Name, byte[] Hash) found))
                missing.Add(migration);
            else if (!found.Hash.AsSpan().SequenceEqual(migration.Hash))
                throw new MigrationException($"{migration} was applied to this database with another text than this build has.");
            else if (missing.FirstOrDefault(one => one.Schema == migration.Schema) is { } gap)
                throw new MigrationException($"{migration} was applied to this database, but {gap} before it was not.");
        }
        return applied.Count == 0
            ? missing
            : throw new MigrationException($"This database was migrated by a newer build: it has {applied.Keys.Min()}, which this build does not know.");
    }

    static async Task<Dictionary<(string Schema, int Number), (string Name, byte[] Hash)>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken, string[]? schemas = null)
    {
        Dictionary<(string, int), (string, byte[])> applied = [];
        await using NpgsqlCommand command = new(AppliedSql, connection) { Parameters = { new() { Value = (object?)schemas ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } } };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            applied.Add((reader.GetString(0), reader.GetInt32(1)), (reader.GetString(2), reader.GetFieldValue<byte[]>(3)));
        return applied;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // The session has limits; the driver's own would end a wait before them.
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
