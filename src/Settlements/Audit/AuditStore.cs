using Npgsql;

namespace Keystone.Settlements.Audit;

/// <summary>
/// Reads and appends audit trails. Beside the chains of each settlement every environment has one over all its rows: a settlement that was deleted leaves a gap
/// there.
/// </summary>
public static class AuditStore
{
    const string SelectHeads = "select environment_id, sequence, hash from settlement.audit_head where settlement_id = $1";

    const string InsertEvents = """
        insert into settlement.event (settlement_id, environment_id, sequence, id, type, from_state, to_state, triggered_by, actor, chain_revision, payload,
          previous_hash, content_hash, created_at)
        select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[],
          $12::bytea[], $13::bytea[], $14::timestamptz[])
        """;

    const string UpsertHeads = """
        insert into settlement.audit_head (settlement_id, environment_id, sequence, hash, chain_revision, updated_at)
        select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[], $5::bigint[], $6::timestamptz[])
        on conflict (settlement_id, environment_id) do update
        set sequence = excluded.sequence, hash = excluded.hash, chain_revision = greatest(audit_head.chain_revision, excluded.chain_revision), updated_at = excluded.updated_at
        """;

    // Takes the row of the environment's chain, and adds to the hash that it finds there.
    const string InsertOfEnvironment = """
        with head as (
          insert into settlement.environment_head (environment_id, position, hash) values ($1, 1, sha256($5 || $4))
          on conflict (environment_id) do update set position = environment_head.position + 1, hash = sha256(environment_head.hash || $4)
          returning position, hash)
        insert into settlement.environment_event (environment_id, position, settlement_id, sequence, content_hash, chain_hash)
        select $1, head.position, $2, $3, $4, head.hash from head
        """;

    // Makes the row of the environment's chain if there is none, and takes it: a condition that never holds locks the row and writes nothing.
    const string TakeHead = """
        insert into settlement.environment_head (environment_id, position, hash) values ($1, 0, $2)
        on conflict (environment_id) do update set position = environment_head.position where false
        """;

    // Adds several to a chain whose row the transaction has taken.
    const string InsertManyOfEnvironment = """
        with recursive chain (place, hash) as (
          select 0, hash from settlement.environment_head where environment_id = $1
          union all
          select place + 1, sha256(hash || ($4::bytea[])[place + 1]) from chain where place < cardinality($4::bytea[])),
        head as (
          update settlement.environment_head set position = position + cardinality($4::bytea[]), hash = (select hash from chain order by place desc limit 1)
          where environment_id = $1 returning position)
        insert into settlement.environment_event (environment_id, position, settlement_id, sequence, content_hash, chain_hash)
        select $1, head.position - cardinality($4::bytea[]) + chain.place, ($2::uuid[])[chain.place], ($3::int[])[chain.place], ($4::bytea[])[chain.place], chain.hash
        from chain cross join head where chain.place > 0
        """;

    static readonly byte[] NoHash = new byte[32];

    const string InsertSalts = "insert into settlement.private_salts (settlement_id, scope, salts) values ($1, $2, $3::jsonb)";

    /// <summary>Reads the trail. The caller holds the lock of the settlement's row.</summary>
    public static async Task<AuditTrail> ReadAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        List<AuditHead> heads = [];
        await using NpgsqlCommand select = new(SelectHeads, connection) { Parameters = { new() { Value = settlement } } };
        await using NpgsqlDataReader row = await select.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) heads.Add(new AuditHead(row.GetGuid(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2)));
        return new AuditTrail(settlement, heads);
    }

    const string SelectFirstActor = """
        select actor from settlement.event where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' and sequence = 1
        """;

    /// <summary>Who instructed a settlement: the actor of its first event in the operator's chain; null when none was named.</summary>
    public static async Task<string?> FirstActorAsync(NpgsqlConnection connection, Guid settlement, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand select = new(SelectFirstActor, connection) { Parameters = { new() { Value = settlement } } };
        return await select.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>
    /// Writes what was appended, in the caller's transaction, which holds the settlement's row. Call it last: it takes the rows of the environments' chains, which
    /// every settlement of theirs needs.
    /// </summary>
    public static async Task WriteAsync(NpgsqlConnection connection, AuditTrail trail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trail);
        if (trail.Rows.Count == 0) return;
        await using NpgsqlBatch batch = new(connection);
        AddEvents(batch, trail);
        AddChains(batch, trail);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first half of <see cref="WriteAsync"/> as commands of a batch, which no other settlement waits for: the events, and where the settlements' chains end.</summary>
    internal static void AddEvents(NpgsqlBatch batch, params IReadOnlyCollection<AuditTrail> trails)
    {
        (Guid Settlement, AuditRow Row)[] all = [.. trails.SelectMany(trail => trail.Rows.Select(row => (trail.SettlementId, row)))];
        if (all.Length == 0) return;
        batch.BatchCommands.Add(Command(InsertEvents, Of(all, one => one.Settlement), Of(all, one => one.Row.Reader), Of(all, one => one.Row.Sequence), Of(all, one => one.Row.Id),
            Of(all, one => one.Row.Event.Type), Of(all, one => one.Row.Event.From), Of(all, one => one.Row.Event.To), Of(all, one => one.Row.TriggeredBy), Of(all, one => one.Row.Actor),
            Of(all, one => one.Row.Event.ChainRevision), Of(all, one => one.Row.Payload), Of(all, one => one.Row.PreviousHash), Of(all, one => one.Row.ContentHash),
            Of(all, one => one.Row.Event.At.UtcDateTime)));
        (Guid Settlement, AuditRow Row)[] last = [.. all.GroupBy(one => (one.Settlement, one.Row.Reader)).Select(rows => rows.Last())];
        batch.BatchCommands.Add(Command(UpsertHeads, Of(last, one => one.Settlement), Of(last, one => one.Row.Reader), Of(last, one => one.Row.Sequence), Of(last, one => one.Row.ContentHash),
            Of(last, one => one.Row.Event.ChainRevision), Of(last, one => one.Row.Event.At.UtcDateTime)));
    }

    /// <summary>The second half as the last commands of a batch: from the first of them to the end of the transaction every settlement of the environments waits.</summary>
    internal static void AddChains(NpgsqlBatch batch, params IReadOnlyCollection<AuditTrail> trails)
    {
        // In one order, so that two transactions about the same environments wait for each other and do not deadlock.
        foreach (IGrouping<Guid, (Guid Settlement, AuditRow Row)> chain in trails.SelectMany(trail => trail.Rows.Select(row => (Settlement: trail.SettlementId, Row: row)))
            .Where(one => one.Row.Reader != AuditTrail.Operator).GroupBy(one => one.Row.Reader).OrderBy(chain => chain.Key))
        {
            (Guid Settlement, AuditRow Row)[] all = [.. chain];
            if (all is [var (settlement, row)])
            {
                batch.BatchCommands.Add(Command(InsertOfEnvironment, chain.Key, settlement, row.Sequence, row.ContentHash, NoHash));
                continue;
            }
            batch.BatchCommands.Add(Command(TakeHead, chain.Key, NoHash));
            batch.BatchCommands.Add(Command(InsertManyOfEnvironment, chain.Key, Of(all, one => one.Settlement), Of(all, one => one.Row.Sequence), Of(all, one => one.Row.ContentHash)));
        }
    }

    static T[] Of<T>((Guid Settlement, AuditRow Row)[] rows, Func<(Guid Settlement, AuditRow Row), T> column) => [.. rows.Select(column)];

    /// <summary>Keeps the salts of commitments, apart from the events: without them nobody can open a commitment any more.</summary>
    /// <param name="connection">Of the caller's transaction.</param>
    /// <param name="settlement">The settlement.</param>
    /// <param name="scope">Which event's: <c>instruction</c>, or <c>answer/</c> and the role that confirmed or rejected.</param>
    /// <param name="salts">JSON object, salt in hexadecimal by role and field.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    public static async Task KeepSaltsAsync(NpgsqlConnection connection, Guid settlement, string scope, string salts, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection) { BatchCommands = { KeepSalts(settlement, scope, salts) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same as a command of a batch.</summary>
    internal static NpgsqlBatchCommand KeepSalts(Guid settlement, string scope, string salts) => Command(InsertSalts, settlement, scope, salts);

    static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        NpgsqlBatchCommand command = new(sql);
        foreach (object? value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
