using Keystone.Compliance;
using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Settlements.Operations;

/// <summary>Open settlements of one state.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="State">State.</param>
/// <param name="Count">How many.</param>
/// <param name="RollingBack">How many of them give deposits back.</param>
/// <param name="Oldest">Creation of the oldest, UTC.</param>
public sealed record PipelineRow(long ChainId, string State, long Count, long RollingBack, DateTimeOffset Oldest);

/// <summary>A settlement that does not move, and what is known of why.</summary>
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

/// <summary>A mined transaction of ours for a settlement.</summary>
/// <param name="Action">What it was to do.</param>
/// <param name="Leg">Leg of a refund, else -1.</param>
/// <param name="Transaction">Its hash.</param>
/// <param name="Block">Height of its block.</param>
/// <param name="Succeeded">False when it was mined and reverted.</param>
/// <param name="Gas">Gas, this settlement's part of a shared transaction.</param>
/// <param name="Wei">Wei, this settlement's part of a shared transaction, rounded up.</param>
/// <param name="SharedBy">Intents that the transaction carried.</param>
public sealed record CostRow(string Action, int Leg, Hash32 Transaction, long Block, bool Succeeded, long Gas, UInt256 Wei, int SharedBy);

/// <summary>What an operator asks about the work in hand. Reads only.</summary>
public sealed class WorkStore(NpgsqlDataSource database)
{
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

    // In the order in which a person would look.
    const string StuckSql = $"""
        select s.id, s.state, s.updated_at, s.timeout_at, coalesce(
          'error of ours, tried ' || s.attempts || ' times: ' || s.last_error,
          'chain halted: ' || p.halted,
          -- A pause holds up no way back, so there it explains nothing.
          (select 'paused by ' || w.set_by || ': ' || w.reason from settlement.pause w where w.lifted_at is null and s.rollback_since is null and (w.scope = 'all' or w.escrow_id = s.escrow_id
             or w.environment_id in (select v.environment_id from settlement.visible_to v where v.settlement_id = s.id)
             or (w.chain_id = s.chain_id and w.token in (
               select i.address from settlement.leg g join settlement.instrument i on i.id = g.instrument_id where g.settlement_id = s.id)))
           order by w.created_at limit 1),
          -- Before what it holds back: an intent may be there from an earlier stay in the state.
          case when s.rollback_since is null and s.compliance_status = 'review' then 'a decision on compliance' end,
          case when s.rollback_since is null and s.compliance_status = 'checking' then ({ScreeningStore.Unanswered}) end,
          (select i.purpose || case when i.part >= 0 then ' of leg ' || i.part else '' end || ' ' || i.status || coalesce(': ' || i.last_reason, '')
           from desk.intent i where i.chain_id = s.chain_id and i.subject = s.escrow_id and i.status in ('wanted', 'resting', 'failed')
           order by i.attempts desc, i.created_at limit 1),
          case when s.rollback_since is not null then 'finality of the rollback' end,
          case s.state when 'AWAITING_CONFIRMATION' then 'the counterparty' when 'AWAITING_DEPOSITS' then 'deposits' when 'SETTLED' then 'finality' else 'nothing known' end)
        from settlement.settlement s left join chain.position p on p.chain_id = s.chain_id
        where s.closed_at is null and (s.updated_at < $1 or s.attempts > 0 or s.rollback_blocked)
        order by s.updated_at limit $2
        """;

    /// <summary>Open settlements without a change since <paramref name="before"/>, or with failures, oldest change first.</summary>
    public async Task<IReadOnlyList<StuckRow>> StuckAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken)
    {
        List<StuckRow> rows = [];
        await using NpgsqlCommand command = database.CreateCommand(StuckSql);
        command.Parameters.Add(new() { Value = before.ToUniversalTime() });
        command.Parameters.Add(new() { Value = limit });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            rows.Add(new StuckRow(
                row.GetGuid(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3), row.GetString(4)));
        return rows;
    }

    const string TransitionsSql = """
        select sequence, type, from_state, to_state, triggered_by, created_at from settlement.event where settlement_id = $1 order by sequence
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

    // A transaction that was shared costs each of its intents the same part.
    const string CostSql = """
        select i.purpose, i.part, l.mined_hash, l.mined_block, l.mined_ok, ceil(l.gas_used::numeric / n.count)::bigint,
          ceil(l.gas_used * l.gas_price / n.count), n.count::int
        from settlement.settlement s
        join desk.intent i on i.chain_id = s.chain_id and i.subject = s.escrow_id
        join desk.slot_intent si on si.intent_id = i.id
        join desk.slot l on (l.chain_id, l.sender, l.nonce) = (si.chain_id, si.sender, si.nonce)
        cross join lateral (select count(*) from desk.slot_intent o where (o.chain_id, o.sender, o.nonce) = (si.chain_id, si.sender, si.nonce)) n
        where s.id = $1 and l.mined_hash is not null and l.gas_used is not null order by l.mined_block, l.nonce
        """;

    /// <summary>What our transactions for a settlement cost, in the order in which they were mined.</summary>
    public async Task<IReadOnlyList<CostRow>> CostAsync(Guid settlement, CancellationToken cancellationToken)
    {
        List<CostRow> rows = [];
        await using NpgsqlCommand command = database.CreateCommand(CostSql);
        command.Parameters.Add(new() { Value = settlement });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            rows.Add(new CostRow(row.GetString(0), row.GetInt32(1), new Hash32(row.GetFieldValue<byte[]>(2)), row.GetInt64(3), row.GetBoolean(4),
                row.GetInt64(5), row.GetAmount(6), row.GetInt32(7)));
        return rows;
    }
}
