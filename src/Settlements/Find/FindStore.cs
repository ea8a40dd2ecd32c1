using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Find;

/// <summary>Finds settlements by an identifier, exactly.</summary>
internal sealed class FindStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string ById = """
        select v.settlement_id from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = $2
        union select e.settlement_id from settlement.event e join settlement.visible_to v on v.environment_id = $1 and v.settlement_id = e.settlement_id
          where e.id = $2 and e.environment_id = $1
        limit 2
        """;

    const string ByHash = """
        select s.id from settlement.settlement s join settlement.visible_to v on v.environment_id = $1 and v.settlement_id = s.id where s.escrow_id = $2 limit 2
        """;

    const string ByText = """
        select s.id from settlement.settlement s where s.environment_id = $1 and (s.external_reference = $2 or s.idempotency_key = $2)
        union select y.settlement_id from settlement.party y where y.environment_id = $1 and y.external_reference = $2
        limit 2
        """;

    /// <summary>By the id of a settlement or of one of its events.</summary>
    public Task<IReadOnlyList<Guid>> ByIdAsync(Guid environment, Guid id, CancellationToken cancellationToken) => ReadAsync(ById, environment, id, cancellationToken);

    /// <summary>By the id of the escrow on the chain.</summary>
    public Task<IReadOnlyList<Guid>> ByHashAsync(Guid environment, byte[] hash, CancellationToken cancellationToken) => ReadAsync(ByHash, environment, hash, cancellationToken);

    /// <summary>By the environment's own reference or key, or that of a party of its own.</summary>
    public Task<IReadOnlyList<Guid>> ByTextAsync(Guid environment, string text, CancellationToken cancellationToken) => ReadAsync(ByText, environment, text, cancellationToken);

    async Task<IReadOnlyList<Guid>> ReadAsync(string sql, Guid environment, object value, CancellationToken cancellationToken)
    {
        List<Guid> found = [];
        await using NpgsqlCommand select = Command(sql, environment, value);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(row.GetGuid(0));
        return found;
    }
}
