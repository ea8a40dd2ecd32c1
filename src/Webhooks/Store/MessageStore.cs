using Keystone.Postgres;
using Keystone.Webhooks.Messages;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Store;

/// <summary>Stores messages in the transaction of the change that they report.</summary>
public static class MessageStore
{
    const string InsertSql = """
        insert into webhooks.message (id, environment_id, type, settlement_id, sequence, payload, created_at, traceparent, trace_id)
        values (@id, @environment, @type, @settlement, @sequence, @payload, @created, @traceparent::text, @trace::text)
        """;

    /// <summary>Stores a message that belongs to no settlement, in the caller's transaction.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="environmentId">Environment that gets the message.</param>
    /// <param name="id">Id of the message.</param>
    /// <param name="type">Name of the event.</param>
    /// <param name="payload">The bytes that are sent, as text.</param>
    /// <param name="at">UTC.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid environmentId, Guid id, string type, string payload, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = new(InsertSql, connection, transaction)
        {
            Parameters =
            {
                new("id", id), new("environment", environmentId), new("type", type),
                new NpgsqlParameter("settlement", NpgsqlDbType.Uuid) { Value = DBNull.Value }, new NpgsqlParameter("sequence", NpgsqlDbType.Integer) { Value = DBNull.Value },
                new("payload", payload), new("created", at.ToUniversalTime()), new("traceparent", (object?)TraceContext.Current ?? DBNull.Value), new("trace", DBNull.Value),
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stores a message for an environment in the caller's transaction, so that it is sent if and only if the change is committed.
    /// </summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="environmentId">Environment that gets the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="traceparent">W3C trace context that the message belongs to when the present work is in no trace; null for none.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <param name="withTraceId">
    /// The receiver is told the id of the trace that <paramref name="traceparent"/> names, of the present one without it. For the environment whose request began that trace: what another
    /// one chose as its id is none of its business.
    /// </param>
    public static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid environmentId, ComposedMessage message, string? traceparent, CancellationToken cancellationToken,
        bool withTraceId = false)
    {
        await using NpgsqlBatch batch = new(connection, transaction) { BatchCommands = { Of(environmentId, message, traceparent, withTraceId) } };
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string InsertOfSettlements = """
        insert into webhooks.message (id, environment_id, type, settlement_id, sequence, payload, created_at, traceparent, trace_id)
        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::text[], $7::timestamptz[], $8::text[], $9::text[])
        """;

    /// <summary>The same as a command of a batch in the caller's transaction.</summary>
    /// <param name="environmentId">Environment that gets the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="traceparent">W3C trace context that the message belongs to when the present work is in no trace; null for none.</param>
    /// <param name="withTraceId">As of <see cref="InsertAsync(NpgsqlConnection, NpgsqlTransaction, Guid, ComposedMessage, string, CancellationToken, bool)"/>.</param>
    public static NpgsqlBatchCommand Of(Guid environmentId, ComposedMessage message, string? traceparent, bool withTraceId = false) =>
        Of([new StoredMessage(environmentId, message, traceparent, withTraceId)]);

    /// <summary>Stores several as one command of a batch in the caller's transaction.</summary>
    public static NpgsqlBatchCommand Of(IReadOnlyCollection<StoredMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return SqlStore.BatchCommand(InsertOfSettlements, messages.Select(one => one.Message.Id).ToArray(), messages.Select(one => one.EnvironmentId).ToArray(),
            messages.Select(one => one.Message.Type).ToArray(), messages.Select(one => one.Message.SettlementId).ToArray(), messages.Select(one => one.Message.Sequence).ToArray(),
            messages.Select(one => one.Message.Payload).ToArray(), messages.Select(one => one.Message.CreatedAt.UtcDateTime).ToArray(),
            messages.Select(one => TraceContext.Current is string current ? current : one.Traceparent).ToArray(),
            messages.Select(one => !one.WithTraceId ? null : one.Traceparent is null ? TraceContext.CurrentId : TraceContext.IdOf(one.Traceparent)).ToArray());
    }
}
