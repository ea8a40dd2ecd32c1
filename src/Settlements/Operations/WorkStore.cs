using Keystone.Compliance;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Transactions;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>Open settlements of one state.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="State">State.</param>
/// <param name="Count">How many.</param>
/// <param name="RollingBack">How many of them refund deposits.</param>
/// <param name="Oldest">Creation of the oldest, UTC.</param>
public sealed record PipelineRow(long ChainId, string State, long Count, long RollingBack, DateTimeOffset Oldest);

/// <summary>A settlement without progress, and the known reason.</summary>
/// <param name="Id">Settlement.</param>
/// <param name="State">State.</param>
/// <param name="Since">Last change, UTC.</param>
/// <param name="TimeoutAt">End of its time, UTC.</param>
/// <param name="Waits">What it waits for.</param>
public sealed record StuckRow(Guid Id, string State, DateTimeOffset Since, DateTimeOffset TimeoutAt, string Waits);

/// <summary>One event of a settlement.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="Type">Type of the event.</param>
/// <param name="From">State before; null for the first.</param>
/// <param name="To">State after.</param>
/// <param name="TriggeredBy">What caused it.</param>
/// <param name="At">UTC.</param>
public sealed record TransitionRow(int Sequence, string Type, string? From, string To, string TriggeredBy, DateTimeOffset At);

/// <summary>Views of the open work for operators. Reads only.</summary>
public sealed class WorkStore(NpgsqlDataSource database)
{
    readonly MirrorReader _mirror = new(database);
    readonly IntentStore _intents = new(TimeProvider.System);

    const string PipelineSql = """
        select chain_id, state, count(*), count(*) filter (where rollback_since is not null), min(created_at)
        from settlement.settlement where closed_at is null group by 1, 2 order by 1, min(created_at)
        """;

    /// <summary>Open settlements by chain and state.</summary>
    public async Task<IReadOnlyList<PipelineRow>> PipelineAsync(CancellationToken cancellationToken)
    {
        List<PipelineRow> rows = [];
        await using NpgsqlCommand command = database.CreateCommand(PipelineSql);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            rows.Add(new PipelineRow(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4)));
        return rows;
    }

    // Reasons for a delay in order of precedence: those before the settlement's transactions, then those after them.
    static readonly string StuckSql = $"""
        select s.id, s.state, s.updated_at, s.timeout_at, s.chain_id, s.escrow_id,
          'error of ours, tried ' || s.attempts || ' times: ' || s.last_error,
          coalesce(
            -- A pause does not hold up refunds, so while deposits are returned it explains nothing.
            (select 'paused by ' || w.set_by || ': ' || w.reason from settlement.pause w where w.lifted_at is null and s.rollback_since is null and (w.scope = 'all' or w.escrow_id = s.escrow_id
               or w.environment_id in (select v.environment_id from settlement.visible_to v where v.settlement_id = s.id)
               or (w.chain_id = s.chain_id and w.token in (
                 select i.address from settlement.leg g join settlement.instrument i on i.id = g.instrument_id where g.settlement_id = s.id)))
             order by w.created_at limit 1),
            -- Before what it holds back: an intent may be there from an earlier visit of the state.
            case when s.rollback_since is null and s.compliance_status = 'review' then 'a decision on compliance' end,
            case when s.rollback_since is null and s.compliance_status = 'checking' then ({ScreeningStore.Unanswered}) end,
            (select 'the result of the external action ' || s.state from settlement.fact q where q.settlement_id = s.id and q.kind = 'action_required' and q.body::jsonb ->> 'state' = s.state
               and not exists (select from settlement.fact r where r.settlement_id = s.id and r.kind = 'action_result' and r.body::jsonb ->> 'state' = s.state))),
          case when s.rollback_since is not null then 'finality of the rollback' else
            case s.state when 'AWAITING_CONFIRMATION' then 'the counterparty' when 'AWAITING_DEPOSITS' then 'deposits' when 'SETTLED' then 'finality' else 'nothing known' end end
        from settlement.settlement s
        where s.closed_at is null and (s.updated_at < $1 or s.attempts > 0 or s.rollback_blocked)
        order by s.updated_at limit $2
        """;

    sealed record StuckSettlement(
        Guid Id, string State, DateTimeOffset Since, DateTimeOffset TimeoutAt, long ChainId, Hash32? EscrowId, string? Error, string? HeldUpBy, string Otherwise);

    /// <summary>Open settlements without a change since <paramref name="before"/>, or with failures, oldest change first.</summary>
    public async Task<IReadOnlyList<StuckRow>> StuckAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<long, string> halts = await _mirror.HaltsAsync(cancellationToken);
        List<StuckSettlement> stuck = [];
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand command = new(StuckSql, connection) { Parameters = { new() { Value = before.ToUniversalTime() }, new() { Value = limit } } })
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                stuck.Add(new StuckSettlement(row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetInt64(4),
                    row.IsDBNull(5) ? null : row.GetHash(5), row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7), row.GetString(8)));
        Dictionary<(long, Hash32), IntentProgress> open = [];
        foreach (IGrouping<long, StuckSettlement> chain in stuck.Where(one => one.EscrowId is not null).GroupBy(one => one.ChainId))
        {
            IReadOnlyList<IntentProgress> intents = await _intents.ReadProgressAsync(connection, chain.Key, [.. chain.Select(one => one.EscrowId!.Value)], cancellationToken);
            foreach (IntentProgress intent in intents.Where(one => one.State is IntentState.Wanted or IntentState.Resting or IntentState.Failed)
                .OrderByDescending(one => one.Attempts).ThenBy(one => one.CreatedAt))
                open.TryAdd((chain.Key, intent.Name.Subject), intent);
        }
        return [.. stuck.Select(one => new StuckRow(one.Id, one.State, one.Since, one.TimeoutAt,
            one.Error
            ?? (halts.TryGetValue(one.ChainId, out string? halted) ? $"chain halted: {halted}" : null)
            ?? one.HeldUpBy
            ?? (one.EscrowId is { } escrow && open.TryGetValue((one.ChainId, escrow), out IntentProgress? intent) ? Text(intent) : null)
            ?? one.Otherwise))];
    }

    static string Text(IntentProgress intent) =>
        $"{intent.Name.Purpose}{(intent.Name.Part >= 0 ? $" of leg {intent.Name.Part}" : "")} {intent.State.ToString().ToLowerInvariant()}{(intent.LastReason is { } reason ? $": {reason}" : "")}";

    const string TransitionsSql = """
        select sequence, type, from_state, to_state, triggered_by, created_at from settlement.event
        where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' order by sequence
        """;

    /// <summary>All events of a settlement in order; none when there is no such settlement.</summary>
    public async Task<IReadOnlyList<TransitionRow>> TransitionsAsync(Guid settlement, CancellationToken cancellationToken)
    {
        List<TransitionRow> rows = [];
        await using NpgsqlCommand command = database.CreateCommand(TransitionsSql);
        command.Parameters.Add(new() { Value = settlement });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            rows.Add(new TransitionRow(row.GetInt32(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetFieldValue<DateTimeOffset>(5)));
        return rows;
    }

    const string EscrowSql = "select chain_id, escrow_id from settlement.settlement where id = $1 and escrow_id is not null";

    /// <summary>Cost of the operator's transactions for a settlement, in the order in which they were mined.</summary>
    public async Task<IReadOnlyList<IntentCost>> CostAsync(Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        (long ChainId, Hash32 Escrow) found;
        await using (NpgsqlCommand command = new(EscrowSql, connection) { Parameters = { new() { Value = settlement } } })
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return [];
            found = (row.GetInt64(0), row.GetHash(1));
        }
        return await _intents.ReadCostsAsync(connection, found.ChainId, found.Escrow, cancellationToken);
    }
}
