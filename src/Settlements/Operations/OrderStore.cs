using System.Text.Json;
using Keystone.Settlements.Events;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>What came of an order to one settlement.</summary>
public enum OrderOutcome
{
    /// <summary>Taken; the keeper follows it at its next look.</summary>
    Taken,

    /// <summary>The same order stands already.</summary>
    Repeated,

    /// <summary>The settlement is at its end.</summary>
    Closed,

    /// <summary>The swap was executed on the chain: there is nothing left to roll back.</summary>
    Executed,

    /// <summary>There is no such settlement.</summary>
    Unknown,
}

/// <summary>Orders of an operator to single settlements. They are facts: the keeper's engine decides what follows from them.</summary>
public sealed class OrderStore(NpgsqlDataSource database, TimeProvider time)
{
    const string LockSql = "select closed_at is not null from settlement.settlement where id = $1 for no key update";

    const string ExecutedSql = """
        select exists (select from settlement.settlement s join chain.escrow e on e.chain_id = s.chain_id and e.escrow_id = s.escrow_id
          where s.id = $1 and e.executed_block is not null)
        """;

    const string OrderSql = """
        insert into settlement.fact (id, settlement_id, kind, actor, body, created_at)
        select $1, $2, 'order', $3, $4, $5 where not exists (select from settlement.fact where settlement_id = $2 and kind = 'order')
        """;

    const string DueSql = "update settlement.settlement set due_at = $2 where id = $1";

    /// <summary>
    /// Ends a settlement: at once while nothing is on the chain, else by cancelling there and giving every deposit back. A swap that was
    /// executed before is no longer to be ended; one that is executed meanwhile stands.
    /// </summary>
    /// <param name="settlement">Its id.</param>
    /// <param name="reason">For the audit trail.</param>
    /// <param name="actor">Who orders it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<OrderOutcome> RollBackAsync(Guid settlement, string reason, string actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ClosedAsync(connection, settlement, cancellationToken) is not { } closed) return OrderOutcome.Unknown;
        if (closed) return OrderOutcome.Closed;
        await using (NpgsqlCommand executed = new(ExecutedSql, connection) { Parameters = { new() { Value = settlement } } })
            if (await executed.ExecuteScalarAsync(cancellationToken) is true) return OrderOutcome.Executed;
        string body = CanonicalJson.Of(JsonSerializer.SerializeToNode(new OrderBody("rollback", reason), FirstEventJson.Default.OrderBody));
        int inserted = await RunAsync(connection, OrderSql, cancellationToken, Guid.CreateVersion7(now), settlement, actor, body, now);
        await RunAsync(connection, DueSql, cancellationToken, settlement, now);
        await transaction.CommitAsync(cancellationToken);
        return inserted == 1 ? OrderOutcome.Taken : OrderOutcome.Repeated;
    }

    const string RetrySql = "update settlement.settlement set due_at = $2, attempts = 0, last_error = null where id = $1";

    const string RetryIntentsSql = """
        update desk.intent i set due_at = $2, attempts = 0, status = case when i.status = 'failed' then 'wanted' else i.status end, updated_at = $2
        from settlement.settlement s
        where s.id = $1 and i.chain_id = s.chain_id and i.subject = s.escrow_id and i.status in ('wanted', 'failed')
        """;

    /// <summary>Forgets the pauses of earlier failures: the settlement and its transactions are tried again now.</summary>
    public async Task<OrderOutcome> RetryAsync(Guid settlement, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ClosedAsync(connection, settlement, cancellationToken) is not { } closed) return OrderOutcome.Unknown;
        if (closed) return OrderOutcome.Closed;
        await RunAsync(connection, RetrySql, cancellationToken, settlement, now);
        await RunAsync(connection, RetryIntentsSql, cancellationToken, settlement, now);
        await transaction.CommitAsync(cancellationToken);
        return OrderOutcome.Taken;
    }

    static async Task<bool?> ClosedAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(LockSql, connection) { Parameters = { new() { Value = settlement } } };
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, connection);
        foreach (object value in values) command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
