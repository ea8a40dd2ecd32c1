using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Annotations;

/// <summary>Reads and writes annotations.</summary>
internal sealed class AnnotationStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectSql = "select assignee_id, note, updated_by, updated_at, asked_until from settlement.annotation where settlement_id = $1 and environment_id = $2";

    public async Task<AnnotationView?> FindAsync(Guid settlement, Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectSql, settlement, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? new AnnotationView(row.IsDBNull(0) ? null : row.GetGuid(0), Text(row, 1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4))
            : null;
    }

    const string SelectAssigned = """
        select a.settlement_id from settlement.annotation a join settlement.settlement s on s.id = a.settlement_id
        where a.environment_id = $1 and a.assignee_id = $2 and s.closed_at is null and (a.asked_until is null or a.asked_until > $4) order by a.updated_at desc limit $3
        """;

    public async Task<IReadOnlyList<Guid>> AssignedAsync(Guid environment, Guid member, int most, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Guid> assigned = [];
        await using NpgsqlCommand select = Command(SelectAssigned, environment, member, most, now);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) assigned.Add(row.GetGuid(0));
        return assigned;
    }

    // A question that still stands outlives another note, and not another assignee.
    const string UpsertSql = """
        insert into settlement.annotation as stored (settlement_id, environment_id, assignee_id, note, updated_by, updated_at, asked_until)
        values ($1, $2, $3::uuid, $4::text, $5, $6, $7::timestamptz)
        on conflict (settlement_id, environment_id) do update set assignee_id = excluded.assignee_id, note = excluded.note, updated_by = excluded.updated_by, updated_at = excluded.updated_at,
          asked_until = coalesce(excluded.asked_until, case when stored.assignee_id = excluded.assignee_id and stored.asked_until > excluded.updated_at then stored.asked_until end)
        """;

    /// <summary>Writes an annotation in place of the one before.</summary>
    /// <param name="settlement">The settlement.</param>
    /// <param name="environment">Whose annotation it is.</param>
    /// <param name="assignee">Member; null for nobody.</param>
    /// <param name="note">Words; null for none.</param>
    /// <param name="askedUntil">End of a question to the assignee; null where nothing is asked anew.</param>
    /// <param name="actor">Credential or member.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public async Task WriteAsync(
        Guid settlement, Guid environment, Guid? assignee, string? note, DateTimeOffset? askedUntil, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand upsert = Command(UpsertSql, settlement, environment, assignee, note, actor, now, askedUntil);
        await upsert.ExecuteNonQueryAsync(cancellationToken);
    }
}
