using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity;

/// <summary>Reads environments by their ids, active or not, in the transaction of whoever holds the ids.</summary>
public static class EnvironmentReader
{
    /// <summary>
    /// Query of SQL without a condition, of environments <c>e</c>; <see cref="ReadAsync(NpgsqlDataReader, CancellationToken)"/> reads its rows. For a room that finds the ids in the same
    /// statement.
    /// </summary>
    public static readonly string Select = """
        select e.id, e.platform_id, e.kind, e.api_version, e.disclose_name_before_confirmation, p.slug, p.name, e.slug, e.default_timeout_seconds, e.compliance_min_hold
        from identity.environment e join identity.platform p on p.id = e.platform_id
        """;

    static readonly string Sql = Select + " where e.id = any($1) order by e.id", OneSql = SqlStore.OfOne(Sql);

    /// <summary>The query for a batch; <see cref="ReadAsync(NpgsqlDataReader, CancellationToken)"/> reads its rows.</summary>
    public static NpgsqlBatchCommand Of(IReadOnlyCollection<Guid> ids) => ids.Count == 1 ? SqlStore.BatchCommand(OneSql, ids.First()) : SqlStore.BatchCommand(Sql, ids.ToArray());

    /// <summary>Reads the rows of <see cref="Of"/>, in the order of the ids. An id without environment is left out.</summary>
    public static async Task<IReadOnlyList<EnvironmentView>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<EnvironmentView> environments = [];
        while (await rows.ReadAsync(cancellationToken))
            environments.Add(new EnvironmentView(rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3), rows.GetBoolean(4), rows.GetString(5), rows.GetString(6), rows.GetString(7))
            {
                DefaultTimeoutSeconds = rows.GetInt32(8),
                ComplianceMinHold = TimeSpan.FromSeconds(rows.GetInt32(9)),
            });
        return environments;
    }

    const string ActiveSql = """
        select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where e.id = any($1) and e.is_active and p.status = 'active'
        """;

    /// <summary>Those of these environments that are active and whose platform is, in the caller's transaction.</summary>
    public static async Task<IReadOnlyList<Guid>> ActiveAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { SqlStore.BatchCommand(ActiveSql, ids.ToArray()) } };
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        List<Guid> active = [];
        while (await rows.ReadAsync(cancellationToken)) active.Add(rows.GetGuid(0));
        return active;
    }

    /// <summary>The environments of these ids, in their order, in the caller's transaction. An id without environment is left out.</summary>
    public static async Task<IReadOnlyList<EnvironmentView>> ReadAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { Of(ids) } };
        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(rows, cancellationToken);
    }
}
