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
    /// <exception cref="MigrationException">The database was made by other files than those of this build.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, LockSql, cancellationToken);
        await ExecuteAsync(connection, "set lock_timeout = '5s'", cancellationToken);
        await CreateRolesAsync(connection, cancellationToken);
        await ExecuteAsync(connection, TableSql, cancellationToken);
        await ExecuteAsync(connection, ServiceRoles.GrantSql, cancellationToken);
        IReadOnlyList<Migration> missing = Missing(await AppliedAsync(connection, cancellationToken));
        foreach (Migration migration in missing)
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
            if (transaction is not null)
                await transaction.CommitAsync(cancellationToken);
        }
        // The session lock ends with the session; a pooled connection would keep it.
        await ExecuteAsync(connection, "select pg_advisory_unlock_all()", cancellationToken);
        await ExecuteAsync(connection, "reset lock_timeout", cancellationToken);
        return missing;
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
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
