using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Events;

/// <summary>Reads the audit trail of one environment.</summary>
internal sealed class EventStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectEvents = """
        select id, sequence, type, from_state, to_state, triggered_by, payload, previous_hash, content_hash, created_at, count(*) over ()
        from settlement.event where settlement_id = $1 and environment_id = $4 order by sequence limit $2 offset $3
        """;

    public async Task<(IReadOnlyList<EventRecord> Items, long Total)> EventsAsync(Guid settlement, Guid environment, int limit, int offset, CancellationToken cancellationToken)
    {
        List<EventRecord> events = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectEvents, settlement, limit, offset, environment);
        await using NpgsqlDataReader r = await select.ExecuteReaderAsync(cancellationToken);
        while (await r.ReadAsync(cancellationToken))
        {
            events.Add(new EventRecord(r.GetGuid(0), r.GetInt32(1), r.GetString(2), Text(r, 3), r.GetString(4), r.GetString(5), r.GetString(6),
                r.GetFieldValue<byte[]>(7), r.GetFieldValue<byte[]>(8), r.GetFieldValue<DateTimeOffset>(9)));
            total = r.GetInt64(10);
        }
        return (events, total);
    }
}
