using Keystone.Postgres;
using Keystone.Webhooks.Messages;
using Npgsql;

namespace Keystone.Webhooks.Store;

/// <summary>Stores messages in the transaction of the change that they report.</summary>
public static class MessageStore
{
    const string InsertSql = """
        insert into webhooks.message (id, environment_id, type, settlement_id, sequence, payload, created_at, traceparent)
        values (@id, @environment, @type, @settlement, @sequence, @payload, @created,
          coalesce(@traceparent::text, (select s.traceparent from settlement.settlement s where s.id = @settlement)))
        """;

    /// <summary>
    /// Stores a message for an environment in the caller's transaction, so that it is sent if and only if the change is committed. It belongs to the trace
    /// of the present request, else to that of the request that made the settlement.
    /// </summary>
    public static async Task InsertAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid environmentId, ComposedMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        await using NpgsqlCommand insert = new(InsertSql, connection, transaction)
        {
            Parameters =
            {
                new("id", message.Id), new("environment", environmentId), new("type", message.Type), new("settlement", message.SettlementId),
                new("sequence", message.Sequence), new("payload", message.Payload), new("created", message.CreatedAt.ToUniversalTime()),
                new("traceparent", TraceContext.Current),
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
