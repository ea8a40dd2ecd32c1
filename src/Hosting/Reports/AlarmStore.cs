using Keystone.Postgres;
using Npgsql;

namespace Keystone.Hosting.Reports;

/// <summary>Alarms: rows that the loop which sees a fault raises, and clears when it is over.</summary>
public sealed class AlarmStore(NpgsqlDataSource database, TimeProvider time) : SqlStore(database)
{
    const string RaiseSql = """
        insert into hosting.alarm (id, code, subject, detail, first_at, last_at) values ($1, $2, $3, $4, $5, $5)
        on conflict (code, subject) where cleared_at is null do update set detail = excluded.detail, last_at = excluded.last_at
        """;

    /// <summary>Raises an alarm, or says that it is still so.</summary>
    public async Task RaiseAsync(string code, string subject, string detail, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.UtcNowMicroseconds();
        await using NpgsqlCommand raise = Command(RaiseSql, Guid.CreateVersion7(now), code, subject, LogRedaction.Redact(detail), now);
        await raise.ExecuteNonQueryAsync(cancellationToken);
    }

    const string ClearSql = "update hosting.alarm set cleared_at = $3 where subject = $1 and cleared_at is null and not code = any($2)";

    /// <summary>Clears the alarms of a subject, but for those that are still so.</summary>
    public async Task ClearAsync(string subject, IReadOnlyCollection<string> still, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand clear = Command(ClearSql, subject, still.ToArray(), time.UtcNowMicroseconds());
        await clear.ExecuteNonQueryAsync(cancellationToken);
    }

    const string Columns = "id, code, subject, detail, first_at, last_at, cleared_at, acknowledged_by, acknowledged_at, note";

    const string SelectPage = $"""
        select {Columns}, count(*) over () from hosting.alarm where (not $1 or cleared_at is null) order by cleared_at is not null, first_at desc, id desc limit $2 offset $3
        """;

    /// <summary>Alarms, active ones first, then the newest.</summary>
    public async Task<(IReadOnlyList<AlarmView> Items, long Total)> ListAsync(bool activeOnly, int limit, int offset, CancellationToken cancellationToken)
    {
        List<AlarmView> items = [];
        long total = 0;
        await using NpgsqlCommand select = Command(SelectPage, activeOnly, limit, offset);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            items.Add(Read(row));
            total = row.GetInt64(10);
        }
        return (items, total);
    }

    const string AcknowledgeSql = $"""
        update hosting.alarm set acknowledged_by = coalesce(acknowledged_by, $2), acknowledged_at = coalesce(acknowledged_at, $3), note = coalesce($4::text, note) where id = $1 returning {Columns}
        """;

    /// <summary>Notes who takes care of an alarm; the first one stays. Null when there is no such alarm.</summary>
    public async Task<AlarmView?> AcknowledgeAsync(Guid id, string by, string? note, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand acknowledge = Command(AcknowledgeSql, id, by, time.UtcNowMicroseconds(), note);
        await using NpgsqlDataReader row = await acknowledge.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? Read(row) : null;
    }

    const string SelectId = "select 1 from hosting.alarm where id = $1";

    /// <summary>True when there is such an alarm.</summary>
    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectId, id);
        return await select.ExecuteScalarAsync(cancellationToken) is not null;
    }

    static AlarmView Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5), Time(row, 6), Text(row, 7), Time(row, 8), Text(row, 9));
}
