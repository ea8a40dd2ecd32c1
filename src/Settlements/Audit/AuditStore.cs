using Npgsql;

namespace Keystone.Settlements.Audit;

/// <summary>
/// Reads and appends audit trails. Beside the chains of each settlement every environment has one over all its rows: a settlement that was deleted leaves a gap
/// there.
/// </summary>
public static class AuditStore
{
    const string SelectHeads = "select environment_id, sequence, hash from settlement.audit_head where settlement_id = $1";

    const string InsertEvent = """
        insert into settlement.event (settlement_id, environment_id, sequence, id, type, from_state, to_state, triggered_by, actor, chain_revision, payload,
          previous_hash, content_hash, created_at)
        values ($1, $2, $3, $4, $5, $6::text, $7, $8, $9::text, $10, $11, $12, $13, $14)
        """;

    const string UpsertHead = """
        insert into settlement.audit_head (settlement_id, environment_id, sequence, hash, chain_revision, updated_at) values ($1, $2, $3, $4, $5, $6)
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

    /// <summary>The first half of <see cref="WriteAsync"/> as commands of a batch, which no other settlement waits for: the events, and where the settlement's chains end.</summary>
    internal static void AddEvents(NpgsqlBatch batch, AuditTrail trail)
    {
        foreach (AuditRow row in trail.Rows)
            batch.BatchCommands.Add(Command(InsertEvent, trail.SettlementId, row.Reader, row.Sequence, row.Id, row.Event.Type, row.Event.From, row.Event.To,
                row.TriggeredBy, row.Actor, row.Event.ChainRevision, row.Payload, row.PreviousHash, row.ContentHash, row.Event.At.ToUniversalTime()));
        foreach (AuditRow last in trail.Rows.GroupBy(row => row.Reader).Select(rows => rows.Last()))
            batch.BatchCommands.Add(Command(UpsertHead, trail.SettlementId, last.Reader, last.Sequence, last.ContentHash, last.Event.ChainRevision, last.Event.At.ToUniversalTime()));
    }

    /// <summary>The second half as the last commands of a batch: from the first of them to the end of the transaction every settlement of the environments waits.</summary>
    internal static void AddChains(NpgsqlBatch batch, AuditTrail trail)
    {
        // In one order, so that two settlements between the same platforms wait for each other and do not deadlock.
        foreach (AuditRow row in trail.Rows.Where(row => row.Reader != AuditTrail.Operator).OrderBy(row => row.Reader))
            batch.BatchCommands.Add(Command(InsertOfEnvironment, row.Reader, trail.SettlementId, row.Sequence, row.ContentHash, NoHash));
    }

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
