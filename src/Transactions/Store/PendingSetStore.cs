using System.Collections.Immutable;
using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Reads the pending set of one sender, and what an intent has cost.</summary>
internal sealed class PendingSetStore(SenderDatabase rows)
{
    const string NoncesSql = """
        select nonce, "to", data, gas, kind, mined_block, mined_in, mined_hash, final_at is not null,
          array(select si.intent_id from transactions.nonce_intent si where (si.chain_id, si.sender, si.nonce) = (s.chain_id, s.sender, s.nonce))
        from transactions.nonce s where chain_id = @chain and sender = @sender and final_at is null order by nonce
        """;

    const string AttemptsSql = """
        select a.nonce, a.hash, a.ordinal, a.raw, a.max_fee::text, a.tip::text, a.head, a.storage_slot_gas
        from transactions.attempt a join transactions.nonce s using (chain_id, sender, nonce)
        where chain_id = @chain and sender = @sender and s.final_at is null order by a.nonce, a.ordinal
        """;

    // What no account carries belongs to the one that alone may carry it out, else to the one in service. Of a retired account nothing is left to itself. Done and obsolete ones are read
    // while a transaction that carries them is not final: a reorg can reopen them.
    const string IntentsSql = """
        with retired as materialized (select address from transactions.sender where chain_id = @chain and status = 'retired'),
        looked_at as (
          select id from transactions.intent where chain_id = @chain and status in ('wanted', 'resting')
          union select si.intent_id from transactions.nonce s join transactions.nonce_intent si using (chain_id, sender, nonce) where s.chain_id = @chain and s.sender = @sender and s.final_at is null)
        select i.id, i.chain_id, i.purpose, i.subject, i.part, i.status, i.wanted_until, i.budget::text, i.priority, i.attempts, i.due_at, i.last_reason, i.lane, i.traceparent, i.only_by
        from looked_at join transactions.intent i using (id) where i.chain_id = @chain
          and case when i.sender = @sender then true
                when i.sender is not null and i.sender not in (select address from retired) then false
                when i.only_by = @sender then true
                else (i.only_by is null or i.only_by in (select address from retired))
                  and exists (select from transactions.sender where (chain_id, address, status) = (@chain, @sender, 'active')) end
        """;

    const string ActiveSql = "select exists (select from transactions.sender where (chain_id, address, status) = (@chain, @sender, 'active'))";

    /// <summary>All nonces that are not final, with attempts and intents, in one trip. What was final before costs nothing.</summary>
    public async Task<PendingSet> ReadAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await using NpgsqlBatch batch = new(connection)
        {
            BatchCommands = { rows.BatchCommand(AttemptsSql), rows.BatchCommand(NoncesSql), rows.BatchCommand(ActiveSql), rows.BatchCommand(IntentsSql) },
        };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        ILookup<long, Attempt> attempts = (await ReadAttemptsAsync(reader, cancellationToken)).ToLookup(a => a.Nonce, a => a.Attempt);
        await reader.NextResultAsync(cancellationToken);
        ImmutableArray<NonceEntry>.Builder entries = ImmutableArray.CreateBuilder<NonceEntry>();
        while (await reader.ReadAsync(cancellationToken))
            entries.Add(new NonceEntry(
                reader.GetInt64(0), new Address(reader.GetFieldValue<byte[]>(1)), reader.GetFieldValue<byte[]>(2), (ulong)reader.GetInt64(3),
                reader.GetString(4) == "fill", reader.IsDBNull(5) ? null : reader.GetInt64(5), HashOrNull(reader, 6), HashOrNull(reader, 7),
                reader.GetBoolean(8), [.. reader.GetFieldValue<Guid[]>(9)], [.. attempts[reader.GetInt64(0)]]));
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        bool isActive = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        ImmutableDictionary<Guid, Intent>.Builder intents = ImmutableDictionary.CreateBuilder<Guid, Intent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            Intent intent = IntentStore.Read(reader);
            intents[intent.Id] = intent;
        }
        return new PendingSet(entries.ToImmutable(), intents.ToImmutable(), isActive);
    }

    static async Task<List<(long Nonce, Attempt Attempt)>> ReadAttemptsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        List<(long, Attempt)> attempts = [];
        while (await reader.ReadAsync(cancellationToken))
            attempts.Add((reader.GetInt64(0), new Attempt(
                new Hash32(reader.GetFieldValue<byte[]>(1)), reader.GetInt32(2), reader.GetFieldValue<byte[]>(3),
                new AttemptFee(UInt256.Parse(reader.GetString(4)), UInt256.Parse(reader.GetString(5))), reader.GetInt64(6), (ulong)reader.GetInt64(7))));
        return attempts;
    }

    const string SpentSql = """
        select coalesce(sum(ceil(s.gas_used * s.gas_price / (select count(*) from transactions.nonce_intent o where (o.chain_id, o.sender, o.nonce) = (s.chain_id, s.sender, s.nonce)))), 0)::text
        from transactions.nonce_intent si join transactions.nonce s on (s.chain_id, s.sender, s.nonce) = (si.chain_id, si.sender, si.nonce)
        where si.intent_id = @id and s.chain_id = @chain and s.sender = @sender and s.gas_used is not null
        """;

    /// <summary>Cost of the mined transactions of an intent, wei; of a shared transaction its share.</summary>
    public async Task<UInt256> SpentAsync(Guid intent, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, SpentSql, ("id", intent));
        return UInt256.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    static Hash32? HashOrNull(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : new Hash32(reader.GetFieldValue<byte[]>(ordinal));
}
