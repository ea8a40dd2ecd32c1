using Keystone.Postgres;
using Npgsql;

namespace Keystone.Webhooks.History;

/// <summary>How the deliveries of the whole system stand: for metrics, and for whoever looks for a fault.</summary>
public sealed class DeliveryStateStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string StateSql = """
        select count(*), coalesce(extract(epoch from $1 - min(d.due_at)), 0)::double precision,
          (select count(*) from webhooks.endpoint where not is_active and disabled_reason is not null)
        from webhooks.delivery d join webhooks.endpoint e on e.id = d.endpoint_id and e.is_active
        where d.status = 'waiting' and d.due_at <= $1 and (d.claimed_until is null or d.claimed_until < clock_timestamp())
        """;

    /// <summary>The state at a time.</summary>
    public async Task<DeliveryState> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(StateSql, now.ToUniversalTime());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new DeliveryState(row.GetInt64(0), row.GetDouble(1), row.GetInt64(2));
    }

    const string SecretsSql = """
        select s.endpoint_id, s.key_id, s.sealed from webhooks.secret s join webhooks.endpoint e on e.id = s.endpoint_id and e.is_active
        where s.valid_until is null or s.valid_until > $1 order by s.endpoint_id, s.ordinal
        """;

    /// <summary>Active endpoints with a secret in force that does not open, each with the reason. Nothing can be signed for them.</summary>
    public async Task<IReadOnlyList<(Guid Endpoint, string Reason)>> UnopenedAsync(SecretBox box, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(box);
        List<(Guid, string)> unopened = [];
        await using NpgsqlCommand select = Command(SecretsSql, now.ToUniversalTime());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Guid endpoint = row.GetGuid(0);
            try
            {
                box.Open(endpoint, new SealedSecret(row.GetString(1), row.GetFieldValue<byte[]>(2)));
            }
            catch (UnopenedSecretException fault)
            {
                unopened.Add((endpoint, fault.Message));
            }
        }
        return unopened;
    }
}
