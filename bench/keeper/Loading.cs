using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Keystone.KeeperBench;

/// <summary>
/// Brings many rows into a database as fast as the cores allow: the tables lose their write-ahead log, their indexes are set aside before and built in one go afterwards, each table is filled by a
/// connection of its own, and at the end everything is vacuumed and analyzed.
/// </summary>
/// <remarks>An index is set aside by its row in <c>pg_index</c>, which keeps its constraint and what refers to it. <c>reindex</c> builds such an index, checks that it is unique, and takes it into use.</remarks>
sealed partial class Loading(NpgsqlDataSource database, string folder, CancellationToken cancellation)
{
    /// <summary>Less than this on the disk ends the load.</summary>
    public const long Spare = 3L << 30;

    const int Step = 100_000;

    // The largest first, so that no connection is left alone with one of them at the end.
    static readonly string[] Largest =
        ["settlement.event", "webhooks.message", "chain.log", "transactions.attempt", "settlement.settlement", "webhooks.delivery", "webhooks.delivery_attempt", "settlement.party", "transactions.nonce"];

    readonly long _begun = Stopwatch.GetTimestamp();

    /// <summary>Rows of numbers <c>From</c> and on; <c>{n}</c> in the statement stands for the set of these numbers.</summary>
    public sealed record Rows(string Sql, int From, int Count)
    {
        public string Table => Target().Match(Sql) is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException($"This inserts nothing: {Sql}");
    }

    /// <summary>Bytes that are free where the database lies.</summary>
    public static long Free(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    public async Task RunAsync(IReadOnlyList<Rows> all)
    {
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation))
        {
            // It would read each table again and again while it grows.
            await RunAsync(connection, "alter system set autovacuum = off");
            await RunAsync(connection, "select pg_reload_conf()");
        }
        await ForgetLogAsync();
        IGrouping<string, Rows>[] tables = [.. all.GroupBy(rows => rows.Table, StringComparer.Ordinal).OrderBy(table => Place(table.Key))];
        string[] indexes;
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation))
            indexes = await TextsAsync(connection, """
                with aside as (update pg_index i set indisready = false, indisvalid = false from pg_class c, pg_namespace n
                  where c.oid = i.indrelid and n.oid = c.relnamespace and n.nspname || '.' || c.relname = any($1) returning i.indexrelid, i.indrelid)
                select indexrelid::regclass::text from aside order by pg_relation_size(indrelid) desc, indexrelid
                """, [.. tables.Select(table => table.Key)]);
        await EachAsync(tables, async (connection, table) =>
        {
            foreach (Rows rows in table)
                for (int first = rows.From; first < rows.From + rows.Count; first += Step)
                {
                    int last = Math.Min(first + Step, rows.From + rows.Count) - 1;
                    await RunAsync(connection, rows.Sql.Replace("{n}", string.Create(CultureInfo.InvariantCulture, $"generate_series({first}, {last}) n"), StringComparison.Ordinal));
                    Report($"{table.Key}: {last + 1 - rows.From:#,##0} of {rows.Count:#,##0}");
                }
        });
        int built = 0;
        await EachAsync(indexes, async (connection, index) =>
        {
            await RunAsync(connection, $"reindex index {index}");
            int now = Interlocked.Increment(ref built);
            if (now % 10 == 0 || now == indexes.Length) Report($"{now} of {indexes.Length} indexes");
        });
        string[] grown;
        await using (NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation))
            grown = await TextsAsync(connection, $"select oid::regclass::text from pg_class c where {Ours} order by pg_relation_size(oid) desc");
        int looked = 0;
        await EachAsync(grown, async (connection, table) =>
        {
            await RunAsync(connection, $"vacuum (analyze) {table}");
            int now = Interlocked.Increment(ref looked);
            if (now % 10 == 0 || now == grown.Length) Report($"{now} of {grown.Length} tables vacuumed and analyzed");
        });
    }

    const string Ours = "c.relkind = 'r' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema|public$)'";

    // A table that is logged may not refer to one that is not: those that nobody refers to come first.
    async Task ForgetLogAsync()
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        while (true)
        {
            string[] next = await TextsAsync(connection, $"""
                select oid::regclass::text from pg_class c where {Ours} and c.relpersistence = 'p'
                  and not exists (select from pg_constraint k join pg_class o on o.oid = k.conrelid where k.contype = 'f' and k.confrelid = c.oid and o.oid <> c.oid and o.relpersistence = 'p')
                """);
            if (next.Length == 0) return;
            foreach (string table in next) await RunAsync(connection, $"alter table {table} set unlogged");
        }
    }

    static int Place(string table) => Array.IndexOf(Largest, table) is >= 0 and int place ? place : Largest.Length;

    // As many connections as cores take from one list; the first fault ends the others.
    async Task EachAsync<T>(IEnumerable<T> work, Func<NpgsqlConnection, T, Task> act)
    {
        ConcurrentQueue<T> queue = new(work);
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 2, 8)).Select(async _ =>
        {
            try
            {
                await using NpgsqlConnection connection = await database.OpenConnectionAsync(failed.Token);
                // The rows are right by construction; checking their foreign keys would take longer than all the rest.
                await RunAsync(connection, "set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '512MB'; set max_parallel_maintenance_workers = 0");
                while (!failed.IsCancellationRequested && queue.TryDequeue(out T? one)) await act(connection, one);
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }));
        cancellation.ThrowIfCancellationRequested();
    }

    void Report(string what)
    {
        long free = Free(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {Stopwatch.GetElapsedTime(_begun).TotalSeconds,5:0} s  {what}; {free >> 30} GB free"));
        if (free < Spare) throw new InvalidOperationException($"Only {free >> 20} MB are left on the disk; the load was ended.");
    }

    async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    async Task<string[]> TextsAsync(NpgsqlConnection connection, string sql, string[]? names = null)
    {
        await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        if (names is not null) command.Parameters.Add(new NpgsqlParameter { Value = names });
        List<string> texts = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation)) texts.Add(row.GetString(0));
        return [.. texts];
    }

    [GeneratedRegex(@"^\s*insert into (\w+\.\w+)")]
    private static partial Regex Target();
}
