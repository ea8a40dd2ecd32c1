using System.IO.Compression;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Compliance.Lists;

/// <summary>Files of lists that screening used, compressed and by their hash, and which file of each source was accepted last.</summary>
public sealed class ListFileStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string KeepSql = """
        insert into compliance.list_file (hash, source, format, published, reader, entries, names, wallets, size, content, loaded_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (hash) do nothing
        """;

    /// <summary>Keeps a file. The same again changes nothing.</summary>
    internal async Task KeepAsync(string source, string format, LoadedFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand keep = Command(KeepSql, file.Hash.ToBytes(), source, format);
        keep.Parameters.Add(new() { Value = file.List.PublishedAt is { } published ? published.ToUniversalTime() : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        Bind(keep, [ListFile.ReaderVersion, file.List.Entries.Count, file.List.Names, file.List.Wallets, file.Size, file.Packed.ToArray(), now.ToUniversalTime()]);
        await keep.ExecuteNonQueryAsync(cancellationToken);
    }

    const string LastSql = """
        select f.hash, f.format, f.size, f.content, s.written_at from compliance.list_source s join compliance.list_file f on f.hash = s.hash where s.source = $1
        """;

    /// <summary>The file of a source that was accepted last; null when none was.</summary>
    /// <exception cref="ListFileException">It can no longer be read.</exception>
    internal async Task<LoadedFile?> LastAsync(string source, ListFormat format, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(LastSql, source);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken) || row.GetString(1) != FormatText(format)) return null;
        byte[] packed = row.GetFieldValue<byte[]>(3);
        return new LoadedFile(ListFile.Parse(source, format, Unpack(packed)), new Hash32(row.GetFieldValue<byte[]>(0)), row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(2), packed);
    }

    const string AcceptedSql = "select source, hash, written_at from compliance.list_source";

    /// <summary>The file of each source that was accepted last, by whichever keeper.</summary>
    internal async Task<IReadOnlyDictionary<string, (Hash32 Hash, DateTimeOffset WrittenAt)>> AcceptedAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, (Hash32, DateTimeOffset)> accepted = new(StringComparer.Ordinal);
        await using NpgsqlCommand select = Command(AcceptedSql);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) accepted[row.GetString(0)] = (new Hash32(row.GetFieldValue<byte[]>(1)), row.GetFieldValue<DateTimeOffset>(2));
        return accepted;
    }

    const string SetSql = "insert into compliance.list_set (hash, source, format, file, made_at) values ($1, $2, $3, $4, $5) on conflict (hash, source) do nothing";

    /// <summary>Keeps which files are consulted together.</summary>
    internal async Task KeepSetAsync(Hash32 set, IEnumerable<(string Source, string Format, Hash32 File)> files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach ((string source, string format, Hash32 file) in files)
            await RunAsync(SetSql, connection, cancellationToken, set.ToBytes(), source, format, file.ToBytes(), now.ToUniversalTime());
        await transaction.CommitAsync(cancellationToken);
    }

    const string FilesSql = """
        select s.source, s.format, f.hash, f.published, f.loaded_at, f.content from compliance.list_set s join compliance.list_file f on f.hash = s.file where s.hash = $1 order by s.source
        """;

    /// <summary>The files that a set of lists consists of; empty when the set is not kept.</summary>
    public async Task<IReadOnlyList<KeptFile>> FilesAsync(Hash32 set, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(FilesSql, set.ToBytes());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<KeptFile> files = [];
        while (await row.ReadAsync(cancellationToken))
            files.Add(new KeptFile(row.GetString(0), row.GetString(1), new Hash32(row.GetFieldValue<byte[]>(2)), Time(row, 3), row.GetFieldValue<DateTimeOffset>(4), Unpack(row.GetFieldValue<byte[]>(5))));
        return files;
    }

    const string SourcesSql = """
        select s.hash, s.source, f.hash, f.published, f.loaded_at from compliance.list_set s join compliance.list_file f on f.hash = s.file where s.hash = any($1) order by s.source
        """;

    /// <summary>Names, hashes and dates of the files that sets of lists consist of, without the files; none for a set that is not kept.</summary>
    public async Task<IReadOnlyList<ListInSet>> SourcesAsync(IReadOnlyCollection<Hash32> sets, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SourcesSql, (object)sets.Select(set => set.ToBytes()).ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<ListInSet> lists = [];
        while (await row.ReadAsync(cancellationToken))
            lists.Add(new ListInSet(new Hash32(row.GetFieldValue<byte[]>(0)), row.GetString(1), new Hash32(row.GetFieldValue<byte[]>(2)), Time(row, 3), row.GetFieldValue<DateTimeOffset>(4)));
        return lists;
    }

    const string DeleteSetsSql = """
        delete from compliance.list_set s where s.made_at < $1 and not exists (select from compliance.answer a where a.list_hash = s.hash and a.answered_at >= $1)
        """;

    const string DeleteFilesSql = """
        delete from compliance.list_file f where f.loaded_at < $1
          and not exists (select from compliance.list_set s where s.file = f.hash) and not exists (select from compliance.list_source c where c.hash = f.hash)
          and not exists (select from compliance.list_change c where c.before_hash = f.hash or c.after_hash = f.hash)
        """;

    /// <summary>Deletes the files that no check since <paramref name="before"/> rests on and that are not in use; returns their number.</summary>
    public async Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand sets = Command(DeleteSetsSql, before.ToUniversalTime())) await sets.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand files = Command(DeleteFilesSql, before.ToUniversalTime());
        return await files.ExecuteNonQueryAsync(cancellationToken);
    }

    internal static string FormatText(ListFormat format) => format.ToString().ToLowerInvariant();

    internal static byte[] Unpack(byte[] packed)
    {
        using BrotliStream brotli = new(new MemoryStream(packed), CompressionMode.Decompress);
        using MemoryStream content = new();
        brotli.CopyTo(content);
        return content.ToArray();
    }
}

/// <summary>A file of a list as it was when a check used it.</summary>
/// <param name="Source">Name of the list in the settings, or <c>deny-list</c>.</param>
/// <param name="Format">How it is read.</param>
/// <param name="Hash">SHA-256.</param>
/// <param name="PublishedAt">As the file says, UTC; null when it does not.</param>
/// <param name="LoadedAt">When it was read first, UTC.</param>
/// <param name="Content">The bytes.</param>
public sealed record KeptFile(string Source, string Format, Hash32 Hash, DateTimeOffset? PublishedAt, DateTimeOffset LoadedAt, ReadOnlyMemory<byte> Content);

/// <summary>A file of a set of lists, without its contents.</summary>
/// <param name="Set">The set.</param>
/// <param name="Source">Name of the list in the settings, or <c>deny-list</c>.</param>
/// <param name="File">SHA-256.</param>
/// <param name="PublishedAt">As the file says, UTC; null when it does not.</param>
/// <param name="LoadedAt">When it was read first, UTC.</param>
public sealed record ListInSet(Hash32 Set, string Source, Hash32 File, DateTimeOffset? PublishedAt, DateTimeOffset LoadedAt);
