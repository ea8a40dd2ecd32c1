using System.Data;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Keystone.ApiBench;

/// <summary>
/// The ceiling of creating: writes the rows of a settlement that the API made once more under new ids and keys, prepared and in one batch, one transaction each, and does nothing else.
/// What the rows are is read from the database, so that they are the same whatever the API writes.
/// </summary>
sealed class BareInsert : IAsyncDisposable
{
    readonly Stream[] _streams;

    BareInsert(Stream[] streams, int rows, int tables) => (_streams, Rows, Tables) = (streams, rows, tables);

    /// <summary>Rows a settlement.</summary>
    public int Rows { get; }

    /// <summary>Tables that they are of.</summary>
    public int Tables { get; }

    /// <summary>Reads what the API wrote for the samples, and prepares a stream of inserts on each connection, of the samples in turn.</summary>
    public static async Task<BareInsert> PrepareAsync(NpgsqlDataSource database, Guid[] samples, int streams)
    {
        HashSet<Guid> others = [Guid.Empty];
        foreach (string table in (string[])["identity.platform", "identity.environment", "settlement.instrument", "settlement.template"])
        {
            await using NpgsqlCommand select = database.CreateCommand($"select id from {table}");
            await using NpgsqlDataReader row = await select.ExecuteReaderAsync();
            while (await row.ReadAsync()) others.Add(row.GetGuid(0));
        }
        List<Row[]> written = [];
        foreach (Guid sample in samples) written.Add(await ReadAsync(database, sample));
        Stream[] opened = new Stream[streams];
        for (int stream = 0; stream < streams; stream++) opened[stream] = await Stream.OpenAsync(database, written[stream % written.Count], others);
        return new BareInsert(opened, written[0].Length, written[0].Select(row => row.Table).Distinct().Count());
    }

    /// <summary>Settlements a second.</summary>
    public Task<double> RateAsync(int count) => Load.RateAsync(count, _streams.Length, (stream, _) => _streams[stream].WriteAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (Stream stream in _streams) await stream.DisposeAsync();
    }

    // Everything that the transaction which made the settlement left behind, tables in an order that foreign keys allow.
    static async Task<Row[]> ReadAsync(NpgsqlDataSource database, Guid sample)
    {
        string[] order = ["settlement.settlement", "settlement.party", "settlement.leg"];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlCommand find = new("select xmin::text from settlement.settlement where id = $1", connection) { Parameters = { new() { Value = sample } } };
        string transaction = (string)(await find.ExecuteScalarAsync())!;
        List<string> tables = [];
        await using (NpgsqlCommand list = new("""
            select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and n.nspname in ('settlement', 'webhooks', 'compliance', 'transactions') order by 1
            """, connection))
        await using (NpgsqlDataReader row = await list.ExecuteReaderAsync())
            while (await row.ReadAsync()) tables.Add(row.GetString(0));
        List<Row> rows = [];
        foreach (string table in tables.OrderBy(table => Array.IndexOf(order, table) is >= 0 and var place ? place : order.Length))
        {
            await using NpgsqlCommand select = new($"select * from {table} where xmin::text = $1", connection) { Parameters = { new() { Value = transaction } } };
            await using NpgsqlDataReader row = await select.ExecuteReaderAsync(CommandBehavior.KeyInfo);
            while (await row.ReadAsync())
                rows.Add(new Row(table, [.. Enumerable.Range(0, row.FieldCount).Select(i => new Column(row.GetName(i), row.GetDataTypeName(i), row.GetValue(i)))]));
        }
        Debug.Assert(rows.Any(row => row.Table == "settlement.settlement"));
        return [.. rows];
    }

    sealed record Column(string Name, string Type, object Value);

    sealed record Row(string Table, Column[] Columns);

    sealed class Stream(NpgsqlConnection connection, NpgsqlBatch batch, List<(NpgsqlParameter Parameter, Guid Sample)> ids, List<(NpgsqlParameter Parameter, Guid Sample)> texts, List<NpgsqlParameter> keys)
        : IAsyncDisposable
    {
        public static async Task<Stream> OpenAsync(NpgsqlDataSource database, Row[] rows, HashSet<Guid> others)
        {
            NpgsqlConnection connection = await database.OpenConnectionAsync();
            NpgsqlBatch batch = new(connection);
            List<(NpgsqlParameter, Guid)> ids = [], texts = [];
            List<NpgsqlParameter> keys = [];
            Row? chained = null;
            foreach (Row row in rows)
            {
                // One row of an environment, which its event takes on: together at the end, as the API does.
                if (row.Table == "settlement.environment_head") continue;
                if (row.Table == "settlement.environment_event") chained = row;
                else batch.BatchCommands.Add(Command($"insert into {row.Table} ({Names(row.Columns)}) values ({Places(row.Columns)})", row.Columns));
            }
            if (chained is not null)
            {
                Column[] columns = [.. chained.Columns.Where(column => column.Name != "position")];
                int environment = Array.FindIndex(columns, column => column.Name == "environment_id") + 1, hash = Array.FindIndex(columns, column => column.Name == "chain_hash") + 1;
                batch.BatchCommands.Add(Command(string.Create(CultureInfo.InvariantCulture, $"""
                    with head as (update settlement.environment_head set position = position + 1, hash = ${hash} where environment_id = ${environment} returning position)
                    insert into settlement.environment_event (position, {Names(columns)}) select head.position, {Places(columns)} from head
                    """), columns));
            }
            await batch.PrepareAsync();
            return new Stream(connection, batch, ids, texts, keys);

            NpgsqlBatchCommand Command(string sql, Column[] columns)
            {
                NpgsqlBatchCommand command = new(sql);
                foreach (Column column in columns)
                {
                    NpgsqlParameter parameter = new() { Value = column.Value, DataTypeName = column.Type };
                    command.Parameters.Add(parameter);
                    if (column.Value is Guid id && !others.Contains(id)) ids.Add((parameter, id));
                    else if (column.Value is string text && Guid.TryParse(text, out Guid named) && column.Name is not ("idempotency_key" or "key")) texts.Add((parameter, named));
                    else if (column.Name is "idempotency_key" or "key") keys.Add(parameter);
                }
                return command;
            }

            static string Names(Column[] columns) => string.Join(", ", columns.Select(column => $"\"{column.Name}\""));

            static string Places(Column[] columns) => string.Join(", ", columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}")));
        }

        public async Task WriteAsync()
        {
            Dictionary<Guid, Guid> fresh = [];
            foreach ((NpgsqlParameter parameter, Guid sample) in ids) parameter.Value = Of(sample);
            foreach ((NpgsqlParameter parameter, Guid sample) in texts) parameter.Value = Of(sample).ToString();
            string key = Guid.NewGuid().ToString();
            foreach (NpgsqlParameter parameter in keys) parameter.Value = key;
            // A batch without a transaction around it is one.
            await batch.ExecuteNonQueryAsync();

            Guid Of(Guid sample) => fresh.TryGetValue(sample, out Guid known) ? known : fresh[sample] = Guid.CreateVersion7();
        }

        public async ValueTask DisposeAsync()
        {
            await batch.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
