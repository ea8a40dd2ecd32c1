using Keystone.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Webhooks.History;

/// <summary>The deliveries of an endpoint: what was sent, what was answered, and sending it again. Whose endpoint it is has to be checked before.</summary>
public sealed class DeliveryHistory(NpgsqlDataSource database) : SqlStore(database)
{
    /// <summary>Most events that one request sends again.</summary>
    public const int MostReplayed = 10_000;

    const string Columns = """
        d.id, d.message_id, m.type, m.settlement_id, d.status, d.attempt, d.is_replay, d.created_at, d.due_at,
        a.ordinal, a.at, a.url, a.status_code, a.latency_ms, a.error, a.response_head
        """;

    const string Matching = """
        from webhooks.delivery d join webhooks.message m on m.id = d.message_id
        where d.endpoint_id = $1 and ($2::text is null or d.status = $2) and ($3::text is null or m.type = $3) and ($4::uuid is null or m.settlement_id = $4)
          and ($5::uuid is null or m.id = $5) and ($6::timestamptz is null or d.created_at >= $6) and ($7::timestamptz is null or d.created_at < $7)
        """;

    const string SelectPage = $"""
        with page as (select d.id {Matching} order by d.created_at desc, d.id desc limit $8 offset $9)
        select {Columns} from page p join webhooks.delivery d on d.id = p.id join webhooks.message m on m.id = d.message_id
        left join lateral (select * from webhooks.delivery_attempt x where x.delivery_id = d.id order by x.ordinal desc limit 1) a on true
        order by d.created_at desc, d.id desc
        """;

    // In the order of the index: else the planner would rather read the whole of a small table.
    const string CountCapped = $"select count(*) from (select {Matching} order by d.created_at desc, d.id desc limit 10001) matching";

    // Without a condition on the message nothing of it is read.
    static readonly string CountDeliveries = CountCapped.Replace("join webhooks.message m on m.id = d.message_id", "", StringComparison.Ordinal)
        .Replace("($3::text is null or m.type = $3) and ($4::uuid is null or m.settlement_id = $4)", "$3::text is null and $4::uuid is null", StringComparison.Ordinal)
        .Replace("m.id = $5", "d.message_id = $5", StringComparison.Ordinal);

    /// <summary>Deliveries of a page, newest first, and how many match, counted to 10,001.</summary>
    public async Task<(IReadOnlyList<DeliveryRecord> Items, long Total)> ListAsync(
        Guid endpoint, DeliveryFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        List<DeliveryRecord> items = [];
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        // One snapshot for both, or a delivery could be counted that is not listed.
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (NpgsqlCommand select = new(SelectPage, connection))
        {
            BindFilter(select, endpoint, filter);
            Bind(select, [limit, offset]);
            await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false)) items.Add(Read(rows));
        }
        await using NpgsqlCommand count = new(filter.Type is null && filter.SettlementId is null ? CountDeliveries : CountCapped, connection);
        BindFilter(count, endpoint, filter);
        return (items, (long)(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
    }

    const string SelectOne = $"""
        select {Columns}, m.payload from webhooks.delivery d join webhooks.message m on m.id = d.message_id
        left join webhooks.delivery_attempt a on a.delivery_id = d.id where d.id = $2 and d.endpoint_id = $1 order by a.ordinal
        """;

    /// <summary>A delivery of the endpoint; null when it has none of that id.</summary>
    public async Task<DeliveryDetails?> FindAsync(Guid endpoint, Guid id, CancellationToken cancellationToken)
    {
        DeliveryRecord? last = null;
        string payload = "";
        List<DeliveryAttempt> attempts = [];
        await using NpgsqlCommand select = Command(SelectOne, endpoint, id);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            (last, payload) = (Read(rows), rows.GetString(16));
            if (last.Last is { } attempt) attempts.Add(attempt);
        }
        return last is null ? null : new DeliveryDetails(last, payload, attempts);
    }

    const string InsertOne = """
        insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at, is_replay)
        select $3, message_id, endpoint_id, $4, $4, true from webhooks.delivery where id = $2 and endpoint_id = $1
        on conflict do nothing
        """;

    /// <summary>Sends the event of a delivery again. Returns how many were queued: 0 when it waits to be sent again already, or the endpoint has no such delivery.</summary>
    public async Task<int> ReplayAsync(Guid endpoint, Guid delivery, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand insert = Command(InsertOne, endpoint, delivery, Guid.CreateVersion7(now), now);
        return await insert.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // A microsecond apart, so that they go out in the order in which they happened.
    const string InsertMany = """
        with chosen as (
          select m.id, row_number() over (order by m.position) as place from webhooks.message m
          where m.environment_id = $2 and m.feed_position is not null and ($4::uuid is null or m.settlement_id = $4)
            and ($5::timestamptz is null or m.created_at >= $5) and ($6::timestamptz is null or m.created_at < $6)
            and ($7::text[] is null or m.type = any($7))
          order by m.position limit $8 + 1),
        queued as (
          insert into webhooks.delivery (id, message_id, endpoint_id, due_at, created_at, is_replay)
          select gen_random_uuid(), c.id, $1, $3::timestamptz + c.place * interval '1 microsecond', $3, true from chosen c
          where (select count(*) from chosen) <= $8
          on conflict do nothing returning 1)
        select (select count(*) from chosen), (select count(*) from queued)
        """;

    /// <summary>
    /// Sends events of the endpoint's environment again that its patterns cover, whether it got them before or not. Returns how many were queued, without those that
    /// wait to be sent again already; null when the selection holds more than <see cref="MostReplayed"/>, and then none is.
    /// </summary>
    public async Task<int?> ReplayAsync(Endpoints.Endpoint endpoint, ReplaySelection selection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(selection);
        await using NpgsqlCommand insert = Command(InsertMany, endpoint.Id, endpoint.EnvironmentId, now);
        Add(insert, selection.SettlementId, NpgsqlDbType.Uuid);
        Add(insert, selection.From, NpgsqlDbType.TimestampTz);
        Add(insert, selection.To, NpgsqlDbType.TimestampTz);
        Add(insert, EventPattern.NamesOf(endpoint.Events), NpgsqlDbType.Array | NpgsqlDbType.Text);
        Bind(insert, [MostReplayed]);
        await using NpgsqlDataReader row = await insert.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return row.GetInt64(0) > MostReplayed ? null : (int)row.GetInt64(1);
    }

    static void BindFilter(NpgsqlCommand command, Guid endpoint, DeliveryFilter filter)
    {
        command.Parameters.AddWithValue(endpoint);
        Add(command, filter.Status, NpgsqlDbType.Text);
        Add(command, filter.Type, NpgsqlDbType.Text);
        Add(command, filter.SettlementId, NpgsqlDbType.Uuid);
        Add(command, filter.MessageId, NpgsqlDbType.Uuid);
        Add(command, filter.From, NpgsqlDbType.TimestampTz);
        Add(command, filter.To, NpgsqlDbType.TimestampTz);
    }

    static void Add(NpgsqlCommand command, object? value, NpgsqlDbType type) =>
        command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });

    static DeliveryRecord Read(NpgsqlDataReader rows)
    {
        string status = rows.GetString(4);
        return new DeliveryRecord(
            rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.IsDBNull(3) ? null : rows.GetGuid(3), status, rows.GetInt32(5), rows.GetBoolean(6),
            rows.GetFieldValue<DateTimeOffset>(7), status == "waiting" ? rows.GetFieldValue<DateTimeOffset>(8) : null, rows.IsDBNull(9) ? null
                : new DeliveryAttempt(rows.GetInt32(9), rows.GetFieldValue<DateTimeOffset>(10), Text(rows, 11), rows.IsDBNull(12) ? null : rows.GetInt32(12), rows.GetInt32(13),
                    Text(rows, 14), Text(rows, 15)));
    }
}
