using System.Runtime.CompilerServices;
using Keystone.Ethereum;
using Keystone.Postgres.Leases;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Transactions;

/// <summary>
/// Statements about the rows of one sender on one chain: each has the parameters <c>@chain</c> and <c>@sender</c>. Writes go through
/// <see cref="FencedAsync"/>, which locks the sender's row and compares the epoch of the lease, so that a process that lost the lease writes nothing.
/// </summary>
internal sealed class SenderDatabase(NpgsqlDataSource database, long chainId, Address sender)
{
    readonly byte[] _sender = sender.ToBytes();

    public Address Sender => sender;

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => await database.OpenConnectionAsync(cancellationToken);

    const string FenceSql = "select 1 from transactions.sender where chain_id = @chain and address = @sender and epoch = @epoch and status <> 'retired' for update";

    /// <summary>Runs a write in a transaction of its own that holds the sender's row.</summary>
    /// <exception cref="LeaseLostException">The lease has a newer epoch, or the account is retired: nothing is written.</exception>
    public async Task<T> FencedAsync<T>(long epoch, Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand fence = Command(connection, FenceSql, ("epoch", epoch)))
            if (await fence.ExecuteScalarAsync(cancellationToken) is null) throw new LeaseLostException("Another transaction manager holds the lease of this sender.");
        T result = await write(connection);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    public NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        NpgsqlCommand command = new(sql, connection);
        command.Parameters.AddWithValue("chain", chainId);
        command.Parameters.AddWithValue("sender", _sender);
        foreach ((string name, object? value) in parameters)
            command.Parameters.Add(value is null ? new NpgsqlParameter(name, NullType(name)) { Value = DBNull.Value } : new NpgsqlParameter(name, value));
        return command;
    }

    /// <summary>A statement without further parameters, for a batch.</summary>
    public NpgsqlBatchCommand BatchCommand(string sql) => new(sql) { Parameters = { new("chain", chainId), new("sender", _sender) } };

    /// <summary>Executes one statement; returns the number of rows that it changed.</summary>
    public Task<int> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        ExecuteAsync(Command(connection, sql, parameters), cancellationToken);

    static async Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using ConfiguredAsyncDisposable disposal = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Postgres cannot infer the type of a bare null everywhere.
    static NpgsqlDbType NullType(string name) => name switch
    {
        "block" or "used" => NpgsqlDbType.Bigint,
        "in" or "hash" => NpgsqlDbType.Bytea,
        "ok" => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.Text,
    };
}
