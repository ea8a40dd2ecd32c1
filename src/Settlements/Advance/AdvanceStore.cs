using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Postgres.Faults;
using Keystone.Settlements.Templates;
using Keystone.Webhooks.Messages;
using Npgsql;

namespace Keystone.Settlements.Advance;

/// <summary>Claims due settlements in groups, lets them be decided, and writes what was decided.</summary>
internal sealed class AdvanceStore(NpgsqlDataSource database, DueFactStore facts, OutcomeStore outcomes, TemplateStore templates) : SqlStore(database)
{
    readonly Turns _turns = new();

    /// <summary>
    /// One transaction: locks the settlements that are due for longest, of each environment as many, reads all that the decisions rest on, lets each be decided and writes the results. When
    /// one of them cannot be read, decided or written, nothing of the group is, and each of it has a transaction of its own.
    /// </summary>
    /// <param name="now">Now, UTC.</param>
    /// <param name="first">Operator of new terms on a chain that has had no account in service.</param>
    /// <param name="most">Settlements at most.</param>
    /// <param name="decide">Decides one.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    /// <returns>What became of each; empty when none is due.</returns>
    public async Task<IReadOnlyList<Ran>> RunAsync(DateTimeOffset now, Address first, int most, Func<DueSettlement, Work> decide, CancellationToken cancellationToken)
    {
        Guid[] served = _turns.Served;
        Claim claim = new(now, first, decide);
        try
        {
            IReadOnlyList<Ran> ran = await RunAsync(claim, ClaimSql, [now.ToUniversalTime(), most, served], cancellationToken);
            if (ran.Count == 0 && served.Length > 0)
            {
                _turns.Restart();
                ran = await RunAsync(claim, ClaimSql, [now.ToUniversalTime(), most, Array.Empty<Guid>()], cancellationToken);
            }
            _turns.Take(claim.Rows.Select(row => row.Environment), most);
            return ran;
        }
        catch (Exception e) when (claim.Rows.Count > 0 && !IsOfTheMoment(e))
        {
            _turns.Take(claim.Rows.Select(row => row.Environment), most);
            return claim.Rows is [var only] ? [Ran.Undecided(only.Id, only.Attempts, e)] : await RunAloneAsync(claim, cancellationToken);
        }
    }

    // One that is at fault does not keep the others: it alone is put aside.
    async Task<IReadOnlyList<Ran>> RunAloneAsync(Claim group, CancellationToken cancellationToken)
    {
        List<Ran> all = [];
        foreach ((Guid id, _, _) in group.Rows)
        {
            Claim alone = group with { Rows = [], Unreadable = null };
            try
            {
                all.AddRange(await RunAsync(alone, ClaimOneSql, [group.Now.ToUniversalTime(), id], cancellationToken));
            }
            catch (Exception e) when (alone.Rows is [var only] && !IsOfTheMoment(e))
            {
                all.Add(Ran.Undecided(only.Id, only.Attempts, e));
            }
        }
        return all;
    }

    async Task<IReadOnlyList<Ran>> RunAsync(Claim claim, string sql, object[] values, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await Database.OpenConnectionAsync(cancellationToken);
        // Rolled back unless its commit was executed.
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        List<DueSettlement> due = await ClaimAsync(connection, claim, sql, values, cancellationToken);
        if (due.Count == 0) return [];
        await facts.LoadAsync(connection, due, claim.First, cancellationToken);
        (DueSettlement Settlement, Work Work)[] works = [.. due.Select(settlement => (settlement, claim.Decide(settlement)))];
        CrashPoint.Reach(CrashPoint.EngineBeforeCommit);
        bool wanted = await outcomes.WriteAndCommitAsync(connection, works, claim.Now, cancellationToken);
        CrashPoint.Reach(CrashPoint.EngineAfterCommit);
        return [.. works.Select(one => new Ran(one.Settlement.Id, one.Work, wanted && one.Work.Wants.Count > 0))];
    }

    // Not the settlement's fault: the next round takes it again, and it is not put aside.
    static bool IsOfTheMoment(Exception fault) => fault is OperationCanceledException || fault is NpgsqlException database && DatabaseFaults.IsRetryable(database);

    const string Columns = """
        select s.id, s.environment_id, s.type, s.external_reference, s.template_id, s.template_version, s.state, s.agreement, s.compliance_stop, s.timeout_at,
          s.confirm_by, s.chain_id, s.terms, s.compliance_status, s.rollback_reason, s.rollback_since, s.reported_legs, s.attempts, s.rollback_blocked, s.path,
          s.traceparent, s.not_before, s.maturity_at, s.repayment_amount, s.repo_rate, s.due_at
        from settlement.settlement s
        """;

    // Of those that are taken alone.
    const string Readers = "array(select v.environment_id from settlement.visible_to v where v.settlement_id = d.id)";

    // Of each environment that has not had its turn the same share, those first that wait for longest; an environment has at least one. What is read is what is locked: a row that
    // another transaction has changed since the statement began is read as it is now.
    const string ClaimSql = $"""
        with lanes as (
          select environment_id, min(due_at) from settlement.settlement where closed_at is null and due_at <= $1 and environment_id <> all($3) group by environment_id order by 2 limit $2)
        select d.*, {Readers} from lanes l cross join lateral (
          {Columns} where s.environment_id = l.environment_id and s.closed_at is null and s.due_at <= $1
          order by s.due_at limit greatest(1, $2 / (select count(*) from lanes)) for no key update skip locked) d
        order by d.due_at
        """;

    const string ClaimOneSql = $"""
        select d.*, {Readers} from ({Columns} where s.id = $2 and s.closed_at is null and s.due_at <= $1 for no key update skip locked) d
        """;

    async Task<List<DueSettlement>> ClaimAsync(NpgsqlConnection connection, Claim claim, string sql, object[] values, CancellationToken cancellationToken)
    {
        List<DueSettlement> due = [];
        await using (NpgsqlCommand select = Command(sql, connection, values))
        await using (NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
            {
                // Known before it is read: a row that cannot be read must not block the queue.
                claim.Rows.Add((row.GetGuid(0), row.GetGuid(1), row.GetInt32(17)));
                if (claim.Unreadable is null) Read(row);
            }
        if (claim.Unreadable is { } fault) throw fault;
        foreach (DueSettlement settlement in due) settlement.Template = await templates.FindAsync(connection, settlement.TemplateId, settlement.TemplateVersion, cancellationToken);
        return due;

        void Read(NpgsqlDataReader row)
        {
            try
            {
                due.Add(ReadSettlement(row));
            }
            catch (Exception e) when (!IsOfTheMoment(e))
            {
                // The others of the group are claimed still, so that each can have its own transaction.
                claim.Unreadable = e;
            }
        }
    }

    static DueSettlement ReadSettlement(NpgsqlDataReader row)
    {
        RollbackInProgress? rollback = row.IsDBNull(14) ? null
            : new RollbackInProgress(Enum.Parse<FailureCode>(row.GetString(14).Replace("_", "", StringComparison.Ordinal), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(15), row.GetBoolean(18));
        return new DueSettlement(row.GetGuid(0), row.GetGuid(1), row.GetString(2), Text(row, 3), row.GetGuid(4), row.GetInt32(5), row.GetString(6),
            row.GetFieldValue<DateTimeOffset>(9), row.GetFieldValue<DateTimeOffset>(10), row.GetInt64(11),
            row.IsDBNull(12) ? null : EscrowTerms.Decode(row.GetFieldValue<byte[]>(12)), row.GetString(13), rollback, row.GetFieldValue<string[]>(16),
            row.GetInt32(17), row.GetFieldValue<string[]>(19), Text(row, 7), row.GetBoolean(8), Text(row, 20), row.GetFieldValue<Guid[]>(26))
        {
            NotBefore = Time(row, 21),
            Repo = Time(row, 22) is { } maturity ? new RepoClosing(maturity, row.GetString(23), Text(row, 24)) : null,
        };
    }

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

    // A claim of this run, with every row of it, read or not.
    sealed record Claim(DateTimeOffset Now, Address First, Func<DueSettlement, Work> Decide)
    {
        public List<(Guid Id, Guid Environment, int Attempts)> Rows { get; init; } = [];

        public Exception? Unreadable { get; set; }
    }
}
