using Keystone.Ethereum;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Intents as their owners write and read them.</summary>
public sealed class IntentStore(TimeProvider time)
{
    const string WantSql = """
        insert into transactions.intent (id, chain_id, purpose, subject, part, status, wanted_until, priority, budget, due_at, created_at, updated_at, lane, traceparent, only_by)
        select id, chain_id, purpose, subject, part, 'wanted', wanted_until, priority, budget::numeric, $12, $12, $12, lane, traceparent, only_by
        from unnest($1::uuid[], $2::bigint[], $3::text[], $4::bytea[], $5::int[], $6::bigint[], $7::int[], $8::text[], $9::uuid[], $10::text[], $11::bytea[])
          wanted (id, chain_id, purpose, subject, part, wanted_until, priority, budget, lane, traceparent, only_by)
        on conflict (chain_id, purpose, subject, part) do update
          set status = case when transactions.intent.status in ('done', 'obsolete') then 'wanted' else transactions.intent.status end,
              due_at = case when transactions.intent.status in ('done', 'obsolete') then excluded.due_at else transactions.intent.due_at end,
              attempts = case when transactions.intent.status in ('done', 'obsolete') then 0 else transactions.intent.attempts end,
              wanted_until = excluded.wanted_until, priority = excluded.priority, only_by = excluded.only_by, updated_at = excluded.updated_at
          where transactions.intent.status in ('done', 'obsolete')
            or (transactions.intent.wanted_until, transactions.intent.only_by) is distinct from (excluded.wanted_until, excluded.only_by)
        """;

    /// <summary>
    /// Adds an intent in the caller's database transaction. If it exists, nothing changes; if it was done or obsolete (a reorg undid its effect), it is
    /// reopened. Raise <see cref="TransactionSignal"/> after the commit.
    /// </summary>
    /// <param name="connection">Of the caller.</param>
    /// <param name="transaction">Of the caller; null for none.</param>
    /// <param name="name">Business key.</param>
    /// <param name="wantedUntil">Latest block time at which it is useful; null for no limit.</param>
    /// <param name="priority">Higher goes first.</param>
    /// <param name="budget">Maximum spent on gas, wei; null for <c>Transactions:BudgetWei</c>.</param>
    /// <param name="cancellationToken">Cancels the statement.</param>
    /// <param name="lane">Whose it is; lanes take turns.</param>
    /// <param name="traceparent">W3C trace context of the request behind it; null for none.</param>
    /// <param name="onlyBy">The account whose transaction alone has the effect; null where any account's has.</param>
    /// <returns>True if it was added or reopened.</returns>
    public async Task<bool> WantAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IntentName name, ChainTime? wantedUntil, int priority, UInt256? budget,
        CancellationToken cancellationToken, Guid? lane = null, string? traceparent = null, Address? onlyBy = null)
    {
        await using NpgsqlBatch batch = new(connection, transaction) { BatchCommands = { Want([new NewIntent(name, wantedUntil, priority, budget, lane, traceparent, onlyBy)]) } };
        return await batch.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>The same of several, each with another business key, as a command of a batch in the caller's transaction: it affects a row for each that was added or reopened.</summary>
    public NpgsqlBatchCommand Want(IReadOnlyCollection<NewIntent> intents)
    {
        ArgumentNullException.ThrowIfNull(intents);
        DateTimeOffset now = time.GetUtcNow();
        return SqlStore.BatchCommand(WantSql, intents.Select(_ => Guid.CreateVersion7(now)).ToArray(), intents.Select(one => one.Name.ChainId).ToArray(),
            intents.Select(one => one.Name.Purpose).ToArray(), intents.Select(one => one.Name.Subject.ToBytes()).ToArray(), intents.Select(one => one.Name.Part).ToArray(),
            intents.Select(one => one.WantedUntil?.ToInt64()).ToArray(), intents.Select(one => one.Priority).ToArray(), intents.Select(one => one.Budget?.ToString()).ToArray(),
            intents.Select(one => one.Lane).ToArray(), intents.Select(one => one.Traceparent).ToArray(), intents.Select(one => one.OnlyBy?.ToBytes()).ToArray(), now);
    }

    const string OfSubjectSql = """
        select id, chain_id, purpose, subject, part, status, wanted_until, budget::text, priority, attempts, due_at, last_reason, lane, traceparent, only_by
        from transactions.intent where chain_id = $1 and subject = any($2)
        """;

    static readonly string OfOneSql = SqlStore.OfOne(OfSubjectSql);

    /// <summary>All intents of some subjects.</summary>
    public async Task<IReadOnlyList<Intent>> OfSubjectsAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, long chainId, IReadOnlyList<Hash32> subjects, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection, transaction) { BatchCommands = { OfSubjects(chainId, subjects) } };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadAsync(reader, cancellationToken);
    }

    /// <summary>The query of <see cref="OfSubjectsAsync"/> for a batch; <see cref="ReadAsync"/> reads its rows.</summary>
    public static NpgsqlBatchCommand OfSubjects(long chainId, IReadOnlyList<Hash32> subjects) =>
        subjects is [var one] ? SqlStore.BatchCommand(OfOneSql, chainId, one.ToBytes())
            : SqlStore.BatchCommand(OfSubjectSql, chainId, subjects.Select(subject => subject.ToBytes()).ToArray());

    /// <summary>Reads the rows of <see cref="OfSubjects"/>.</summary>
    public static async Task<IReadOnlyList<Intent>> ReadAsync(NpgsqlDataReader rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        List<Intent> intents = [];
        while (await rows.ReadAsync(cancellationToken)) intents.Add(Read(rows));
        return intents;
    }

    const string ProgressSql = """
        select i.chain_id, i.purpose, i.subject, i.part, i.status, i.attempts, i.last_reason, i.due_at, i.created_at, a.hash
        from transactions.intent i
        left join lateral (
          select coalesce(o.mined_hash, t.hash) as hash
          from transactions.nonce_intent n
          join transactions.nonce o on o.chain_id = n.chain_id and o.sender = n.sender and o.nonce = n.nonce
          join transactions.attempt t on t.chain_id = n.chain_id and t.sender = n.sender and t.nonce = n.nonce
          where n.intent_id = i.id order by t.signed_at desc, t.ordinal desc limit 1) a on true
        where i.chain_id = @chain and i.subject = any(@subjects)
        """;

    /// <summary>State of all intents of some subjects, each with its transaction, read in the caller's database transaction.</summary>
    public async Task<IReadOnlyList<IntentProgress>> ReadProgressAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> subjects, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(ProgressSql, connection) { Parameters = { new("chain", chainId), Subjects(subjects) } };
        List<IntentProgress> intents = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            intents.Add(new IntentProgress(ReadName(row, 0), ReadState(row, 4), row.GetInt32(5), row.IsDBNull(6) ? null : row.GetString(6),
                row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetHash(9)));
        return intents;
    }

    // Only the page is joined with its transactions.
    const string PageSql = """
        select i.chain_id, i.purpose, i.subject, i.part, i.status, i.attempts, i.last_reason, i.due_at, i.created_at, a.hash, i.id
        from (select * from transactions.intent where status = any(@states) order by due_at, id limit @limit offset @offset) i
        left join lateral (
          select coalesce(o.mined_hash, t.hash) as hash
          from transactions.nonce_intent n
          join transactions.nonce o on o.chain_id = n.chain_id and o.sender = n.sender and o.nonce = n.nonce
          join transactions.attempt t on t.chain_id = n.chain_id and t.sender = n.sender and t.nonce = n.nonce
          where n.intent_id = i.id order by t.signed_at desc, t.ordinal desc limit 1) a on true
        order by i.due_at, i.id
        """;

    const string CountSql = "select count(*) from (select from transactions.intent where status = any(@states) limit 10001) counted";

    /// <summary>A page of the intents in some states, the earliest due first, and how many there are, counted to 10,001.</summary>
    /// <param name="connection">Of the caller.</param>
    /// <param name="states">Which.</param>
    /// <param name="limit">Most rows.</param>
    /// <param name="offset">Rows to skip.</param>
    /// <param name="cancellationToken">Cancels the statements.</param>
    public async Task<(IReadOnlyList<(Guid Id, IntentProgress Intent)> Items, long Total)> ListAsync(
        NpgsqlConnection connection, IReadOnlyCollection<IntentState> states, int limit, int offset, CancellationToken cancellationToken)
    {
        string[] names = [.. states.Select(state => state.ToString().ToLowerInvariant())];
        List<(Guid, IntentProgress)> items = [];
        await using (NpgsqlCommand page = new(PageSql, connection) { Parameters = { new("states", names), new("limit", limit), new("offset", offset) } })
        await using (NpgsqlDataReader row = await page.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                items.Add((row.GetGuid(10), new IntentProgress(ReadName(row, 0), ReadState(row, 4), row.GetInt32(5), row.IsDBNull(6) ? null : row.GetString(6),
                    row.GetFieldValue<DateTimeOffset>(7), row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetHash(9))));
        await using NpgsqlCommand count = new(CountSql, connection) { Parameters = { new("states", names) } };
        return (items, (long)(await count.ExecuteScalarAsync(cancellationToken))!);
    }

    // The cost of a shared transaction is divided equally among its intents.
    const string CostSql = """
        select i.chain_id, i.purpose, i.subject, i.part, l.mined_hash, l.mined_block, l.mined_ok, ceil(l.gas_used::numeric / n.count)::bigint,
          ceil(l.gas_used * l.gas_price / n.count), n.count::int
        from transactions.intent i
        join transactions.nonce_intent si on si.intent_id = i.id
        join transactions.nonce l on (l.chain_id, l.sender, l.nonce) = (si.chain_id, si.sender, si.nonce)
        cross join lateral (select count(*) from transactions.nonce_intent o where (o.chain_id, o.sender, o.nonce) = (si.chain_id, si.sender, si.nonce)) n
        where i.chain_id = @chain and i.subject = any(@subjects) and l.mined_hash is not null and l.gas_used is not null order by l.mined_block, l.nonce
        """;

    /// <summary>Cost of the mined transactions of a subject, in the order of mining.</summary>
    public Task<IReadOnlyList<IntentCost>> ReadCostsAsync(NpgsqlConnection connection, long chainId, Hash32 subject, CancellationToken cancellationToken) =>
        ReadCostsAsync(connection, chainId, [subject], cancellationToken);

    /// <summary>Cost of the mined transactions of some subjects, in the order of mining.</summary>
    public async Task<IReadOnlyList<IntentCost>> ReadCostsAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> subjects, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(CostSql, connection) { Parameters = { new("chain", chainId), Subjects(subjects) } };
        List<IntentCost> costs = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            costs.Add(new IntentCost(ReadName(row, 0), row.GetHash(4), row.GetInt64(5), row.GetBoolean(6), row.GetInt64(7), row.GetAmount(8), row.GetInt32(9)));
        return costs;
    }

    const string TotalsSql = """
        select i.subject, sum(ceil(l.gas_used::numeric / n.count))::bigint, sum(ceil(l.gas_used * l.gas_price / n.count)), count(distinct l.mined_hash)::int
        from transactions.intent i
        join transactions.nonce_intent si on si.intent_id = i.id
        join transactions.nonce l on (l.chain_id, l.sender, l.nonce) = (si.chain_id, si.sender, si.nonce)
        cross join lateral (select count(*) from transactions.nonce_intent o where (o.chain_id, o.sender, o.nonce) = (si.chain_id, si.sender, si.nonce)) n
        where i.chain_id = @chain and i.subject = any(@subjects) and l.mined_hash is not null and l.gas_used is not null group by i.subject
        """;

    /// <summary>What the mined transactions of some subjects cost in all, in the caller's transaction; a subject without any is left out.</summary>
    public async Task<IReadOnlyList<SubjectCost>> ReadTotalsAsync(
        NpgsqlConnection connection, long chainId, IReadOnlyCollection<Hash32> subjects, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(TotalsSql, connection) { Parameters = { new("chain", chainId), Subjects(subjects) } };
        List<SubjectCost> costs = [];
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) costs.Add(new SubjectCost(row.GetHash(0), row.GetInt64(1), row.GetAmount(2), row.GetInt32(3)));
        return costs;
    }

    // A function, because the API gives the order too and may change nothing else of an intent.
    const string RetrySql = "select transactions.retry_intents(@chain, @subjects, @now)";

    /// <summary>
    /// An operator's order, in the caller's database transaction: intents of a subject become due at once, and failed ones are reopened. Raise
    /// <see cref="TransactionSignal"/> after the commit, or leave it to the next poll.
    /// </summary>
    /// <returns>How many intents are tried again.</returns>
    public async Task<int> RetryAsync(NpgsqlConnection connection, long chainId, Hash32 subject, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(RetrySql, connection)
        {
            Parameters = { new("chain", chainId), Subjects([subject]), new("now", time.GetUtcNow()) },
        };
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    static NpgsqlParameter Subjects(IReadOnlyCollection<Hash32> subjects) => new("subjects", subjects.Select(subject => subject.ToBytes()).ToArray());

    static IntentName ReadName(NpgsqlDataReader row, int at) => new(row.GetInt64(at), row.GetString(at + 1), row.GetHash(at + 2), row.GetInt32(at + 3));

    static IntentState ReadState(NpgsqlDataReader row, int at) => Enum.Parse<IntentState>(row.GetString(at), ignoreCase: true);

    internal static Intent Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), new IntentName(reader.GetInt64(1), reader.GetString(2), new Hash32(reader.GetFieldValue<byte[]>(3)), reader.GetInt32(4)),
        Enum.Parse<IntentState>(reader.GetString(5), ignoreCase: true), reader.IsDBNull(6) ? null : ChainTime.FromInt64(reader.GetInt64(6)),
        reader.IsDBNull(7) ? null : UInt256.Parse(reader.GetString(7)), reader.GetInt32(8), reader.GetInt32(9),
        reader.GetFieldValue<DateTimeOffset>(10), reader.IsDBNull(11) ? null : reader.GetString(11), reader.IsDBNull(12) ? null : reader.GetGuid(12))
    {
        Traceparent = reader.IsDBNull(13) ? null : reader.GetString(13),
        OnlyBy = reader.IsDBNull(14) ? null : new Address(reader.GetFieldValue<byte[]>(14)),
    };
}
