using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>What the owners of intents write and read.</summary>
public sealed class IntentStore(TimeProvider time)
{
    const string WantSql = """
        insert into transactions.intent (id, chain_id, purpose, subject, part, status, wanted_until, priority, budget, due_at, created_at, updated_at)
        values (@id, @chain, @purpose, @subject, @part, 'wanted', @until, @priority, @budget::numeric, @now, @now, @now)
        on conflict (chain_id, purpose, subject, part) do update
          set status = case when transactions.intent.status in ('done', 'obsolete') then 'wanted' else transactions.intent.status end,
              due_at = case when transactions.intent.status in ('done', 'obsolete') then excluded.due_at else transactions.intent.due_at end,
              attempts = case when transactions.intent.status in ('done', 'obsolete') then 0 else transactions.intent.attempts end,
              wanted_until = excluded.wanted_until, priority = excluded.priority, updated_at = excluded.updated_at
          where transactions.intent.status in ('done', 'obsolete') or transactions.intent.wanted_until is distinct from excluded.wanted_until
        """;

    /// <summary>
    /// Asks for an action, in the caller's transaction. Asking again changes nothing; asking for one that was done or obsolete (a reorg took
    /// it back) opens it again. Raise <see cref="TransactionSignal"/> after the commit.
    /// </summary>
    /// <returns>True when it is new or open again.</returns>
    public async Task<bool> WantAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, IntentName name, long? wantedUntil, int priority, UInt256? budget,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlCommand command = new(WantSql, connection, transaction)
        {
            Parameters =
            {
                new("id", Guid.CreateVersion7(now)), new("chain", name.ChainId), new("purpose", name.Purpose),
                new("subject", name.Subject.ToBytes()), new("part", name.Part), new("priority", priority), new("now", now),
                new("until", NpgsqlTypes.NpgsqlDbType.Bigint) { Value = (object?)wantedUntil ?? DBNull.Value },
                new("budget", NpgsqlTypes.NpgsqlDbType.Text) { Value = (object?)budget?.ToString() ?? DBNull.Value },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    const string OfSubjectSql = """
        select id, chain_id, purpose, subject, part, status, wanted_until, budget::text, priority, attempts, due_at, last_reason
        from transactions.intent where chain_id = @chain and subject = any(@subjects)
        """;

    /// <summary>All intents of some subjects.</summary>
    public async Task<IReadOnlyList<Intent>> OfSubjectsAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, long chainId, IReadOnlyList<Hash32> subjects, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new(OfSubjectSql, connection, transaction)
        {
            Parameters = { new("chain", chainId), new("subjects", subjects.Select(subject => subject.ToBytes()).ToArray()) },
        };
        List<Intent> intents = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) intents.Add(Read(reader));
        return intents;
    }

    internal static Intent Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), new IntentName(reader.GetInt64(1), reader.GetString(2), new Hash32(reader.GetFieldValue<byte[]>(3)), reader.GetInt32(4)),
        Enum.Parse<IntentState>(reader.GetString(5), ignoreCase: true), reader.IsDBNull(6) ? null : reader.GetInt64(6),
        reader.IsDBNull(7) ? null : UInt256.Parse(reader.GetString(7)), reader.GetInt32(8), reader.GetInt32(9),
        reader.GetFieldValue<DateTimeOffset>(10), reader.IsDBNull(11) ? null : reader.GetString(11));
}
