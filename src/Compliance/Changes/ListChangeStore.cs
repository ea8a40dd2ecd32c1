using Keystone.Compliance.Lists;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Compliance.Changes;

/// <summary>Changes of lists, what they consist of, and the live settlements that they touched.</summary>
public sealed class ListChangeStore(NpgsqlDataSource database) : SqlStore(database)
{
    // A first load is no change that anybody reads entry by entry.
    const int MostEntries = 50_000;

    const string WriteSql = """
        insert into compliance.list_change (id, source, before_hash, after_hash, added, removed, changed, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    const string EntrySql = "insert into compliance.list_change_entry (change, entry, action, names) select $1, * from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing";

    const string AcceptedSql = "select hash from compliance.list_source where source = $1 for update";

    const string AcceptSql = """
        insert into compliance.list_source (source, hash, written_at, updated_at) values ($1, $2, $3, $4)
        on conflict (source) do update set hash = excluded.hash, written_at = excluded.written_at, updated_at = excluded.updated_at
        """;

    /// <summary>Takes a file into use and notes what is otherwise in it. Both files have to be kept before. Several keepers read the same file: the first one notes the change.</summary>
    internal async Task WriteAsync(string source, LoadedFile? before, LoadedFile after, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ListChange change = ListChange.Between(before?.List, after.List);
        Guid id = Guid.CreateVersion7(now);
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        byte[]? accepted;
        await using (NpgsqlCommand select = Command(AcceptedSql, connection, source)) accepted = await select.ExecuteScalarAsync(cancellationToken) as byte[];
        await RunAsync(AcceptSql, connection, cancellationToken, source, after.Hash.ToBytes(), after.WrittenAt.ToUniversalTime(), now.ToUniversalTime());
        if (accepted is not null && new Hash32(accepted) == after.Hash)
        {
            await transaction.CommitAsync(cancellationToken);
            return;
        }
        await using (NpgsqlCommand write = Command(WriteSql, connection, id, source))
        {
            write.Parameters.Add(new() { Value = (object?)before?.Hash.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
            Bind(write, [after.Hash.ToBytes(), change.Added.Count, change.Removed.Count, change.Changed.Count, now.ToUniversalTime()]);
            await write.ExecuteNonQueryAsync(cancellationToken);
        }
        if (before is not null)
        {
            (string Id, string Action, string Names)[] entries =
                [.. change.Added.Select(entry => (entry.Id, "added", NamesOf(entry))), .. change.Removed.Select(entry => (entry.Id, "removed", NamesOf(entry))),
                    .. change.Changed.Select(pair => (pair.After.Id, "changed", NamesOf(pair.After)))];
            Array.Resize(ref entries, Math.Min(entries.Length, MostEntries));
            await RunAsync(EntrySql, connection, cancellationToken, id, entries.Select(one => one.Id).ToArray(), entries.Select(one => one.Action).ToArray(), entries.Select(one => one.Names).ToArray());
        }
        await transaction.CommitAsync(cancellationToken);
    }

    static string NamesOf(ListEntry entry) => PlainText.Of(string.Join("; ", entry.Names.Take(3).Select(name => name.Text).Concat(entry.Wallets.Take(3).Select(wallet => wallet.ToString()))), 500);

    const string OpenSql = """
        select c.id, c.source, c.before_hash, c.after_hash, c.cursor from compliance.list_change c where c.finished_at is null order by c.made_at, c.id limit 1
        """;

    const string FileSql = "select format, content from compliance.list_file where hash = $1";

    /// <summary>The oldest change that live settlements have not all been compared with; null when there is none.</summary>
    public async Task<OpenChange?> OpenAsync(CancellationToken cancellationToken)
    {
        (Guid Id, string Source, byte[]? Before, byte[] After, Guid Cursor) open;
        await using (NpgsqlCommand select = Command(OpenSql))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            open = (row.GetGuid(0), row.GetString(1), Bytes(row, 2), row.GetFieldValue<byte[]>(3), row.GetGuid(4));
        }
        ListChange change = ListChange.Between(await FileAsync(open.Source, open.Before, cancellationToken), (await FileAsync(open.Source, open.After, cancellationToken))!);
        return new OpenChange(open.Id, open.Source, open.Cursor, change);
    }

    async Task<ParsedList?> FileAsync(string source, byte[]? hash, CancellationToken cancellationToken)
    {
        if (hash is null) return null;
        await using NpgsqlCommand select = Command(FileSql, hash);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) throw new InvalidOperationException($"The file {new Hash32(hash)} of the list {source} is not kept.");
        return ListFile.Parse(source, Enum.Parse<ListFormat>(row.GetString(0), ignoreCase: true), ListFileStore.Unpack(row.GetFieldValue<byte[]>(1)));
    }

    const string AdvanceSql = "update compliance.list_change set cursor = $2, parties = parties + $3, finished_at = case when $4 then $5 end where id = $1 and finished_at is null";

    /// <summary>Notes how far a change has been compared with live settlements.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cursor">Last settlement of the page.</param>
    /// <param name="parties">Parties of the page.</param>
    /// <param name="isLast">True when no page follows.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task AdvanceAsync(Guid change, Guid cursor, int parties, bool isLast, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand advance = Command(AdvanceSql, change, cursor, (long)parties, isLast, now.ToUniversalTime());
        await advance.ExecuteNonQueryAsync(cancellationToken);
    }

    const string HitSql = """
        insert into compliance.list_change_hit (change, settlement_id, party_id, layer, entry, action, made_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
        """;

    /// <summary>Notes that an entry of a change touched a live settlement, in the caller's transaction; false when that was noted before.</summary>
    public static async Task<bool> TouchAsync(NpgsqlConnection connection, Guid change, Guid settlement, TouchedParty touched, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(touched);
        return await RunAsync(HitSql, connection, cancellationToken, change, settlement, touched.PartyId, touched.Layer == ScreeningLayer.Entity ? "entity" : "wallet", touched.Entry, touched.Action,
            now.ToUniversalTime()) == 1;
    }

    const string ListSql = """
        select c.id, c.source, c.before_hash, c.after_hash, c.added, c.removed, c.changed, c.made_at, c.parties, c.finished_at,
          (select count(distinct h.settlement_id) from compliance.list_change_hit h where h.change = c.id), count(*) over ()
        from compliance.list_change c where $3::uuid is null or c.id = $3 order by c.made_at desc, c.id limit $1 offset $2
        """;

    /// <summary>Changes, newest first.</summary>
    public async Task<(IReadOnlyList<ListChangeView> Items, long Total)> ListAsync(Guid? id, int limit, int offset, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(ListSql, limit, offset);
        select.Parameters.Add(new() { Value = (object?)id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<ListChangeView> changes = [];
        long total = 0;
        while (await row.ReadAsync(cancellationToken))
        {
            changes.Add(new ListChangeView(row.GetGuid(0), row.GetString(1), Bytes(row, 2) is { } before ? new Hash32(before).ToString() : null, new Hash32(row.GetFieldValue<byte[]>(3)).ToString(),
                row.GetInt32(4), row.GetInt32(5), row.GetInt32(6), row.GetFieldValue<DateTimeOffset>(7), row.GetInt64(8), Time(row, 9), row.GetInt64(10)));
            total = row.GetInt64(11);
        }
        return (changes, total);
    }

    const string EntriesSql = "select entry, action, names, count(*) over () from compliance.list_change_entry where change = $1 order by action, entry limit $2 offset $3";

    /// <summary>Entries of a change: a first load of a list has none.</summary>
    public async Task<(IReadOnlyList<ChangedEntry> Items, long Total)> EntriesAsync(Guid change, int limit, int offset, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(EntriesSql, change, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<ChangedEntry> entries = [];
        long total = 0;
        while (await row.ReadAsync(cancellationToken))
        {
            entries.Add(new ChangedEntry(row.GetString(0), row.GetString(1), row.GetString(2)));
            total = row.GetInt64(3);
        }
        return (entries, total);
    }

    const string TouchedSql = """
        select settlement_id, party_id, layer, entry, action, made_at, count(*) over () from compliance.list_change_hit where change = $1
        order by settlement_id, party_id, layer, entry limit $2 offset $3
        """;

    /// <summary>Live settlements that a change touched.</summary>
    public async Task<(IReadOnlyList<TouchedSettlement> Items, long Total)> TouchedAsync(Guid change, int limit, int offset, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(TouchedSql, change, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        List<TouchedSettlement> touched = [];
        long total = 0;
        while (await row.ReadAsync(cancellationToken))
        {
            touched.Add(new TouchedSettlement(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5)));
            total = row.GetInt64(6);
        }
        return (touched, total);
    }
}
