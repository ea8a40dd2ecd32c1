using Npgsql;

namespace Keystone.Postgres.Backups;

/// <summary>What the catalogs of a database say of the schemas that a backup holds.</summary>
/// <param name="schemas">The schemas; tables of others are not in a backup.</param>
internal sealed class BackupCatalog(IReadOnlyList<string> schemas)
{
    const string TablesSql = """
        select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum),
          bool_or(t.typtype = 'c' or exists (select 1 from pg_type e where e.oid = t.typelem and e.typtype = 'c'))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
        where c.relkind = 'r' and n.nspname = any($1) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        group by n.nspname, c.relname order by n.nspname, c.relname
        """;

    const string ReferencesSql = """
        select distinct n.nspname || '.' || c.relname, rn.nspname || '.' || r.relname
        from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
        where k.contype = 'f' and n.nspname = any($1) and k.conrelid <> k.confrelid
        """;

    const string SequencesSql = "select schemaname, sequencename from pg_sequences where schemaname = any($1) order by 1, 2";

    const string MigrationsSql = "select schema, number, name, encode(sha256, 'hex') from public.schema_version order by schema, number";

    /// <summary>The tables, each after those that it refers to.</summary>
    /// <exception cref="BackupException">Two refer to each other.</exception>
    public async Task<IReadOnlyList<BackupTable>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<BackupTable> open = [];
        await using (NpgsqlCommand command = Command(connection, TablesSql))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                open.Add(new BackupTable(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), row.GetBoolean(3)));
        HashSet<(string From, string To)> references = [];
        await using (NpgsqlCommand command = Command(connection, ReferencesSql))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) references.Add((row.GetString(0), row.GetString(1)));
        List<BackupTable> ordered = [];
        while (open.Count > 0)
        {
            BackupTable[] free = [.. open.Where(table => !references.Any(one => one.From == table.ToString() && open.Exists(other => other.ToString() == one.To)))];
            if (free.Length == 0) throw new BackupException($"The tables {string.Join(", ", open)} refer to each other: their rows have no order.");
            ordered.AddRange(free);
            open.RemoveAll(free.Contains);
        }
        return ordered;
    }

    /// <summary>The sequences with where they stand.</summary>
    public async Task<IReadOnlyList<BackupSequence>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<(string Schema, string Name)> names = [];
        await using (NpgsqlCommand command = Command(connection, SequencesSql))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) names.Add((row.GetString(0), row.GetString(1)));
        List<BackupSequence> sequences = [];
        foreach ((string schema, string name) in names)
        {
            await using NpgsqlCommand command = new($"select last_value, is_called from {Quote(schema)}.{Quote(name)}", connection);
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            sequences.Add(new BackupSequence(schema, name, row.GetInt64(0), row.GetBoolean(1)));
        }
        return sequences;
    }

    /// <summary>Every migration that was applied.</summary>
    public static async Task<IReadOnlyList<AppliedMigration>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<AppliedMigration> migrations = [];
        await using NpgsqlCommand command = new(MigrationsSql, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) migrations.Add(new AppliedMigration(row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3)));
        return migrations;
    }

    /// <summary>A name of the catalogs as an identifier of SQL.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The table with its columns, as COPY takes it.</summary>
    public static string Target(BackupTable table) => $"{Quote(table.Schema)}.{Quote(table.Name)} ({string.Join(", ", table.Columns.Select(Quote))})";

    NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { Parameters = { new() { Value = schemas.ToArray() } } };
}
