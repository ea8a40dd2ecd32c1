using Keystone.Compliance;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Settlements.Read;
using Keystone.Transactions;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.List;

/// <summary>Finds the settlements that match a filter.</summary>
internal sealed class ListStore(NpgsqlDataSource database, SettlementReadStore reads, IntentStore intents) : SqlStore(database)
{
    // The count stops at its cap, so that its cost does not grow with the number of settlements.
    static readonly string Matching = $"""
        from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id
        where v.environment_id = $1
          and (cardinality($2::text[]) = 0 or s.state = any($2)) and ($3::text is null or s.type = $3)
          and ($4::text is null or (s.external_reference = $4 and s.environment_id = $1))
          and ($5::text is null or (s.idempotency_key = $5 and s.environment_id = $1))
          and ($6::uuid is null or s.template_id = $6) and ($7::timestamptz is null or s.created_at >= $7)
          and ($8::timestamptz is null or s.created_at < $8) and ($9::timestamptz is null or s.timeout_at < $9)
          and ($10::bytea is null or exists (select 1 from settlement.party y where y.settlement_id = s.id and y.wallet = $10 and y.environment_id = $1))
          and (not $12 or s.closed_at is null)
          and (not $11 or s.closed_at is null and (s.rollback_since is not null
            or exists (select 1 from settlement.party y where y.settlement_id = s.id and y.environment_id = $1 and y.status = 'pending_confirmation')
            or s.compliance_status = 'review' and exists (select 1 from settlement.party y where y.settlement_id = s.id and y.environment_id = $1
              and {ScreeningStore.IsFlagged} and not exists (
                select from settlement.fact d where d.settlement_id = s.id and d.kind = 'decision' and (d.party_id is null or d.party_id = y.id)
                  and coalesce(d.check_round, 1) = ({ScreeningStore.LatestRound})))
            or s.environment_id = $1 and exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'action_required' and f.body::jsonb ->> 'state' = s.state)
              and not exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'action_result' and f.body::jsonb ->> 'state' = s.state)
            or exists (select 1 from settlement.fact f where f.settlement_id = s.id and f.kind = 'cancel_request')
              and not exists (select 1 from settlement.fact f where f.settlement_id = s.id and (f.kind = 'cancel' or f.kind = 'cancel_request' and f.environment_id = $1))))
        """;

    static readonly string SelectPage = $"""
        select s.id, v.created_at {Matching} and ($13::timestamptz is null or (v.created_at, v.settlement_id) < ($13, $14))
        order by v.created_at desc, v.settlement_id desc limit $15 offset $16
        """;

    static readonly string SelectPageByDeadline = $"""
        select s.id, s.timeout_at {Matching} and ($13::timestamptz is null or (s.timeout_at, s.id) > ($13, $14))
        order by s.timeout_at, s.id limit $15 offset $16
        """;

    // Page and count in one statement, and so of one moment. A page behind the end has one row, without a settlement.
    static readonly string SelectPageCounted = Counted($"""
        select s.id, v.created_at as place {Matching} and ($13::timestamptz is null or (v.created_at, v.settlement_id) < ($13, $14))
        order by v.created_at desc, v.settlement_id desc limit $15 offset $16
        """, "p.place desc, p.id desc");

    static readonly string SelectPageByDeadlineCounted = Counted($"""
        select s.id, s.timeout_at as place {Matching} and ($13::timestamptz is null or (s.timeout_at, s.id) > ($13, $14))
        order by s.timeout_at, s.id limit $15 offset $16
        """, "p.place, p.id");

    static string Counted(string page, string order) => $"""
        select p.id, p.place, n.total from (select count(*) as total from (select 1 {Matching} limit 10001) matching) n left join lateral ({page}) p on true order by {order}
        """;

    static readonly string CountCapped = $"select count(*) from (select 1 {Matching} limit 10001) matching";

    /// <summary>Settlements of a page, newest first, where the next page begins, and how many match, counted to 10,001.</summary>
    public async Task<(IReadOnlyList<SettlementRecord> Items, ListCursor? Next, long Total)> ListAsync(
        Guid environment, SettlementFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        List<ListCursor> places = [];
        long total = 0;
        await using (NpgsqlCommand page = Database.CreateCommand(filter.ByDeadline ? SelectPageByDeadlineCounted : SelectPageCounted))
        {
            BindPage(page, environment, filter, limit, offset);
            await using NpgsqlDataReader rows = await page.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                total = rows.GetInt64(2);
                if (!rows.IsDBNull(0)) places.Add(new ListCursor(rows.GetFieldValue<DateTimeOffset>(1), rows.GetGuid(0)));
            }
        }
        (IReadOnlyList<SettlementRecord> items, ListCursor? next) = await FindAsync(environment, filter, places, limit, cancellationToken);
        return (items, next, total);
    }

    /// <summary>How many match, counted to 10,001.</summary>
    public async Task<long> CountAsync(Guid environment, SettlementFilter filter, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand count = Database.CreateCommand(CountCapped);
        BindFilter(count, environment, filter);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Settlements of a page, newest first, and where the next page begins.</summary>
    public async Task<(IReadOnlyList<SettlementRecord> Items, ListCursor? Next)> PageAsync(
        Guid environment, SettlementFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        List<ListCursor> places = [];
        await using (NpgsqlCommand page = Database.CreateCommand(filter.ByDeadline ? SelectPageByDeadline : SelectPage))
        {
            BindPage(page, environment, filter, limit, offset);
            await using NpgsqlDataReader rows = await page.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                places.Add(new ListCursor(rows.GetFieldValue<DateTimeOffset>(1), rows.GetGuid(0)));
        }
        return await FindAsync(environment, filter, places, limit, cancellationToken);
    }

    // The settlements of these places, one more than a page where another page follows.
    async Task<(IReadOnlyList<SettlementRecord> Items, ListCursor? Next)> FindAsync(
        Guid environment, SettlementFilter filter, List<ListCursor> places, int limit, CancellationToken cancellationToken)
    {
        bool more = places.Count > limit;
        if (more)
            places.RemoveAt(limit);
        IReadOnlyList<SettlementRecord> found = await reads.FindManyAsync(environment, [.. places.Select(p => p.Id)], cancellationToken);
        return (filter.ByDeadline ? [.. found.OrderBy(one => one.TimeoutAt).ThenBy(one => one.Id.ToString(), StringComparer.Ordinal)] : found, more ? places[^1] : null);
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

    static void BindPage(NpgsqlCommand command, Guid environment, SettlementFilter filter, int limit, int offset)
    {
        BindFilter(command, environment, filter);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)filter.After?.CreatedAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)filter.After?.Id ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        Bind(command, [limit + 1, offset]);
    }

    static void BindFilter(NpgsqlCommand command, Guid environment, SettlementFilter filter)
    {
        command.Parameters.AddWithValue(environment);
        command.Parameters.AddWithValue(filter.States.ToArray());
        foreach ((object? value, NpgsqlDbType type) in new (object?, NpgsqlDbType)[]
        {
            (filter.Type, NpgsqlDbType.Text), (filter.ExternalReference, NpgsqlDbType.Text), (filter.IdempotencyKey, NpgsqlDbType.Text),
            (filter.TemplateId, NpgsqlDbType.Uuid), (filter.CreatedFrom, NpgsqlDbType.TimestampTz), (filter.CreatedTo, NpgsqlDbType.TimestampTz),
            (filter.TimeoutBefore, NpgsqlDbType.TimestampTz), (filter.Wallet?.ToBytes(), NpgsqlDbType.Bytea),
        })
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        command.Parameters.AddWithValue(filter.Attention);
        command.Parameters.AddWithValue(filter.OpenOnly);
    }
}
