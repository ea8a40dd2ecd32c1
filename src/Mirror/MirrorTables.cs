using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Mirror;

/// <summary>
/// Statements on the tables of a mirror: of the one that is read, or of the one beside it that a rebuild fills. Each table of the mirror has one beside it; statements name the
/// tables of the mirror that is read.
/// </summary>
internal sealed class MirrorTables(NpgsqlDataSource database, bool beside)
{
    const string Beside = "rebuild_";

    public NpgsqlDataSource Database => database;

    /// <summary>The statement on the tables of this mirror.</summary>
    public string Sql(string sql) => beside ? sql.Replace(" chain.", $" chain.{Beside}", StringComparison.Ordinal) : sql;

    public NpgsqlCommand Command(NpgsqlConnection connection, string sql, long chainId)
    {
        NpgsqlCommand command = new(Sql(sql), connection);
        command.Parameters.AddWithValue("chain", chainId);
        return command;
    }

    public NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql, long chainId)
    {
        NpgsqlBatchCommand command = new(Sql(sql));
        command.Parameters.AddWithValue("chain", chainId);
        batch.BatchCommands.Add(command);
        return command;
    }

    public async Task<int> RunAsync(
        NpgsqlConnection connection, string sql, long chainId, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, chainId);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static NpgsqlParameter Hashes(string name, IEnumerable<Hash32> hashes) =>
        new(name, NpgsqlDbType.Array | NpgsqlDbType.Bytea) { Value = hashes.Select(hash => hash.ToBytes()).ToArray() };

    /// <summary>Reads address, topics, data, block number, block hash, transaction hash, transaction index and log index of a row.</summary>
    public static LogEntry ReadLog(NpgsqlDataReader reader) => new(
        reader.GetAddress(0), [.. reader.GetFieldValue<byte[][]>(1).Select(topic => new Hash32(topic))], reader.GetFieldValue<byte[]>(2), reader.GetInt64(3),
        reader.GetHash(4), reader.GetHash(5), reader.GetInt32(6), reader.GetInt32(7));
}
