using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Postgres;

/// <summary>Commands with positional parameters, and columns that may be null.</summary>
public abstract class SqlStore(NpgsqlDataSource database)
{
    protected NpgsqlDataSource Database => database;

    protected NpgsqlCommand Command(string sql, params object?[] values)
    {
        NpgsqlCommand command = database.CreateCommand(sql);
        Bind(command, values);
        return command;
    }

    protected static NpgsqlCommand Command(string sql, NpgsqlConnection connection, params object?[] values)
    {
        NpgsqlCommand command = new(sql, connection);
        Bind(command, values);
        return command;
    }

    /// <summary>A command of a batch, with positional parameters.</summary>
    public static NpgsqlBatchCommand BatchCommand(string sql, params object?[] values)
    {
        NpgsqlBatchCommand command = new(sql);
        foreach (object? value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    /// <summary>
    /// A statement over <c>any($1)</c> or <c>any($2)</c> for one value in place of the array. Of a prepared statement over an array Postgres expects ten values, finds the plan that is kept
    /// dearer than a new one for the array at hand, and so plans at each use.
    /// </summary>
    public static string OfOne(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return sql.Replace("any($1)", "$1", StringComparison.Ordinal).Replace("any($2)", "$2", StringComparison.Ordinal);
    }

    protected static async Task<int> RunAsync(string sql, NpgsqlConnection connection, CancellationToken cancellationToken, params object?[] values)
    {
        await using NpgsqlCommand command = Command(sql, connection, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    protected static void Bind(NpgsqlCommand command, object?[] values)
    {
        foreach (object? value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
    }

    protected static string? Text(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : r.GetString(i);

    protected static long? Long(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : r.GetInt64(i);

    protected static byte[]? Bytes(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : r.GetFieldValue<byte[]>(i);

    protected static Address? Wallet(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : new Address(r.GetFieldValue<byte[]>(i));

    protected static DateTimeOffset? Time(NpgsqlDataReader r, int i) => r.IsDBNull(i) ? null : r.GetFieldValue<DateTimeOffset>(i);
}
