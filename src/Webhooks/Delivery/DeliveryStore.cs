using Keystone.Webhooks.Sending;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.Delivery;

/// <summary>Claims due deliveries and writes what came of them.</summary>
public sealed class DeliveryStore(NpgsqlDataSource database)
{
    /// <summary>A receiver that has failed for so long is switched off.</summary>
    public static readonly TimeSpan FailingLimit = TimeSpan.FromHours(120);

    // Per endpoint at most $3: a slow receiver cannot take all places. A claim runs out by itself when its process dies.
    const string Claim = """
        with due as (
          select d.id from webhooks.endpoint e
          cross join lateral (
            select d.id, d.due_at from webhooks.delivery d
            where d.endpoint_id = e.id and d.status = 'waiting' and d.due_at <= $1
              and (d.claimed_until is null or d.claimed_until < clock_timestamp())
            order by d.due_at, d.id limit $3 for update of d skip locked) d
          where e.is_active and e.id <> all($4)
          order by d.due_at limit $2),
        claimed as (
          update webhooks.delivery d set claimed_until = clock_timestamp() + interval '45 seconds', attempt = d.attempt + 1
          from due where d.id = due.id
          returning d.id, d.message_id, d.endpoint_id, d.attempt, d.claimed_until)
        select c.id, c.message_id, c.endpoint_id, c.attempt, c.claimed_until, e.url, m.payload, v.kind = 'sandbox',
          array(select s.sealed from webhooks.secret s where s.endpoint_id = e.id and (s.valid_until is null or s.valid_until > $1) order by s.ordinal desc)
        from claimed c
        join webhooks.message m on m.id = c.message_id
        join webhooks.endpoint e on e.id = c.endpoint_id
        join identity.environment v on v.id = e.environment_id
        order by m.position nulls last, c.id
        """;

    /// <summary>Claims up to <paramref name="limit"/> due deliveries, none of the <paramref name="busy"/> endpoints.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(
        DateTimeOffset now, int limit, int perEndpoint, Guid[] busy, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand claim = database.CreateCommand(Claim);
        claim.Parameters.AddWithValue(now);
        claim.Parameters.AddWithValue(limit);
        claim.Parameters.AddWithValue(perEndpoint);
        claim.Parameters.AddWithValue(busy);
        List<ClaimedDelivery> claimed = [];
        await using NpgsqlDataReader rows = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            claimed.Add(new ClaimedDelivery(
                rows.GetGuid(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetInt32(3), rows.GetDateTime(4), rows.GetString(5), rows.GetString(6),
                rows.GetBoolean(7), rows.GetFieldValue<byte[][]>(8)));
        return claimed;
    }

    const string WriteResult = """
        with mine as (
          update webhooks.delivery set status = $3, due_at = coalesce($4, due_at), claimed_until = null
          where id = $1 and claimed_until = $2 returning id, endpoint_id)
        insert into webhooks.delivery_attempt (delivery_id, ordinal, at, status_code, latency_ms, error, response_head)
        select id, $5, $6, $7, $8, $9, $10 from mine on conflict do nothing
        """;

    const string MarkHealthy = "update webhooks.endpoint set failing_since = null where id = $1 and failing_since is not null";

    const string MarkFailing = """
        update webhooks.endpoint set failing_since = coalesce(failing_since, $2),
          is_active = is_active and not ($3 or coalesce(failing_since, $2) <= $4),
          disabled_reason = case when $3 then 'The receiver answered 410 Gone.'
            when coalesce(failing_since, $2) <= $4 then 'Every delivery failed for 120 hours.' else disabled_reason end,
          updated_at = case when is_active and ($3 or coalesce(failing_since, $2) <= $4) then $2 else updated_at end
        where id = $1
        """;

    /// <summary>Writes the outcome while the claim is still ours. <paramref name="retryAt"/> null with a failure ends the delivery.</summary>
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
            if (await write.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0)
                return;
        }
        await using (NpgsqlCommand mark = new(outcome.Delivered ? MarkHealthy : MarkFailing, connection, transaction))
        {
            mark.Parameters.AddWithValue(delivery.EndpointId);
            if (!outcome.Delivered)
            {
                mark.Parameters.AddWithValue(now);
                mark.Parameters.AddWithValue(outcome.StatusCode == 410);
                mark.Parameters.AddWithValue(now - FailingLimit);
            }
            await mark.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
