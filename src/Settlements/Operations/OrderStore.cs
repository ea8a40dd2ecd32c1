using System.Text.Json;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>Result of an order to one settlement.</summary>
public enum OrderOutcome
{
    /// <summary>Stored; the keeper acts on it in its next run.</summary>
    Taken,

    /// <summary>The same order was given before.</summary>
    Repeated,

    /// <summary>The settlement has ended.</summary>
    Closed,

    /// <summary>The swap was executed on the chain: there is nothing left to roll back.</summary>
    Executed,

    /// <summary>There is no such settlement.</summary>
    Unknown,
}

/// <summary>Orders of an operator to single settlements. They are facts: the keeper's engine decides what follows from them.</summary>
public sealed class OrderStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string LockSql = "select closed_at is not null, chain_id, escrow_id from settlement.settlement where id = $1 for no key update";

    readonly MirrorReader _mirror = new(database);
    readonly IntentStore _intents = new(time);

    const string OrderSql = """
        insert into settlement.fact (id, settlement_id, kind, actor, body, created_at)
        select $1, $2, 'order', $3, $4, $5 where not exists (select from settlement.fact where settlement_id = $2 and kind = 'order')
        """;

    const string DueSql = "update settlement.settlement set due_at = $2 where id = $1";

    /// <summary>
    /// Ends a settlement: at once while nothing is on the chain, else by cancelling the escrow and refunding every deposit. After the swap was
    /// executed the order is refused; a swap that is executed meanwhile remains valid.
    /// </summary>
    /// <param name="settlement">Its id.</param>
    /// <param name="reason">For the audit trail.</param>
    /// <param name="actor">Who orders it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<OrderOutcome> RollBackAsync(Guid settlement, string reason, string actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, settlement, cancellationToken) is not { } locked) return OrderOutcome.Unknown;
        if (locked.IsClosed) return OrderOutcome.Closed;
        if (locked.EscrowId is { } escrow && await _mirror.ReadAsync(connection, locked.ChainId, [escrow], cancellationToken) is { } view
            && view.Escrows.GetValueOrDefault(escrow) is { IsExecuted: true })
            return OrderOutcome.Executed;
        string body = CanonicalJson.Of(JsonSerializer.SerializeToNode(new OrderBody("rollback", reason), OrderJson.Default.OrderBody));
        int inserted = await RunAsync(OrderSql, connection, cancellationToken, Guid.CreateVersion7(now), settlement, actor, body, now);
        await RunAsync(DueSql, connection, cancellationToken, settlement, now);
        await transaction.CommitAsync(cancellationToken);
        return inserted == 1 ? OrderOutcome.Taken : OrderOutcome.Repeated;
    }

    const string RetrySql = "update settlement.settlement set due_at = $2, attempts = 0, last_error = null where id = $1";

    /// <summary>Clears the delays after failures: the settlement and its transactions are tried again now.</summary>
    public async Task<OrderOutcome> RetryAsync(Guid settlement, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await LockAsync(connection, settlement, cancellationToken) is not { } locked) return OrderOutcome.Unknown;
        if (locked.IsClosed) return OrderOutcome.Closed;
        await RunAsync(RetrySql, connection, cancellationToken, settlement, now);
        if (locked.EscrowId is { } escrow) await _intents.RetryAsync(connection, locked.ChainId, escrow, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OrderOutcome.Taken;
    }

    readonly record struct Locked(bool IsClosed, long ChainId, Hash32? EscrowId);

    static async Task<Locked?> LockAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(LockSql, connection) { Parameters = { new() { Value = settlement } } };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new Locked(row.GetBoolean(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetHash(2)) : null;
    }
}
