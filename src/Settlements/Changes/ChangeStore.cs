using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Changes;

/// <summary>Reads which settlements changed for which environments.</summary>
internal sealed class ChangeStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectHeads = "select environment_id, position from settlement.environment_head where environment_id = any($1)";

    /// <summary>Position of the last event of each environment; an environment without events is left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, long>> HeadsAsync(IReadOnlyCollection<Guid> environments, CancellationToken cancellationToken)
    {
        Dictionary<Guid, long> heads = [];
        await using NpgsqlCommand select = Command(SelectHeads, environments.ToArray());
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) heads.Add(row.GetGuid(0), row.GetInt64(1));
        return heads;
    }

    const string SelectChanges = """
        select e.environment_id, e.position, e.settlement_id from unnest($1::uuid[], $2::bigint[]) as since(environment_id, position)
        cross join lateral (select o.environment_id, o.position, o.settlement_id from settlement.environment_event o
          where o.environment_id = since.environment_id and o.position > since.position order by o.position limit $3) e
        """;

    /// <summary>Events of environments behind their positions, in one statement.</summary>
    public async Task<IReadOnlyList<SettlementChange>> ReadAsync(IReadOnlyDictionary<Guid, long> since, int most, CancellationToken cancellationToken)
    {
        List<SettlementChange> changes = [];
        await using NpgsqlCommand select = Command(SelectChanges, since.Keys.ToArray(), since.Values.ToArray(), most);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) changes.Add(new SettlementChange(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2)));
        return changes;
    }
}
