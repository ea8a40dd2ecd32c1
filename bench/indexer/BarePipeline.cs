using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Keystone.Ethereum;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.IndexerBench;

/// <summary>
/// The yardstick: what a quick pipeline without any proof does. Ranges of <c>eth_getLogs</c>, read from UTF-8 straight into rows, binary COPY into a table
/// with the columns and indexes of the mirror's logs, the checkpoint in the same transaction; the next range is read while the one before is written.
/// No header, no link, no receipt, no fence, no fold, no feed.
/// </summary>
internal static class BarePipeline
{
    /// <summary>Tables of the pipeline and of the ceiling, in a migrated database.</summary>
    public const string Schema = """
        create schema bare;
        create table bare.log (like chain.log including all);
        create table bare.checkpoint (number bigint not null);
        insert into bare.checkpoint values (0)
        """;

    public const string Copy = """
        copy bare.log (block_hash, log_index, chain_id, tx_hash, tx_index, address, topics, data, decoded, escrow_id) from stdin (format binary)
        """;

    public sealed record Row(
        byte[] BlockHash, int LogIndex, byte[] TransactionHash, int TransactionIndex, byte[] Address, byte[][] Topics, byte[] Data, byte[]? EscrowId);

    public static async Task<TimeSpan> MeasureAsync(Uri url, Address escrow, long last, string connectionString)
    {
        await Database.ScalarAsync(connectionString, Schema);
        long start = Stopwatch.GetTimestamp();
        Channel<(long To, List<Row> Rows)> ahead = Channel.CreateBounded<(long, List<Row>)>(1);
        Task reading = Task.Run(async () =>
        {
            using HttpClient client = new();
            for (long from = 1; from <= last; from += NodeSpeed.Range)
            {
                long to = Math.Min(last, from + NodeSpeed.Range - 1);
                await ahead.Writer.WriteAsync((to, await ReadAsync(client, url, escrow, from, to)));
            }
            ahead.Writer.Complete();
        });
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await foreach ((long to, List<Row> rows) in ahead.Reader.ReadAllAsync())
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            Write(connection, rows);
            await using NpgsqlCommand checkpoint = new("update bare.checkpoint set number = $1", connection) { Parameters = { new() { Value = to } } };
            await checkpoint.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }
        await reading;
        return Stopwatch.GetElapsedTime(start);
    }

    public static void Write(NpgsqlConnection connection, List<Row> rows)
    {
        using NpgsqlBinaryImporter copy = connection.BeginBinaryImport(Copy);
        foreach (Row row in rows)
        {
            copy.StartRow();
            copy.Write(row.BlockHash, NpgsqlDbType.Bytea);
            copy.Write(row.LogIndex, NpgsqlDbType.Integer);
            copy.Write(EscrowChain.ChainId, NpgsqlDbType.Bigint);
            copy.Write(row.TransactionHash, NpgsqlDbType.Bytea);
            copy.Write(row.TransactionIndex, NpgsqlDbType.Integer);
            copy.Write(row.Address, NpgsqlDbType.Bytea);
            copy.Write(row.Topics, NpgsqlDbType.Array | NpgsqlDbType.Bytea);
            copy.Write(row.Data, NpgsqlDbType.Bytea);
            copy.Write(true, NpgsqlDbType.Boolean);
            copy.Write(row.EscrowId, NpgsqlDbType.Bytea);
        }
        copy.Complete();
    }

    public static async Task<List<Row>> ReadAsync(HttpClient client, Uri url, Address escrow, long from, long to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 24);
        int length = 0;
        using (Stream answer = await NodeSpeed.AskAsync(client, url, escrow, from, to))
        {
            for (int read; (read = await answer.ReadAsync(buffer.AsMemory(length))) > 0;)
            {
                length += read;
                if (length < buffer.Length) continue;
                byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        List<Row> rows = Parse(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        return rows;
    }

    static List<Row> Parse(ReadOnlySpan<byte> json)
    {
        List<Row> rows = new(10_000);
        Utf8JsonReader reader = new(json);
        List<byte[]> topics = new(4);
        while (reader.Read() && !(reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("result"u8)))
        {
            // The envelope.
        }
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            byte[] block = [], transaction = [], address = [], data = [];
            int index = 0, place = 0;
            topics.Clear();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("blockHash"u8)) block = Bytes(ref reader);
                else if (reader.ValueTextEquals("transactionHash"u8)) transaction = Bytes(ref reader);
                else if (reader.ValueTextEquals("address"u8)) address = Bytes(ref reader);
                else if (reader.ValueTextEquals("data"u8)) data = Bytes(ref reader);
                else if (reader.ValueTextEquals("logIndex"u8)) index = Number(ref reader);
                else if (reader.ValueTextEquals("transactionIndex"u8)) place = Number(ref reader);
                else if (reader.ValueTextEquals("topics"u8))
                {
                    reader.Read();
                    while (reader.Read() && reader.TokenType == JsonTokenType.String) topics.Add(Convert.FromHexString(reader.ValueSpan[2..]));
                }
                else
                {
                    reader.Skip();
                }
            }
            rows.Add(new Row(block, index, transaction, place, address, [.. topics], data, topics.Count > 1 ? topics[1] : null));
        }
        return rows;
    }

    static byte[] Bytes(ref Utf8JsonReader reader)
    {
        reader.Read();
        return Convert.FromHexString(reader.ValueSpan[2..]);
    }

    static int Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        int number = 0;
        foreach (byte digit in reader.ValueSpan[2..]) number = number * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return number;
    }
}
