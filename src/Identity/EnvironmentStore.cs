using Keystone.Postgres;
using Npgsql;

namespace Keystone.Identity;

/// <summary>Finds environments of platforms.</summary>
public sealed class EnvironmentStore(NpgsqlDataSource database) : SqlStore(database)
{
    const string SelectBySlugs = """
        select e.id, p.id, e.chain_id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = $1 and e.slug = $2
        """;

    /// <summary>An environment by the slugs of its platform and itself, active or not; null when there is none.</summary>
    public async Task<PlatformEnvironment?> FindAsync(string platform, string environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectBySlugs, platform, environment);
        return await ReadAsync(select, cancellationToken);
    }

    /// <summary>An environment by its id, active or not; null when there is none.</summary>
    public async Task<EnvironmentView?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        return (await EnvironmentReader.ReadAsync(connection, [id], cancellationToken)).FirstOrDefault();
    }

    // The same slug first, then the default: the counterparty's environment has the caller's kind and chain.
    const string SelectCounterparty = """
        select e.id, p.id, e.chain_id from identity.platform p join identity.environment e on e.platform_id = p.id
        where p.slug = $1 and p.status = 'active' and e.is_active and e.kind = $2 and e.chain_id = $4 and (e.slug = $3 or e.is_default
          or 1 = (select count(*) from identity.environment o where o.platform_id = p.id and o.is_active and o.kind = $2))
        order by (e.slug = $3) desc, e.is_default desc limit 1
        """;

    /// <summary>
    /// The environment in which an active platform settles with a caller: of the caller's kind and chain, by preference with the same slug, else the
    /// platform's default, else its only one; null when there is none.
    /// </summary>
    public async Task<PlatformEnvironment?> FindCounterpartyAsync(string slug, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        await using NpgsqlCommand select = Command(SelectCounterparty, slug, caller.EnvironmentKind, caller.EnvironmentSlug, caller.ChainId);
        return await ReadAsync(select, cancellationToken);
    }

    static async Task<PlatformEnvironment?> ReadAsync(NpgsqlCommand select, CancellationToken cancellationToken)
    {
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? new PlatformEnvironment(row.GetGuid(0), row.GetGuid(1), row.GetInt64(2)) : null;
    }
}
