using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Keystone.Postgres.Backups;

/// <summary>
/// Writes the rows of a database into one encrypted file, while its services work: everything is read in one repeatable read, read only transaction, by COPY, without a client program.
/// </summary>
/// <param name="database">The database, as its owner.</param>
/// <param name="schemas">The schemas whose tables are written.</param>
/// <param name="time">Clock of the header.</param>
public sealed class DatabaseBackup(NpgsqlDataSource database, IReadOnlyList<string> schemas, TimeProvider time)
{
    const string SnapshotSql = "begin transaction isolation level repeatable read, read only";

    /// <summary>Makes a backup: under a temporary name in the same folder, renamed when it is whole and on the disk.</summary>
    /// <param name="path">The file; one that is there is not replaced.</param>
    /// <param name="key">Encrypts it.</param>
    /// <param name="progress">Is told of each table before it is read.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind then.</param>
    /// <exception cref="BackupException">The file is there already, or the database has no schema of this system.</exception>
    public async Task<BackupSummary> WriteAsync(string path, BackupKey key, Action<string>? progress, CancellationToken cancellationToken)
    {
        if (File.Exists(path)) throw new BackupException($"{path} is there already; a backup replaces nothing.");
        string aside = path + ".part";
        File.Delete(aside);
        try
        {
            BackupSummary summary;
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 1 << 16 };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (FileStream file = new(aside, options))
            {
                using EncryptingWriter writer = new(file, key);
                summary = await WriteAsync(writer, progress, cancellationToken);
                writer.Finish();
                file.Flush(flushToDisk: true);
            }
            File.Move(aside, path, overwrite: false);
            return summary;
        }
        finally
        {
            File.Delete(aside);
        }
    }

    async Task<BackupSummary> WriteAsync(EncryptingWriter writer, Action<string>? progress, CancellationToken cancellationToken)
    {
        BackupCatalog catalog = new(schemas);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await RunAsync(connection, SnapshotSql, cancellationToken);
        try
        {
            // A large table takes longer than a statement of a service may.
            await RunAsync(connection, "set local statement_timeout = 0", cancellationToken);
            IReadOnlyList<AppliedMigration> migrations;
            try
            {
                migrations = await BackupCatalog.MigrationsAsync(connection, cancellationToken);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.UndefinedTable)
            {
                throw new BackupException("The database holds no schema of this system: there is nothing to back up.", fault);
            }
            BackupHeader header = new(time.GetUtcNow(), connection.PostgreSqlVersion.ToString(), migrations, await catalog.TablesAsync(connection, cancellationToken));
            BackupRecords.Write(writer, header, BackupJson.Default.BackupHeader);
            List<BackupTableEnd> ends = [];
            foreach (BackupTable table in header.Tables)
            {
                progress?.Invoke(table.ToString());
                ends.Add(await CopyAsync(connection, writer, table, cancellationToken));
            }
            IReadOnlyList<BackupSequence> sequences = await catalog.SequencesAsync(connection, cancellationToken);
            BackupRecords.Write(writer, sequences, BackupJson.Default.IReadOnlyListBackupSequence);
            return new BackupSummary(header, ends, sequences);
        }
        finally
        {
            await RunAsync(connection, "rollback", CancellationToken.None);
        }
    }

    static async Task<BackupTableEnd> CopyAsync(NpgsqlConnection connection, EncryptingWriter writer, BackupTable table, CancellationToken cancellationToken)
    {
        // The same snapshot: the count is that of the copy.
        await using NpgsqlCommand count = new($"select count(*) from {BackupCatalog.Quote(table.Schema)}.{BackupCatalog.Quote(table.Name)}", connection) { CommandTimeout = 0 };
        long rows = (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string source = $"copy {BackupCatalog.Target(table)} to stdout";
        if (table.IsText)
        {
            char[] text = new char[1 << 16];
            using TextReader copy = await connection.BeginTextExportAsync(source, cancellationToken);
            int read;
            while ((read = await copy.ReadBlockAsync(text, cancellationToken)) > 0) Take(Encoding.UTF8.GetBytes(text, 0, read));
        }
        else
        {
            byte[] buffer = new byte[1 << 16];
            await using NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(source + " (format binary)", cancellationToken);
            int read;
            while ((read = await copy.ReadAsync(buffer, cancellationToken)) > 0) Take(buffer.AsSpan(0, read));
        }
        BackupRecords.Write(writer, []);
        BackupTableEnd end = new(rows, Convert.ToHexStringLower(hash.GetHashAndReset()));
        BackupRecords.Write(writer, end, BackupJson.Default.BackupTableEnd);
        return end;

        void Take(ReadOnlySpan<byte> part)
        {
            hash.AppendData(part);
            BackupRecords.Write(writer, part);
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
