using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Sending;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Delivery;

/// <summary>Claims due deliveries and writes their results.</summary>
internal sealed class DeliveryStore(NpgsqlDataSource database)
{
    /// <summary>Time of continuous failure after which an endpoint is disabled.</summary>
    public static readonly TimeSpan FailingLimit = TimeSpan.FromHours(120);

    /// <summary>Time without any attempt after which failure counts from the beginning: longer than every wait of the schedule.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromHours(30);

    // Per endpoint at most $3, or what $5 says of the endpoints of $4; those that fail last: a slow receiver cannot occupy all workers. The claim of a process that died expires.
    // A claim that is lost in a crash was made by a process that may send again anyhow: its commit does not wait for the disk. An attempt counts when its result is written: processes
    // that are killed use up none of a receiver's.
    const string Claim = """
        with relaxed as materialized (select set_config('synchronous_commit', 'off', true)),
        due as (
          select d.id from webhooks.endpoint e
          left join unnest($4::uuid[], $5::int[]) as known (id, room) on known.id = e.id
          cross join lateral (
            select d.id, d.due_at from webhooks.delivery d
            where d.endpoint_id = e.id and d.status = 'waiting' and d.due_at <= $1
              and (d.claimed_until is null or d.claimed_until < clock_timestamp())
              and not (e.strict_order and exists (
                select from webhooks.message m join webhooks.message before on before.settlement_id = m.settlement_id and before.position < m.position
                join webhooks.delivery o on o.message_id = before.id and o.endpoint_id = e.id and o.status = 'waiting' where m.id = d.message_id))
            order by d.due_at, d.id limit coalesce(known.room, $3) for update of d skip locked) d
          where e.is_active and coalesce(known.room, $3) > 0 and exists (select from relaxed)
          order by e.failing_since is not null, d.due_at limit $2),
        claimed as (
          update webhooks.delivery d set claimed_until = clock_timestamp() + interval '45 seconds'
          from due where d.id = due.id
          returning d.id, d.message_id, d.endpoint_id, d.attempt + 1 as attempt, d.claimed_until, d.is_replay)
        select c.id, c.message_id, c.endpoint_id, c.attempt, c.claimed_until, e.url, m.payload, e.environment_id,
          k.ids, k.secrets, m.traceparent, c.is_replay, e.mutual_tls, m.trace_id
        from claimed c
        cross join lateral (
          select coalesce(array_agg(s.key_id order by s.ordinal desc), '{}') as ids, coalesce(array_agg(s.sealed order by s.ordinal desc), '{}') as secrets
          from webhooks.secret s where s.endpoint_id = c.endpoint_id and (s.valid_until is null or s.valid_until > $1)) k
        join webhooks.message m on m.id = c.message_id
        join webhooks.endpoint e on e.id = c.endpoint_id
        order by m.position nulls last, c.id
        """;

    /// <summary>Claims up to <paramref name="limit"/> due deliveries, of each endpoint at most <paramref name="perEndpoint"/>, or as many as <paramref name="rooms"/> says.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DateTimeOffset now, int limit, int perEndpoint, IReadOnlyCollection<(Guid Endpoint, int Room)> rooms, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand claim = database.CreateCommand(Claim);
        claim.Parameters.AddWithValue(now);
        claim.Parameters.AddWithValue(limit);
        claim.Parameters.AddWithValue(perEndpoint);
        claim.Parameters.AddWithValue(rooms.Select(one => one.Endpoint).ToArray());
        claim.Parameters.AddWithValue(rooms.Select(one => one.Room).ToArray());
        List<ClaimedDelivery> claimed = [];
        await using NpgsqlDataReader rows = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            claimed.Add(new ClaimedDelivery(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetInt32(3), rows.GetDateTime(4), rows.GetString(5), rows.GetString(6),
                rows.GetGuid(7), [.. rows.GetFieldValue<string[]>(8).Zip(rows.GetFieldValue<byte[][]>(9), (key, bytes) => new SealedSecret(key, bytes))],
                rows.IsDBNull(10) ? null : rows.GetString(10))
            {
                IsReplay = rows.GetBoolean(11),
                MutualTls = rows.GetBoolean(12),
                TraceId = rows.IsDBNull(13) ? null : rows.GetString(13),
            });
        return claimed;
    }

    const string Unclaim = """
        update webhooks.delivery d set claimed_until = null from unnest($1::uuid[], $2::timestamptz[]) as mine (id, claimed) where d.id = mine.id and d.claimed_until = mine.claimed
        """;

    /// <summary>Gives back claims under which nothing was sent, as if they had not been made.</summary>
    public async Task UnclaimAsync(IReadOnlyCollection<ClaimedDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0) return;
        await using NpgsqlCommand unclaim = database.CreateCommand(Unclaim);
        unclaim.Parameters.AddWithValue(deliveries.Select(one => one.Id).ToArray());
        unclaim.Parameters.AddWithValue(deliveries.Select(one => one.ClaimedUntil).ToArray());
        await unclaim.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string WriteDelivered = """
        with result as (
          select * from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::timestamptz[], $5::int[], $6::int[], $7::text[], $8::text[])
            as r (id, claimed, ordinal, at, status_code, latency_ms, response_head, url)),
        mine as (
          update webhooks.delivery d set status = 'delivered', attempt = r.ordinal, claimed_until = null from result r where d.id = r.id and d.claimed_until = r.claimed
          returning d.id, d.endpoint_id, d.is_replay),
        noted as (
          insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms, response_head, url)
          select r.id, r.ordinal, r.at, r.status_code, r.latency_ms, r.response_head, r.url from result r join mine on mine.id = r.id on conflict do nothing)
        update webhooks.endpoint e set failing_since = null where e.failing_since is not null and e.id in (select endpoint_id from mine where not is_replay)
        """;

    /// <summary>Writes that deliveries were taken by their receivers, in one statement: of those whose claims this process still holds.</summary>
    public async Task WriteDeliveredAsync(IReadOnlyList<DeliveryResult> results, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(results);
        await using NpgsqlCommand write = database.CreateCommand(WriteDelivered);
        write.Parameters.AddWithValue(results.Select(one => one.Delivery.Id).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Delivery.ClaimedUntil).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Delivery.Attempt).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.At.UtcDateTime).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Outcome.StatusCode).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Outcome.LatencyMilliseconds).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Outcome.ResponseHead).ToArray());
        write.Parameters.AddWithValue(results.Select(one => one.Delivery.Url).ToArray());
        await write.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    const string WriteResult = """
        with mine as (
          update webhooks.delivery set status = $3, attempt = $5, due_at = coalesce($4, due_at), claimed_until = null
          where id = $1 and claimed_until = $2 returning id, endpoint_id)
        insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms, error, response_head, url)
        select id, $5, $6, $7, $8, $9, $10, $11 from mine on conflict do nothing
        """;

    const string MarkHealthy = "update webhooks.endpoint set failing_since = null where id = $1 and failing_since is not null";

    const string MarkFailing = """
        with before as (
          select id, is_active, case when failing_since is null or last_failure_at < $5 then $2 else failing_since end as since
          from webhooks.endpoint where id = $1 for update),
        judged as (select *, $3 or since <= $4 as ends from before)
        update webhooks.endpoint e set failing_since = b.since, last_failure_at = $2, is_active = e.is_active and not b.ends,
          disabled_reason = case when $3 then 'The receiver answered 410 Gone.' when b.ends then 'Every delivery failed for 120 hours.' else e.disabled_reason end,
          updated_at = case when e.is_active and b.ends then $2 else e.updated_at end
        from judged b where e.id = b.id
        returning b.is_active and not e.is_active, e.environment_id, e.api_version, e.disabled_reason
        """;

    const string InsertMessage = """
        insert into webhooks.message (id, environment_id, type, payload, created_at) values ($1, $2, $3, $4, $5)
        """;

    /// <summary>Writes one outcome if this process still holds the claim. <paramref name="retryAt"/> null with a failure ends the delivery.</summary>
    public async Task WriteAsync(ClaimedDelivery delivery, SendOutcome outcome, DateTimeOffset? retryAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(outcome);
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (NpgsqlCommand write = new(WriteResult, connection, transaction))
        {
            write.Parameters.AddWithValue(delivery.Id);
            write.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, delivery.ClaimedUntil);
            write.Parameters.AddWithValue(outcome.Delivered ? "delivered" : retryAt is null ? "failed" : "waiting");
            write.Parameters.Add(new NpgsqlParameter { Value = (object?)retryAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            write.Parameters.AddWithValue(delivery.Attempt);
            write.Parameters.AddWithValue(now);
            write.Parameters.Add(new NpgsqlParameter { Value = (object?)outcome.StatusCode ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
            write.Parameters.AddWithValue(outcome.LatencyMilliseconds);
            write.Parameters.Add(new NpgsqlParameter { Value = (object?)outcome.Error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            write.Parameters.Add(new NpgsqlParameter { Value = (object?)outcome.ResponseHead ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            write.Parameters.AddWithValue(delivery.Url);
            if (await write.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0)
                return;
        }
        if (!delivery.IsReplay && outcome.Delivered)
            await MarkHealthyAsync(connection, transaction, delivery.EndpointId, cancellationToken).ConfigureAwait(false);
        // A replay says nothing of the endpoint's health; that it is gone is no matter of health.
        else if (!delivery.IsReplay || outcome.StatusCode == 410)
            await MarkFailingAsync(connection, transaction, delivery.EndpointId, outcome.StatusCode == 410, now, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task MarkHealthyAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid endpoint, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand mark = new(MarkHealthy, connection, transaction);
        mark.Parameters.AddWithValue(endpoint);
        await mark.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task MarkFailingAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid endpoint, bool gone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        (Guid Environment, string ApiVersion, string Reason)? disabled = null;
        await using (NpgsqlCommand mark = new(MarkFailing, connection, transaction))
        {
            mark.Parameters.AddWithValue(endpoint);
            mark.Parameters.AddWithValue(now);
            mark.Parameters.AddWithValue(gone);
            mark.Parameters.AddWithValue(now - FailingLimit);
            mark.Parameters.AddWithValue(now - Gap);
            await using NpgsqlDataReader row = await mark.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (await row.ReadAsync(cancellationToken).ConfigureAwait(false) && row.GetBoolean(0))
                disabled = (row.GetGuid(1), row.GetString(2), row.GetString(3));
        }
        if (disabled is not var (environment, apiVersion, reason))
            return;
        // To the environment's other endpoints: the disabled one receives nothing.
        Guid id = Guid.CreateVersion7(now);
        await using NpgsqlCommand insert = new(InsertMessage, connection, transaction);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(environment);
        insert.Parameters.AddWithValue(MessageComposer.EndpointDisabledEvent);
        insert.Parameters.AddWithValue(MessageComposer.EndpointDisabled(id, now, apiVersion, endpoint, reason));
        insert.Parameters.AddWithValue(now);
        await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
