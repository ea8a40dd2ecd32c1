using System.Security.Cryptography;
using System.Text;
using Keystone.Postgres.Migrations;
using Npgsql;

namespace Keystone.Postgres.Backups;

/// <summary>Writes the rows of a backup into an empty database, in one transaction.</summary>
/// <param name="database">The database, as its owner.</param>
/// <param name="schemas">The schemas that this release makes.</param>
/// <param name="migrations">Makes them.</param>
public sealed class DatabaseRestore(NpgsqlDataSource database, IReadOnlyList<string> schemas, MigrationStore migrations)
{
    const string OccupiedSql = """
        select coalesce(string_agg(n.nspname || '.' || c.relname, ', '), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'p') and (n.nspname = any($1) or n.nspname = 'public' and c.relname = 'schema_version')
        """;

    /// <summary>Checks the whole backup, then makes the schema and writes the rows, which are committed together.</summary>
    /// <param name="path">The backup.</param>
    /// <param name="key">The key that it was made with.</param>
    /// <param name="progress">Is told of each table before it is written.</param>
    /// <param name="cancellationToken">Ends it; the database holds an empty schema then.</param>
    /// <exception cref="BackupException">The database is not empty, the backup is of another schema than this release, or it is damaged.</exception>
    public async Task<BackupSummary> RestoreAsync(string path, BackupKey key, Action<string>? progress, CancellationToken cancellationToken)
    {
        // Before anything is made: a damaged backup changes nothing.
        RequireKnown(BackupReader.Verify(path, key).Header);
        await using FileStream file = BackupReader.OpenFile(path);
        using DecryptingReader reader = new(file, key);
        BackupHeader header = BackupRecords.Read(reader, BackupJson.Default.BackupHeader);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await RequireEmptyAsync(connection, cancellationToken);
        await migrations.ApplyAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, "set local statement_timeout = 0", cancellationToken);
        BackupCatalog catalog = new(schemas);
        RequireSameTables(header, await catalog.TablesAsync(connection, cancellationToken));
        // A migration may have written rows, which the backup has too.
        await RunAsync(connection, $"truncate {string.Join(", ", header.Tables.Select(table => $"{BackupCatalog.Quote(table.Schema)}.{BackupCatalog.Quote(table.Name)}"))}", cancellationToken);
        List<BackupTableEnd> ends = [];
        foreach (BackupTable table in header.Tables)
        {
            progress?.Invoke(table.ToString());
            ends.Add(await CopyAsync(connection, reader, table, cancellationToken));
        }
        IReadOnlyList<BackupSequence> sequences = BackupRecords.Read(reader, BackupJson.Default.IReadOnlyListBackupSequence);
        BackupReader.End(reader);
        foreach (BackupSequence sequence in sequences)
        {
            await using NpgsqlCommand set = new("select setval(format('%I.%I', $1, $2)::regclass, $3, $4)", connection)
            { Parameters = { new() { Value = sequence.Schema }, new() { Value = sequence.Name }, new() { Value = sequence.LastValue }, new() { Value = sequence.IsCalled } } };
            await set.ExecuteScalarAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
        await RunAsync(connection, "set statement_timeout = 0", cancellationToken);
        await RunAsync(connection, "analyze", cancellationToken);
        await RunAsync(connection, "reset statement_timeout", cancellationToken);
        return new BackupSummary(header, ends, sequences);
    }

    void RequireKnown(BackupHeader header)
    {
        HashSet<AppliedMigration> known = [.. migrations.Files.Select(file => new AppliedMigration(file.Schema, file.Number, file.Name, Convert.ToHexStringLower(file.Hash)))];
        if (header.Migrations.FirstOrDefault(one => !known.Contains(one)) is { } unknown)
            throw new BackupException($"The backup is of a schema that this release does not know: {unknown.Schema}/{unknown.Number:0000} {unknown.Name}. Restore it with the release that made it, then migrate.");
        if (known.FirstOrDefault(one => !header.Migrations.Contains(one)) is { } missing)
            throw new BackupException($"The backup was made before {missing.Schema}/{missing.Number:0000} {missing.Name}. Restore it with the release that made it, then migrate with this one.");
    }

    async Task RequireEmptyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(OccupiedSql, connection) { Parameters = { new() { Value = schemas.ToArray() } } };
        string found = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (found.Length > 0)
            throw new BackupException($"The database is not empty: it has {(found.Length > 80 ? found[..80] + "…" : found)}. Restore into a new database.");
    }

    static void RequireSameTables(BackupHeader header, IReadOnlyList<BackupTable> tables)
    {
        string[] differing = [.. header.Tables.Select(Text).Except(tables.Select(Text)), .. tables.Select(Text).Except(header.Tables.Select(Text))];
        if (differing.Length > 0) throw new BackupException($"Backup and schema differ in {differing[0]}.");

        static string Text(BackupTable table) => $"{table} ({string.Join(", ", table.Columns.Order(StringComparer.Ordinal))}){(table.IsText ? " as text" : "")}";
    }

    static async Task<BackupTableEnd> CopyAsync(NpgsqlConnection connection, DecryptingReader reader, BackupTable table, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string target = $"copy {BackupCatalog.Target(table)} from stdin";
        if (table.IsText)
        {
            // A part may end within a character.
            Decoder decoder = Encoding.UTF8.GetDecoder();
            await using TextWriter copy = await connection.BeginTextImportAsync(target, cancellationToken);
            while (BackupRecords.Read(reader) is { Length: > 0 } part)
            {
                hash.AppendData(part);
                char[] text = new char[decoder.GetCharCount(part, flush: false)];
                decoder.GetChars(part, text, flush: false);
                await copy.WriteAsync(text.AsMemory(), cancellationToken);
            }
        }
        else
        {
            await using NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(target + " (format binary)", cancellationToken);
            while (BackupRecords.Read(reader) is { Length: > 0 } part)
            {
                hash.AppendData(part);
                await copy.WriteAsync(part, cancellationToken);
            }
        }
        BackupTableEnd end = BackupReader.End(reader, table, hash);
        await using NpgsqlCommand count = new($"select count(*) from {BackupCatalog.Quote(table.Schema)}.{BackupCatalog.Quote(table.Name)}", connection) { CommandTimeout = 0 };
        return (long)(await count.ExecuteScalarAsync(cancellationToken))! == end.Rows ? end : throw new BackupException($"{table} has another number of rows than the backup names.");
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
