using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Npgsql;

namespace Keystone.Webhooks.Delivery;

/// <summary>Numbers committed messages and creates their deliveries.</summary>
internal sealed class PublicationStore(NpgsqlDataSource database)
{
    // Held to the end of the transaction: one publisher at a time, so positions are gapless and never appear out of order.
    const string Lock = "select position from webhooks.publisher for update skip locked";

    const string Unpublished = """
        select id, environment_id, type, created_at from webhooks.message where position is null
        order by created_at, settlement_id, sequence, id limit $1
        """;

    const string EndpointsOf = "select id, environment_id, events from webhooks.endpoint where is_active and environment_id = any($1)";

    // Beside the number over all, the next of each environment's own feed.
    const string Number = """
        with published as (
          select n.id, n.position, m.environment_id, case when m.type = 'webhook.test' then null
            else row_number() over (partition by m.environment_id, m.type = 'webhook.test' order by n.position) end as place,
            count(*) filter (where m.type <> 'webhook.test') over (partition by m.environment_id) as of_environment
          from unnest($1::uuid[], $2::bigint[]) as n(id, position) join webhooks.message m on m.id = n.id),
        feeds as (
          insert into webhooks.feed (environment_id, position)
          select environment_id, count(place) from published group by environment_id having count(place) > 0
          on conflict (environment_id) do update set position = webhooks.feed.position + excluded.position
          returning environment_id, position)
        update webhooks.message m set position = p.position,
          feed_position = f.position - p.of_environment + p.place
        from published p left join feeds f on f.environment_id = p.environment_id where m.id = p.id
        """;

    const string InsertDeliveries = """
        insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at)
        select d.id, d.message_id, e.id, $4, $4 from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as d(id, message_id, endpoint_id)
        join webhooks.endpoint e on e.id = d.endpoint_id
        on conflict do nothing
        """;

    const string Advance = "update webhooks.publisher set position = $1";

    /// <summary>Publishes up to <paramref name="limit"/> messages; returns their number, 0 also when another process is publishing.</summary>
    public async Task<int> PublishAsync(int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        long position;
        List<(Guid Id, Guid Environment, string Type)> messages = [];
        await using (NpgsqlBatch hold = new(connection, transaction) { BatchCommands = { new(Lock), SqlStore.BatchCommand(Unpublished, limit) } })
        await using (NpgsqlDataReader rows = await hold.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await rows.ReadAsync(cancellationToken).ConfigureAwait(false)) return 0;
            position = rows.GetInt64(0);
            await rows.NextResultAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                messages.Add((rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2)));
        }
        if (messages.Count == 0)
            return 0;

        List<(Guid Id, Guid Environment, string[] Events)> endpoints = [];
        await using (NpgsqlCommand select = new(EndpointsOf, connection, transaction))
        {
            select.Parameters.AddWithValue(messages.Select(m => m.Environment).Distinct().ToArray());
            await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                endpoints.Add((rows.GetGuid(0), rows.GetGuid(1), rows.GetFieldValue<string[]>(2)));
        }

        List<Guid> ids = [], ofMessage = [], toEndpoint = [];
        foreach ((Guid id, Guid environment, string type) in messages)
            // A test message has its one delivery already.
            foreach ((Guid endpoint, Guid owner, string[] events) in endpoints)
                if (owner == environment && type != "webhook.test" && events.Any(pattern => EventPattern.Matches(pattern, type)))
                {
                    ids.Add(Guid.CreateVersion7(now));
                    ofMessage.Add(id);
                    toEndpoint.Add(endpoint);
                }

        await using (NpgsqlBatch write = new(connection, transaction))
        {
            write.BatchCommands.Add(SqlStore.BatchCommand(Number, messages.Select(m => m.Id).ToArray(), Enumerable.Range(1, messages.Count).Select(i => position + i).ToArray()));
            if (ids.Count > 0) write.BatchCommands.Add(SqlStore.BatchCommand(InsertDeliveries, ids.ToArray(), ofMessage.ToArray(), toEndpoint.ToArray(), now));
            write.BatchCommands.Add(SqlStore.BatchCommand(Advance, position + messages.Count));
            await write.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        CrashPoint.Reach(CrashPoint.PublisherBeforeCommit);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return messages.Count;
    }
}
