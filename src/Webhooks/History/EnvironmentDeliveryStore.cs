using Keystone.Postgres;
using Npgsql;

namespace Keystone.Webhooks.History;

/// <summary>Deliveries as their owner reads them: over all endpoints, of a settlement, or of one endpoint.</summary>
public sealed class EnvironmentDeliveryStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string Select = """
        select d.id, d.message_id, m.type, m.settlement_id, d.endpoint_id, e.url, d.status, d.attempt, d.due_at, d.created_at, a.status_code, a.latency_ms, a.error
        from webhooks.delivery d join webhooks.message m on m.id = d.message_id join webhooks.endpoint e on e.id = d.endpoint_id
        left join lateral (select status_code, latency_ms, error from webhooks.delivery_attempt x where x.delivery_id = d.id order by ordinal desc limit 1) a on true
        where m.environment_id = $1 and e.environment_id = $1 and ($2::uuid is null or m.settlement_id = $2) and ($3::uuid is null or d.endpoint_id = $3)
          and ($4::text is null or d.status = $4)
        order by d.created_at desc, d.id desc limit $5
        """;

    /// <summary>The newest deliveries of an environment.</summary>
    /// <param name="environment">Whose.</param>
    /// <param name="settlement">Of this settlement alone; null for all.</param>
    /// <param name="endpoint">To this endpoint alone; null for all.</param>
    /// <param name="status"><c>waiting</c>, <c>delivered</c> or <c>failed</c>; null for any.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<LoggedDelivery>> ListAsync(Guid environment, Guid? settlement, Guid? endpoint, string? status, int limit, CancellationToken cancellationToken)
    {
        List<LoggedDelivery> deliveries = [];
        await using NpgsqlCommand select = Command(Select, environment, settlement, endpoint, status, limit);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            deliveries.Add(new LoggedDelivery(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetGuid(4), row.GetString(5), row.GetString(6),
                row.GetInt32(7), row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9), row.IsDBNull(10) ? null : row.GetInt32(10),
                row.IsDBNull(11) ? null : row.GetInt32(11), Text(row, 12)));
        return deliveries;
    }

    const string SelectSettlement = "select settlement_id from webhooks.message where id = $2 and environment_id = $1";

    /// <summary>Settlement that a message of the environment is about, by the id that webhooks name it with; null when there is none.</summary>
    public async Task<Guid?> SettlementOfAsync(Guid environment, Guid message, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectSettlement, environment, message);
        return await select.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as Guid?;
    }

    const string CountSql = """
        select e.id, count(*) filter (where d.status = 'delivered'), count(*) filter (where d.status = 'failed'), count(*) filter (where d.status = 'waiting'),
          min(d.created_at) filter (where d.status = 'waiting')
        from webhooks.endpoint e left join webhooks.delivery d on d.endpoint_id = e.id and (d.created_at >= $2 or d.status = 'waiting')
        where e.environment_id = $1 group by e.id
        """;

    /// <summary>How the deliveries of each endpoint went since a time; those that wait are counted whenever they were made.</summary>
    public async Task<IReadOnlyDictionary<Guid, EndpointHealth>> HealthAsync(Guid environment, DateTimeOffset since, CancellationToken cancellationToken)
    {
        Dictionary<Guid, EndpointHealth> health = [];
        await using NpgsqlCommand select = Command(CountSql, environment, since.ToUniversalTime());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            health.Add(row.GetGuid(0), new EndpointHealth(row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), Time(row, 4)));
        return health;
    }
}
