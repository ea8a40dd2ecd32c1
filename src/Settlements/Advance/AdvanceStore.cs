using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Keystone.Settlements.Audit;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Templates;
using Keystone.Transactions;
using Keystone.Webhooks.Messages;
using Keystone.Webhooks.Store;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Settlements.Advance;

/// <summary>Claims due settlements and reads all facts that the decision needs.</summary>
internal sealed class AdvanceStore(NpgsqlDataSource database, MirrorReader mirror, IntentStore intents, TemplateStore templates) : SqlStore(database)
{
    readonly Turns _turns = new();

    /// <summary>
    /// One run, one transaction: locks the settlement that is due for longest, environments in turn, reads all that a decision rests on, lets it be decided and
    /// writes the result. Null when none is due.
    /// </summary>
    /// <param name="now">Now, UTC.</param>
    /// <param name="first">Operator of new terms on a chain that has had no account in service.</param>
    /// <param name="decide">Decides.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <exception cref="UndecidedException">The settlement could not be decided or written; nothing was changed.</exception>
    public async Task<Ran?> RunOneAsync(DateTimeOffset now, Address first, Func<DueSettlement, Work> decide, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        Guid[] served = _turns.Served;
        DueSettlement? settlement = await ClaimAsync(connection, now, first, served, cancellationToken);
        if (settlement is null && served.Length > 0)
        {
            _turns.Restart();
            settlement = await ClaimAsync(connection, now, first, [], cancellationToken);
        }
        if (settlement is null) return null;
        _turns.Take(settlement.EnvironmentId);
        try
        {
            Work work = decide(settlement);
            bool wanted = await WriteAsync(connection, settlement, work, now, cancellationToken);
            CrashPoint.Reach(CrashPoint.EngineBeforeCommit);
            await transaction.CommitAsync(cancellationToken);
            CrashPoint.Reach(CrashPoint.EngineAfterCommit);
            return new Ran(settlement.Id, work, wanted);
        }
        catch (Exception e) when (!IsOfTheMoment(e))
        {
            throw new UndecidedException(settlement.Id, settlement.Attempts, e);
        }
    }

    // Not the settlement's fault: the next round takes it again, and it is not put aside.
    static bool IsOfTheMoment(Exception fault) => fault is OperationCanceledException || fault is NpgsqlException database && DatabaseFaults.IsRetryable(database);

    // One trip for all of it; true when an intent was added or reopened.
    async Task<bool> WriteAsync(NpgsqlConnection connection, DueSettlement settlement, Work work, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        List<NpgsqlBatchCommand> wants = [];
        if (work.Later is { } later) batch.BatchCommands.Add(BatchCommand(LaterSql, settlement.Id, later.ToUniversalTime()));
        if (work.Outcome is { } outcome)
        {
            foreach (Command.Screen screen in work.Screens)
                batch.BatchCommands.Add(ScreeningStore.Want(settlement.Id, screen.PartyId, screen.Layer, screen.Round, settlement.EnvironmentId, now));
            foreach (WantedIntent want in work.Wants)
            {
                wants.Add(intents.Want(want.Name, want.Until, want.Priority, null, settlement.EnvironmentId, settlement.Traceparent, want.OnlyBy));
                batch.BatchCommands.Add(wants[^1]);
            }
            foreach (Command.Act act in work.Acts)
                batch.BatchCommands.Add(BatchCommand(AskSql, Guid.CreateVersion7(now), settlement.Id, settlement.EnvironmentId, ActionFacts.Write(new ActionBody(act.State)), now.ToUniversalTime()));
            foreach ((Guid environment, ComposedMessage message) in outcome.Messages)
                batch.BatchCommands.Add(MessageStore.Of(environment, message, settlement.Traceparent, withTraceId: environment == settlement.EnvironmentId));
            batch.BatchCommands.Add(Write(settlement.Id, outcome, now));
            // Last: they take rows that every settlement of these environments needs.
            AuditStore.AddEvents(batch, settlement.Trail);
            AuditStore.AddChains(batch, settlement.Trail);
        }
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
        return wants.Any(want => want.RecordsAffected > 0);
    }

    const string ClaimSql = """
        select s.id, s.environment_id, s.type, s.external_reference, s.template_id, s.template_version, s.state, s.agreement, s.compliance_stop, s.timeout_at,
          s.confirm_by, s.chain_id, s.terms, s.compliance_status, s.rollback_reason, s.rollback_since, s.reported_legs, s.attempts, s.rollback_blocked, s.path,
          s.traceparent, array(select v.environment_id from settlement.visible_to v where v.settlement_id = s.id), s.not_before,
          s.maturity_at, s.repayment_amount, s.repo_rate
        from settlement.settlement s where s.closed_at is null and s.due_at <= $1 and s.environment_id <> all($2)
        order by s.due_at limit 1 for no key update skip locked
        """;

    const string PartiesSql = """
        select y.id, y.role, y.environment_id, y.status, y.wallet, y.receive_wallet, y.refund_wallet, y.is_counterparty, y.wallet_address_hint,
          y.counterparty_reference
        from settlement.party y where y.settlement_id = $1 order by y.ordinal
        """;

    const string LegsSql = """
        select l.id, l.leg_index, l.type, l.as_sent, l.quantity, l.direction, l.party_role, l.recipient_role, i.standard, l.giver_role, l.taker_role,
          i.address, l.token_id, l.amount, i.decimals, i.claimed_symbol
        from settlement.leg l join settlement.instrument i on i.id = l.instrument_id where l.settlement_id = $1 order by l.leg_index
        """;

    const string FactsSql = """
        select kind, party_id, body, created_at, coalesce(check_round, 1), actor, environment_id, id from settlement.fact where settlement_id = $1
        union all select 'rescreen', party_id, '{}', created_at, check_round, 'list', null, id from settlement.rescreen where settlement_id = $1
        order by created_at, id
        """;

    // Messages to an environment that has yet to confirm name tokens by that environment's own registry.
    const string RegistriesSql = """
        select i.environment_id, i.address, i.symbol, i.isin, i.token_id::text from settlement.settlement s
        join settlement.instrument i on i.chain_id = s.chain_id and i.registered
        where s.id = $1 and i.environment_id in (select y.environment_id from settlement.party y where y.settlement_id = $1 and y.status = 'pending_confirmation')
        """;

    const string HeadsSql = "select environment_id, sequence, hash, chain_revision from settlement.audit_head where settlement_id = $1";

    // What the agreement is made of; nothing once it is made.
    const string InstructedSql = """
        select e.payload from settlement.event e join settlement.settlement s on s.id = e.settlement_id
        where e.settlement_id = $1 and e.environment_id = '00000000-0000-0000-0000-000000000000' and s.agreement is null and (e.sequence = 1 or e.type = 'confirmation')
        order by e.sequence
        """;

    async Task<DueSettlement?> ClaimAsync(NpgsqlConnection connection, DateTimeOffset now, Address first, Guid[] served, CancellationToken cancellationToken)
    {
        (Guid Id, int Attempts)? claimed = null;
        try
        {
            await using NpgsqlCommand claim = new(ClaimSql, connection) { Parameters = { new() { Value = now.ToUniversalTime() }, new() { Value = served } } };
            DueSettlement settlement;
            await using (NpgsqlDataReader row = await claim.ExecuteReaderAsync(cancellationToken))
            {
                if (!await row.ReadAsync(cancellationToken)) return null;
                claimed = (row.GetGuid(0), row.GetInt32(17));
                settlement = ReadSettlement(row);
            }
            settlement.Template = await templates.FindAsync(connection, settlement.TemplateId, settlement.TemplateVersion, cancellationToken);
            await LoadAsync(connection, settlement, first, cancellationToken);
            if (HasLegNews(settlement))
                settlement.LegLogs = LegReports.ByLeg(settlement.Terms!.Legs.Length,
                    await mirror.ReadEventsAsync(connection, settlement.ChainId, settlement.Terms.Id, MostLegLogs, cancellationToken));
            return settlement;
        }
        catch (Exception e) when (claimed is not null && !IsOfTheMoment(e))
        {
            // A row that cannot be read must not block the queue.
            throw new UndecidedException(claimed.Value.Id, claimed.Value.Attempts, e);
        }
    }

    static DueSettlement ReadSettlement(NpgsqlDataReader row)
    {
        RollbackInProgress? rollback = row.IsDBNull(14) ? null
            : new RollbackInProgress(Enum.Parse<FailureCode>(row.GetString(14).Replace("_", "", StringComparison.Ordinal), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(15), row.GetBoolean(18));
        return new DueSettlement(row.GetGuid(0), row.GetGuid(1), row.GetString(2), Text(row, 3), row.GetGuid(4), row.GetInt32(5), row.GetString(6),
            row.GetFieldValue<DateTimeOffset>(9), row.GetFieldValue<DateTimeOffset>(10), row.GetInt64(11),
            row.IsDBNull(12) ? null : EscrowTerms.Decode(row.GetFieldValue<byte[]>(12)), row.GetString(13), rollback, row.GetFieldValue<string[]>(16),
            row.GetInt32(17), row.GetFieldValue<string[]>(19), Text(row, 7), row.GetBoolean(8), Text(row, 20), row.GetFieldValue<Guid[]>(21))
        {
            NotBefore = Time(row, 22),
            Repo = Time(row, 23) is { } maturity ? new RepoClosing(maturity, row.GetString(24), Text(row, 25)) : null,
        };
    }

    static async Task LoadAsync(NpgsqlConnection connection, DueSettlement settlement, Address first, CancellationToken cancellationToken)
    {
        // Position and escrow state have one revision. All other facts belong to the settlement's row, which is locked. Intents are not facts.
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(MirrorReader.Of(settlement.ChainId, settlement.Terms is { } terms ? [terms.Id] : []));
        batch.BatchCommands.Add(ScreeningStore.Latest(settlement.Id));
        batch.BatchCommands.Add(EnvironmentReader.Of(settlement.Readers));
        foreach (string sql in (string[])[PartiesSql, LegsSql, FactsSql, RegistriesSql, HeadsSql, InstructedSql])
            batch.BatchCommands.Add(BatchCommand(sql, settlement.Id));
        if (settlement.Terms is { } frozen) batch.BatchCommands.Add(IntentStore.OfSubjects(settlement.ChainId, [frozen.Id]));
        else foreach (NpgsqlBatchCommand command in SenderStore.Operator(settlement.ChainId)) batch.BatchCommands.Add(command);

        await using NpgsqlDataReader rows = await batch.ExecuteReaderAsync(cancellationToken);
        settlement.Mirror = await MirrorReader.ReadAsync(rows, settlement.ChainId, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        settlement.Screened = await ScreeningStore.ReadLatestAsync(rows, cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        settlement.Audiences.AddRange(await EnvironmentReader.ReadAsync(rows, cancellationToken));
        Dictionary<Guid, string> slugs = settlement.Audiences.ToDictionary(one => one.Id, one => one.PlatformSlug);
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            settlement.Parties.Add(new DueParty(
                new Party(rows.GetGuid(0), rows.GetString(1), rows.GetGuid(2), StatusOf(rows.GetString(3)), Wallet(rows, 4), Wallet(rows, 5), Wallet(rows, 6)),
                rows.GetBoolean(7), slugs[rows.GetGuid(2)], Text(rows, 8), Text(rows, 9)));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            settlement.Legs.Add(new DueLeg(rows.GetGuid(0), rows.GetInt32(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetString(5),
                rows.GetString(6), rows.GetString(7), rows.GetString(8),
                new InstructedLeg(rows.GetString(9), rows.GetString(10), KindOf(rows.GetString(8)), rows.GetAddress(11), rows.GetAmount(12), rows.GetAmount(13)),
                rows.GetInt16(14), Text(rows, 15)));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            settlement.Facts.Add(new DueFact(rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetGuid(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3), rows.GetInt32(4), rows.GetString(5), rows.IsDBNull(6) ? null : rows.GetGuid(6)));
        await rows.NextResultAsync(cancellationToken);
        List<(Guid Environment, RegisteredToken Token)> registered = [];
        while (await rows.ReadAsync(cancellationToken))
            registered.Add((rows.GetGuid(0), new RegisteredToken(rows.GetAddress(1), rows.GetString(2), Text(rows, 3), Text(rows, 4) is { } tokenId ? UInt256.Parse(tokenId) : null)));
        foreach (IGrouping<Guid, (Guid Environment, RegisteredToken Token)> registry in registered.GroupBy(one => one.Environment))
            settlement.Registries[registry.Key] = new TokenRegistry(registry.Select(one => one.Token));
        await rows.NextResultAsync(cancellationToken);
        List<AuditHead> heads = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            heads.Add(new AuditHead(rows.GetGuid(0), rows.GetInt32(1), rows.GetFieldValue<byte[]>(2)));
            settlement.LastEventRevision = Math.Max(settlement.LastEventRevision, rows.GetInt64(3));
        }
        settlement.Trail = new AuditTrail(settlement.Id, heads);
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken)) settlement.Instructed.Add(rows.GetString(0));
        await rows.NextResultAsync(cancellationToken);
        if (settlement.Terms is null) settlement.Operator = await SenderStore.ReadOperatorAsync(rows, first, cancellationToken);
        else foreach (Intent intent in await IntentStore.ReadAsync(rows, cancellationToken)) AddIntent(settlement, intent);
    }

    // More than a settlement has in practice; the limit bounds deliberate repetition.
    const int MostLegLogs = 2_048;

    static bool HasLegNews(DueSettlement settlement)
    {
        if (settlement is not { Mirror.Head.IsHalted: false, Escrow: { } escrow }) return false;
        for (int i = 0; i < escrow.Legs.Length; i++)
            if (!LegReports.IsLast(i < settlement.ReportedLegs.Length ? settlement.ReportedLegs[i] : "", escrow.Legs[i].Status, escrow.Legs[i].Changed?.Transaction))
                return true;
        return false;
    }

    // A registration counts as refused only if its simulation reverted: funds, fee and node errors are transient.
    static void AddIntent(DueSettlement settlement, Intent intent)
    {
        if (intent is { State: IntentState.Done, Name.Purpose: EscrowIntents.Attest }) settlement.Attested.Add(intent.Name.Part);
        if (intent is not ({ State: IntentState.Failed } or { State: IntentState.Wanted, Attempts: >= SettlementEngine.BlockedAfter })) return;
        if (intent.Name.Purpose == EscrowIntents.Refund) settlement.RefusedRefunds.Add(intent.Name.Part);
        else if (intent.Name.Purpose == EscrowIntents.Register && intent.WouldRevert) settlement.RefusedRegistration = true;
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

    const string PutBackSql = "update settlement.settlement set attempts = attempts + 1, last_error = $2, due_at = $3 where id = $1";

    /// <summary>After a failed run: makes the settlement due again later and stores the reason.</summary>
    public async Task PutBackAsync(Guid id, string error, DateTimeOffset due, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand put = Database.CreateCommand(PutBackSql);
        put.Parameters.AddWithValue(id);
        put.Parameters.AddWithValue(PlainText.Of(error, 1_000));
        put.Parameters.AddWithValue(due.ToUniversalTime());
        await put.ExecuteNonQueryAsync(cancellationToken);
    }

    static PartyStatus StatusOf(string text) => text switch
    {
        "confirmed" => PartyStatus.Confirmed,
        "rejected" => PartyStatus.Rejected,
        _ => PartyStatus.PendingConfirmation,
    };

    static TokenKind KindOf(string standard) => standard switch
    {
        "ERC-721" => TokenKind.Erc721,
        "ERC-1155" => TokenKind.Erc1155,
        _ => TokenKind.Erc20,
    };
}
