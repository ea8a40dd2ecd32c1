using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Postgres;
using Keystone.Settlements.Audit;
using Keystone.Settlements.FactLog;
using Keystone.Transactions;
using Keystone.Webhooks.Store;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.Advance;

/// <summary>Writes what was decided about a group of settlements, in the transaction that has locked their rows.</summary>
internal sealed class OutcomeStore(NpgsqlDataSource database, IntentStore intents) : SqlStore(database)
{
    /// <summary>
    /// Writes and commits in one trip; true when an intent was added or reopened. From the chains of the environments to the end of the commit others wait: nothing of this process comes
    /// between.
    /// </summary>
    public async Task<bool> WriteAndCommitAsync(NpgsqlConnection connection, IReadOnlyList<(DueSettlement Settlement, Work Work)> works, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        foreach ((DueSettlement settlement, Work work) in works)
            if (work.Later is { } later) batch.BatchCommands.Add(BatchCommand(LaterSql, settlement.Id, later.ToUniversalTime()));
        (DueSettlement Settlement, Work Work, Outcome Outcome)[] decided = [.. works.Where(one => one.Work.Outcome is not null).Select(one => (one.Settlement, one.Work, one.Work.Outcome!))];
        WantedScreening[] screenings =
        [
            .. decided.SelectMany(one => one.Work.Screens.Select(screen => new WantedScreening(one.Settlement.Id, screen.PartyId, screen.Layer, screen.Round, one.Settlement.EnvironmentId))),
        ];
        if (screenings.Length > 0) batch.BatchCommands.Add(ScreeningStore.Want(screenings, now));
        NewIntent[] wanted =
        [
            .. decided.SelectMany(one => one.Work.Wants.Select(want =>
                new NewIntent(want.Name, want.Until, want.Priority, null, one.Settlement.EnvironmentId, one.Settlement.Traceparent, want.OnlyBy))),
        ];
        NpgsqlBatchCommand? wants = wanted.Length > 0 ? intents.Want(wanted) : null;
        if (wants is not null) batch.BatchCommands.Add(wants);
        foreach ((DueSettlement settlement, Work work, _) in decided)
            foreach (Command.Act act in work.Acts)
                batch.BatchCommands.Add(BatchCommand(AskSql, Guid.CreateVersion7(now), settlement.Id, settlement.EnvironmentId, ActionFacts.Write(new ActionBody(act.State)), now.ToUniversalTime()));
        StoredMessage[] messages =
        [
            .. decided.SelectMany(one => one.Outcome.Messages.Select(message =>
                new StoredMessage(message.Environment, message.Message, one.Settlement.Traceparent, WithTraceId: message.Environment == one.Settlement.EnvironmentId))),
        ];
        if (messages.Length > 0) batch.BatchCommands.Add(MessageStore.Of(messages));
        foreach ((DueSettlement settlement, _, Outcome outcome) in decided) batch.BatchCommands.Add(Write(settlement.Id, outcome, now));
        // Last: they take rows that every settlement of these environments needs.
        AuditTrail[] trails = [.. decided.Select(one => one.Settlement.Trail)];
        AuditStore.AddEvents(batch, trails);
        AuditStore.AddChains(batch, trails);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return wants?.RecordsAffected > 0;
    }

    const string WriteSql = """
        update settlement.settlement set state = $2, version = version + 1, agreement = coalesce(agreement, $3), compliance_stop = $4, escrow_contract = coalesce($5, escrow_contract),
          escrow_id = coalesce($6, escrow_id), terms = coalesce($7, terms), salt = coalesce($8, salt), compliance_status = $9,
          compliance_at = case when $9 = compliance_status then compliance_at else $10 end, rollback_reason = $11, rollback_since = $12,
          failure = coalesce($13, failure), path = path || $14::text[], is_terminal = $15, closed_at = case when $15 then $10 end, outcome = $16, due_at = $17,
          wake_block = $18, wake_finalized = $19, wake_chain_time = $20, reported_legs = $21, attempts = 0, last_error = null,
          rollback_blocked = $23, operator = coalesce($24, operator), updated_at = case when $22 then $10 else updated_at end
        where id = $1
        """;

    static NpgsqlBatchCommand Write(Guid id, Outcome outcome, DateTimeOffset now)
    {
        NpgsqlBatchCommand write = new(WriteSql);
        NpgsqlParameterCollection p = write.Parameters;
        p.Add(new() { Value = id });
        p.Add(new() { Value = outcome.State });
        p.Add(new() { Value = (object?)outcome.Agreement ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        p.Add(new() { Value = outcome.ComplianceStop });
        p.Add(new() { Value = (object?)outcome.Frozen?.Terms.Contract.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        p.Add(new() { Value = (object?)outcome.Frozen?.Terms.Id.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        p.Add(new() { Value = (object?)outcome.Frozen?.Terms.Encode() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        p.Add(new() { Value = (object?)outcome.Frozen?.Salt.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        p.Add(new() { Value = outcome.ComplianceStatus });
        p.Add(new() { Value = now.ToUniversalTime() });
        p.Add(new() { Value = (object?)outcome.RollbackReason ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        p.Add(new() { Value = (object?)outcome.RollbackSince?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        p.Add(new() { Value = (object?)outcome.Failure ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        p.Add(new() { Value = outcome.Visited });
        p.Add(new() { Value = outcome.Closed });
        p.Add(new() { Value = (object?)outcome.Result ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        p.Add(new() { Value = (object?)outcome.DueAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        p.Add(new() { Value = (object?)outcome.Wake.Block ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        p.Add(new() { Value = (object?)outcome.Wake.Finalized ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        p.Add(new() { Value = (object?)outcome.Wake.ChainTime?.ToInt64() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        p.Add(new() { Value = outcome.ReportedLegs });
        p.Add(new() { Value = outcome.Changed });
        p.Add(new() { Value = outcome.RollbackBlocked });
        p.Add(new() { Value = (object?)outcome.Frozen?.Terms.Header.Operator.ToBytes() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        return write;
    }

    const string AskSql = """
        insert into settlement.fact (id, settlement_id, kind, environment_id, actor, body, created_at) values ($1, $2, 'action_required', $3, 'engine', $4, $5)
        """;

    const string LaterSql = "update settlement.settlement set due_at = $2 where id = $1";
}
