using System.Globalization;
using System.Numerics;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Overview;

/// <summary>Counts and sums over the settlements that an environment may see. Nothing here reads finished ones beyond the time that is asked for.</summary>
internal sealed class OverviewStore(NpgsqlDataSource database, IntentStore intents) : SqlStore(database)
{
    const string SelectSteps = """
        select exists (select from settlement.instrument where environment_id = $1 and registered), exists (select from settlement.visible_to where environment_id = $1),
          exists (select from settlement.visible_to v join settlement.settlement s on s.id = v.settlement_id where v.environment_id = $1 and s.outcome = 'finalized')
        """;

    /// <summary>How far an environment has come.</summary>
    public async Task<FirstSteps> StepsAsync(Guid environment, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = Command(SelectSteps, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new FirstSteps(row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2));
    }

    const string SelectOpen = """
        select s.state, count(*) from settlement.settlement s
        where s.closed_at is null and exists (select from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = s.id) group by 1 order by 2 desc, 1
        """;

    /// <summary>Open settlements by state.</summary>
    public async Task<IReadOnlyList<StateCount>> OpenAsync(Guid environment, CancellationToken cancellationToken)
    {
        List<StateCount> counts = [];
        await using NpgsqlCommand select = Command(SelectOpen, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) counts.Add(new StateCount(row.GetString(0), row.GetInt64(1)));
        return counts;
    }

    // The symbol is the reader's own for the address, whoever's word the settlement was instructed by.
    const string SelectInFlight = """
        select t.address, t.decimals, t.amount::text, t.settlements,
          (select r.symbol from settlement.instrument r where r.environment_id = $1 and r.chain_id = t.chain_id and r.address = t.address and r.registered order by r.symbol limit 1)
        from (select i.chain_id, i.address, max(i.decimals) as decimals, sum(l.amount) as amount, count(distinct s.id) as settlements
          from settlement.settlement s join settlement.leg l on l.settlement_id = s.id join settlement.instrument i on i.id = l.instrument_id
          where s.closed_at is null and i.standard = 'ERC-20' and exists (select from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = s.id)
          group by i.chain_id, i.address) t
        order by t.settlements desc, t.address limit 20
        """;

    /// <summary>Amounts of open settlements by token.</summary>
    public async Task<IReadOnlyList<TokenInFlight>> InFlightAsync(Guid environment, CancellationToken cancellationToken)
    {
        List<TokenInFlight> tokens = [];
        await using NpgsqlCommand select = Command(SelectInFlight, environment);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            tokens.Add(new TokenInFlight(new Address(row.GetFieldValue<byte[]>(0)).ToString(), Text(row, 4), Whole(row.GetString(2), row.GetInt32(1)), row.GetInt64(3)));
        return tokens;
    }

    const string SelectEnded = """
        select date_trunc('hour', s.closed_at, 'UTC'), count(*) filter (where s.outcome = 'finalized'), count(*) filter (where s.outcome <> 'finalized')
        from settlement.settlement s
        where s.closed_at >= $2 and exists (select from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = s.id offset 0) group by 1 order by 1
        """;

    /// <summary>Settlements that ended since a time, by hour.</summary>
    public async Task<IReadOnlyList<EndedInHour>> EndedAsync(Guid environment, DateTimeOffset since, CancellationToken cancellationToken)
    {
        List<EndedInHour> hours = [];
        await using NpgsqlCommand select = Command(SelectEnded, environment, since);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) hours.Add(new EndedInHour(row.GetFieldValue<DateTimeOffset>(0), row.GetInt64(1), row.GetInt64(2)));
        return hours;
    }

    // Of the environment's settlements that ended in the time, the way of each through its states; the first event has no state before it.
    const string SelectTimes = """
        select t.from_state, percentile_cont(0.5) within group (order by t.seconds), percentile_cont(0.95) within group (order by t.seconds), count(*)
        from (select e.from_state, extract(epoch from e.created_at - lag(e.created_at) over (partition by e.settlement_id order by e.sequence))::float8 as seconds
          from settlement.event e join (
            select c.id from settlement.settlement c
            where c.closed_at >= $2 and exists (select from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = c.id) order by c.closed_at desc limit 2000) s on s.id = e.settlement_id
          where e.environment_id = $1 and e.type = 'state') t
        where t.from_state is not null and t.seconds is not null group by 1 order by 4 desc, 1
        """;

    /// <summary>How long settlements stayed in each state.</summary>
    public async Task<IReadOnlyList<TimeInState>> TimePerStateAsync(Guid environment, DateTimeOffset since, CancellationToken cancellationToken)
    {
        List<TimeInState> times = [];
        await using NpgsqlCommand select = Command(SelectTimes, environment, since);
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            times.Add(new TimeInState(row.GetString(0), TimeSpan.FromSeconds(row.GetDouble(1)), TimeSpan.FromSeconds(row.GetDouble(2)), row.GetInt64(3)));
        return times;
    }

    const string SelectRegistered = """
        select s.chain_id, s.escrow_id from settlement.settlement s
        where s.closed_at >= $2 and s.escrow_id is not null and exists (select from settlement.visible_to v where v.environment_id = $1 and v.settlement_id = s.id)
        order by s.closed_at desc limit 200
        """;

    /// <summary>Gas of the operator's transactions for the newest 200 settlements that ended since a time, each with the purposes of its intents.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, long>>> GasAsync(Guid environment, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        List<(long Chain, Hash32 Escrow)> ended = [];
        await using (NpgsqlCommand select = new(SelectRegistered, connection) { Parameters = { new() { Value = environment }, new() { Value = since } } })
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken)) ended.Add((row.GetInt64(0), row.GetHash(1)));
        List<IntentCost> costs = [];
        foreach (IGrouping<long, Hash32> chain in ended.GroupBy(one => one.Chain, one => one.Escrow))
            costs.AddRange(await intents.ReadCostsAsync(connection, chain.Key, [.. chain], cancellationToken));
        return [.. costs.GroupBy(cost => (cost.Name.ChainId, cost.Name.Subject))
            .Select(settlement => settlement.GroupBy(cost => cost.Name.Purpose).ToDictionary(purpose => purpose.Key, purpose => purpose.Sum(cost => cost.Gas), StringComparer.Ordinal))];
    }

    // Smallest units as whole units, in text.
    static string Whole(string amount, int decimals)
    {
        string digits = BigInteger.Parse(amount, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        return decimals == 0 ? digits : $"{digits[..^decimals]}.{digits[^decimals..]}";
    }
}
