using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Settlements.Read;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.List;

/// <summary>Finds the settlements that match a filter.</summary>
internal sealed class ListStore(NpgsqlDataSource database, SettlementReadStore reads, IntentStore intents) : SqlStore(database)
{
    // More than ten thousand are no shorter way to the settlements of one environment than the list of what it may see, and neither is a fifth of all.
    const string SelectCommon = """
        select c.found > 10000 or c.found * 5 > t.reltuples
        from (select count(*) as found from (select from settlement.settlement where state = any($1) limit 10001) f) c, pg_class t where t.oid = 'settlement.settlement'::regclass
        """;

    /// <summary>Settlements of a page, newest first, where the next page begins, and how many match, counted to 10,001.</summary>
    public async Task<(IReadOnlyList<SettlementRecord> Items, ListCursor? Next, long Total)> ListAsync(
        Guid environment, SettlementFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        ListSqlStore sql = await SqlAsync(environment, filter, cancellationToken);
        (List<ListCursor> places, ListCursor? next) = await PlacesAsync(sql, limit, offset, cancellationToken);
        // The last page from the beginning says itself how many there are.
        long total = next is null && filter.After is null && (places.Count > 0 || offset == 0) ? offset + places.Count : await CountAsync(sql, cancellationToken);
        return (await RecordsAsync(environment, filter, places, cancellationToken), next, total);
    }

    /// <summary>How many match, counted to 10,001.</summary>
    public async Task<long> CountAsync(Guid environment, SettlementFilter filter, CancellationToken cancellationToken) =>
        await CountAsync(await SqlAsync(environment, filter, cancellationToken), cancellationToken);

    /// <summary>Settlements of a page, newest first, and where the next page begins.</summary>
    public async Task<(IReadOnlyList<SettlementRecord> Items, ListCursor? Next)> PageAsync(
        Guid environment, SettlementFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        (List<ListCursor> places, ListCursor? next) = await PlacesAsync(await SqlAsync(environment, filter, cancellationToken), limit, offset, cancellationToken);
        return (await RecordsAsync(environment, filter, places, cancellationToken), next);
    }

    async Task<ListSqlStore> SqlAsync(Guid environment, SettlementFilter filter, CancellationToken cancellationToken)
    {
        bool rare = false;
        if (filter.States.Count > 0 && !ListSqlStore.IsNarrow(filter))
        {
            await using NpgsqlCommand common = Command(SelectCommon, [filter.States.ToArray()]);
            rare = !(bool)(await common.ExecuteScalarAsync(cancellationToken))!;
        }
        return new ListSqlStore(environment, filter, rare);
    }

    async Task<long> CountAsync(ListSqlStore sql, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = sql.Count(Database);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    async Task<(List<ListCursor> Places, ListCursor? Next)> PlacesAsync(ListSqlStore sql, int limit, int offset, CancellationToken cancellationToken)
    {
        List<ListCursor> places = [];
        await using NpgsqlCommand page = sql.Page(Database, limit + 1, offset);
        await using NpgsqlDataReader rows = await page.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) places.Add(new ListCursor(rows.GetFieldValue<DateTimeOffset>(1), rows.GetGuid(0)));
        if (places.Count <= limit) return (places, null);
        places.RemoveAt(limit);
        return (places, places[^1]);
    }

    async Task<IReadOnlyList<SettlementRecord>> RecordsAsync(Guid environment, SettlementFilter filter, List<ListCursor> places, CancellationToken cancellationToken)
    {
        IReadOnlyList<SettlementRecord> found = await reads.FindManyAsync(environment, [.. places.Select(place => place.Id)], cancellationToken);
        return filter.ByDeadline ? [.. found.OrderBy(one => one.TimeoutAt).ThenBy(one => one.Id.ToString(), StringComparer.Ordinal)] : found;
    }

    /// <summary>What our mined transactions cost each of these settlements, in the order of mining.</summary>
    public async Task<ILookup<Guid, CostRow>> CostsAsync(IReadOnlyList<SettlementRecord> settlements, CancellationToken cancellationToken)
    {
        List<(Guid Settlement, CostRow Row)> costs = [];
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        foreach (IGrouping<long, SettlementRecord> chain in settlements.Where(one => one.Terms is not null).GroupBy(one => one.ChainId))
        {
            Dictionary<Hash32, Guid> ids = chain.ToDictionary(one => one.Terms!.Id, one => one.Id);
            foreach (IntentCost cost in await intents.ReadCostsAsync(connection, chain.Key, ids.Keys, cancellationToken))
                costs.Add((ids[cost.Name.Subject], new CostRow(cost.Name.Purpose, cost.Name.Part < 0 ? null : cost.Name.Part, cost.Transaction.ToString(), cost.Block, cost.Succeeded,
                    cost.Gas, cost.Wei.ToString(), cost.SharedBy)));
        }
        return costs.ToLookup(cost => cost.Settlement, cost => cost.Row);
    }
}
