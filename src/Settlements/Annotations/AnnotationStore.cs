using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Annotations;

/// <summary>Reads and writes annotations.</summary>
internal sealed class AnnotationStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectSql = "select assignee_id, note, updated_by, updated_at from settlement.annotation where settlement_id = $1 and environment_id = $2";

    public async Task<AnnotationView?> FindAsync(Guid settlement, Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectSql, settlement, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new AnnotationView(row.IsDBNull(0) ? null : row.GetGuid(0), Text(row, 1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3)) : null;
    }

    const string SelectAssigned = """
        select a.settlement_id from settlement.annotation a join settlement.settlement s on s.id = a.settlement_id
        where a.environment_id = $1 and a.assignee_id = $2 and s.closed_at is null order by a.updated_at desc limit $3
        """;

    public async Task<IReadOnlyList<Guid>> AssignedAsync(Guid environment, Guid member, int most, CancellationToken cancellationToken)
    {
        List<Guid> assigned = [];
        await using NpgsqlCommand select = Command(SelectAssigned, environment, member, most);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) assigned.Add(row.GetGuid(0));
        return assigned;
    }

    const string UpsertSql = """
        insert into settlement.annotation (settlement_id, environment_id, assignee_id, note, updated_by, updated_at) values ($1, $2, $3::uuid, $4::text, $5, $6)
        on conflict (settlement_id, environment_id) do update set assignee_id = excluded.assignee_id, note = excluded.note, updated_by = excluded.updated_by, updated_at = excluded.updated_at
        """;

    public async Task WriteAsync(Guid settlement, Guid environment, Guid? assignee, string? note, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand upsert = Command(UpsertSql, settlement, environment, assignee, note, actor, now);
        await upsert.ExecuteNonQueryAsync(cancellationToken);
    }
}
