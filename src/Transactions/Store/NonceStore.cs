using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Keystone.Ethereum;
using Keystone.Ethereum.Transactions;
using Keystone.Postgres.Faults;
using Npgsql;
using NpgsqlTypes;

namespace Keystone.Transactions;

/// <summary>
/// The transaction manager's rows of one sender on one chain. Every writing method takes the epoch of the lease and locks the sender's row first, which is
/// the fence: a transaction manager that lost its lease writes nothing.
/// </summary>
internal sealed class NonceStore(NpgsqlDataSource database, TimeProvider time, long chainId, Address sender)
{
    readonly byte[] _sender = sender.ToBytes();

    // ---- lease

    const string EnsureSql = "insert into transactions.sender (chain_id, address) values (@chain, @sender) on conflict do nothing";

    const string TakeSql = """
        update transactions.sender set epoch = epoch + 1, holder = @holder, expires_at = clock_timestamp() + @ttl
        where chain_id = @chain and address = @sender and expires_at < clock_timestamp() returning epoch
        """;

    /// <summary>Takes the lease when it is free or expired. Null when another transaction manager has it.</summary>
    public async Task<long?> TakeLeaseAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await RunAsync(connection, EnsureSql, cancellationToken);
        await using NpgsqlCommand command = Command(connection, TakeSql, ("holder", holder), ("ttl", ttl));
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    const string RenewSql = """
        update transactions.sender set expires_at = clock_timestamp() + @ttl where chain_id = @chain and address = @sender and epoch = @epoch
        """;

    /// <summary>Prolongs the lease; false when it is lost. A <paramref name="ttl"/> of zero gives it back.</summary>
    public async Task<bool> RenewLeaseAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        return await RunAsync(connection, RenewSql, cancellationToken, ("ttl", ttl), ("epoch", epoch)) == 1;
    }

    const string FenceSql = "select 1 from transactions.sender where chain_id = @chain and address = @sender and epoch = @epoch for update";

    async Task<T> FencedAsync<T>(long epoch, Func<NpgsqlConnection, Task<T>> write, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand fence = Command(connection, FenceSql, ("epoch", epoch)))
            if (await fence.ExecuteScalarAsync(cancellationToken) is null) throw new LeaseLostException();
        T result = await write(connection);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    // ---- reading

    const string ChainSql = "select number, head_time, finalized, halted is not null, genesis_hash, revision from chain.position where chain_id = @chain";

    /// <summary>Where the mirror is; null when it has no row for the chain.</summary>
    public async Task<ChainView?> ReadChainAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = Command(connection, ChainSql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ChainView(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetBoolean(3), new Hash32(reader.GetFieldValue<byte[]>(4)), reader.GetInt64(5))
            : null;
    }

    const string CanonicalSql = "select number, hash from chain.block where chain_id = @chain and canonical and number = any(@numbers)";

    /// <summary>Hashes of the mirror's canonical blocks; heights without a row are left out.</summary>
    public async Task<Dictionary<long, Hash32>> ReadCanonicalAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken)
    {
        Dictionary<long, Hash32> found = [];
        if (numbers.Count == 0) return found;
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = Command(connection, CanonicalSql, ("numbers", numbers.ToArray()));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) found[reader.GetInt64(0)] = new Hash32(reader.GetFieldValue<byte[]>(1));
        return found;
    }

    const string NoncesSql = """
        select nonce, "to", data, gas, kind, mined_block, mined_in, mined_hash, final_at is not null,
          array(select si.intent_id from transactions.nonce_intent si where (si.chain_id, si.sender, si.nonce) = (s.chain_id, s.sender, s.nonce))
        from transactions.nonce s where chain_id = @chain and sender = @sender and (final_at is null or nonce >= @count) order by nonce
        """;

    const string AttemptsSql = """
        select a.nonce, a.hash, a.ordinal, a.raw, a.max_fee::text, a.tip::text, a.head
        from transactions.attempt a join transactions.nonce s using (chain_id, sender, nonce)
        where chain_id = @chain and sender = @sender and (s.final_at is null or nonce >= @count) order by a.nonce, a.ordinal
        """;

    const string IntentsSql = """
        select id, chain_id, purpose, subject, part, status, wanted_until, budget::text, priority, attempts, due_at, last_reason
        from transactions.intent where chain_id = @chain and (status in ('wanted', 'resting') or id = any(@carried))
        """;

    /// <summary>All nonces that are not final, or that the chain's count says are not used, with attempts and intents.</summary>
    public async Task<PendingSet> ReadPendingAsync(long count, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        ILookup<long, Attempt> attempts = (await ReadAttemptsAsync(connection, count, cancellationToken)).ToLookup(a => a.Nonce, a => a.Attempt);
        ImmutableArray<NonceEntry>.Builder entries = ImmutableArray.CreateBuilder<NonceEntry>();
        await using (NpgsqlCommand command = Command(connection, NoncesSql, ("count", count)))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                entries.Add(new NonceEntry(
                    reader.GetInt64(0), new Address(reader.GetFieldValue<byte[]>(1)), reader.GetFieldValue<byte[]>(2), (ulong)reader.GetInt64(3),
                    reader.GetString(4) == "fill", reader.IsDBNull(5) ? null : reader.GetInt64(5), HashOrNull(reader, 6), HashOrNull(reader, 7),
                    reader.GetBoolean(8), [.. reader.GetFieldValue<Guid[]>(9)], [.. attempts[reader.GetInt64(0)]]));
        ImmutableDictionary<Guid, Intent>.Builder intents = ImmutableDictionary.CreateBuilder<Guid, Intent>();
        await using (NpgsqlCommand command = Command(connection, IntentsSql, ("carried", entries.SelectMany(entry => entry.Intents).Distinct().ToArray())))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
            {
                Intent intent = IntentStore.Read(reader);
                intents[intent.Id] = intent;
            }
        return new PendingSet(entries.ToImmutable(), intents.ToImmutable());
    }

    async Task<List<(long Nonce, Attempt Attempt)>> ReadAttemptsAsync(NpgsqlConnection connection, long count, CancellationToken cancellationToken)
    {
        List<(long, Attempt)> attempts = [];
        await using NpgsqlCommand command = Command(connection, AttemptsSql, ("count", count));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            attempts.Add((reader.GetInt64(0), new Attempt(
                new Hash32(reader.GetFieldValue<byte[]>(1)), reader.GetInt32(2), reader.GetFieldValue<byte[]>(3),
                new AttemptFee(UInt256.Parse(reader.GetString(4)), UInt256.Parse(reader.GetString(5))), reader.GetInt64(6))));
        return attempts;
    }

    // ---- intents

    // The state read is part of the condition: an owner that asked again in between is not overwritten.
    const string SetStateSql = """
        update transactions.intent set status = @status, last_reason = coalesce(@reason, last_reason), updated_at = @now,
          attempts = attempts + @failed, due_at = greatest(due_at, @due)
        where id = @id and chain_id = @chain and status = @was
        """;

    /// <summary>Moves intents from the state they were read in. A pause counts as one more failed attempt.</summary>
    public Task SetStatesAsync(
        long epoch, IReadOnlyList<(Intent Intent, IntentState State, string? Reason, TimeSpan? Pause)> changes, CancellationToken cancellationToken) =>
        FencedAsync(epoch, async connection =>
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach ((Intent intent, IntentState state, string? reason, TimeSpan? pause) in changes)
                await RunAsync(connection, SetStateSql, cancellationToken,
                    ("id", intent.Id), ("status", Word(state)), ("was", Word(intent.State)), ("reason", reason), ("now", now),
                    ("failed", pause is null ? 0 : 1), ("due", now + (pause ?? TimeSpan.Zero)));
            return true;
        }, cancellationToken);

    const string SpentSql = """
        select coalesce(sum(ceil(s.gas_used * s.gas_price / (select count(*) from transactions.nonce_intent o where (o.chain_id, o.sender, o.nonce) = (s.chain_id, s.sender, s.nonce)))), 0)::text
        from transactions.nonce_intent si join transactions.nonce s on (s.chain_id, s.sender, s.nonce) = (si.chain_id, si.sender, si.nonce)
        where si.intent_id = @id and s.chain_id = @chain and s.sender = @sender and s.gas_used is not null
        """;

    /// <summary>Wei that the mined transactions of an intent cost; of a shared one its part.</summary>
    public async Task<UInt256> SpentAsync(Guid intent, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand command = Command(connection, SpentSql, ("id", intent));
        return UInt256.Parse((string)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    // ---- nonces

    const string NonceSql = """
        select greatest(coalesce(max(nonce) + 1, 0), @count) from transactions.nonce where chain_id = @chain and sender = @sender
        """;

    const string LockWantedSql = "select id from transactions.intent where id = any(@ids) and status = 'wanted' order by id for update";

    const string RestSql = "update transactions.intent set status = 'resting', updated_at = @now where id = any(@ids)";

    const string InsertNoncesSql = """
        insert into transactions.nonce (chain_id, sender, nonce, "to", data, gas, kind, created_epoch, created_at)
        select @chain, @sender, new.nonce, new."to", new.data, new.gas, @kind, @epoch, @now from unnest(@nonces, @tos, @datas, @gases) new (nonce, "to", data, gas)
        """;

    const string ReuseNonceSql = """
        update transactions.nonce s set "to" = @to, data = @data, gas = @gas, kind = @kind, created_epoch = @epoch
        where chain_id = @chain and sender = @sender and nonce = @nonce
          and not exists (select from transactions.attempt a where (a.chain_id, a.sender, a.nonce) = (s.chain_id, s.sender, s.nonce))
        """;

    const string UnlinkSql = "delete from transactions.nonce_intent where chain_id = @chain and sender = @sender and nonce = @nonce";

    const string LinkSql = """
        insert into transactions.nonce_intent (chain_id, sender, nonce, intent_id) select @chain, @sender, link.nonce, link.id from unnest(@nonces, @ids) link (nonce, id)
        """;

    /// <summary>
    /// Gives each call a nonce, in their order: <see cref="Placement.Free"/> where that nonce has no signature, else the next one. Null, and nothing
    /// written for it, where somebody changed one of its intents in between.
    /// </summary>
    /// <param name="epoch">Of the lease.</param>
    /// <param name="placements">No intent twice.</param>
    /// <param name="count">The account's transaction count at the head, read before: it only grows, so an old value is safe.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<long?[]> PlaceAsync(long epoch, IReadOnlyList<Placement> placements, long count, CancellationToken cancellationToken) =>
        FencedAsync(epoch, async connection =>
        {
            HashSet<Guid> wanted = await LockWantedAsync(connection, [.. placements.SelectMany(placement => placement.Intents)], cancellationToken);
            long?[] nonces = new long?[placements.Count];
            long next = await NextNonceAsync(connection, count, cancellationToken);
            List<(long Nonce, Placement Placement)> placed = [];
            for (int i = 0; i < nonces.Length; i++)
            {
                Placement one = placements[i];
                if (!one.Intents.All(wanted.Contains)) continue;
                nonces[i] = one.Free ?? next++;
                placed.Add((nonces[i]!.Value, one));
            }
            if (placed.Count == 0) return nonces;
            foreach ((long nonce, Placement one) in placed)
                if (one.Free is not null) await ReuseAsync(connection, epoch, nonce, one.To, one.Data, one.Gas, "work", cancellationToken);
            await InsertAsync(connection, epoch, [.. placed.Where(one => one.Placement.Free is null).Select(one => (one.Nonce, one.Placement.To, one.Placement.Data, one.Placement.Gas))],
                "work", cancellationToken);
            (long Nonce, Guid Intent)[] links = [.. placed.SelectMany(one => one.Placement.Intents.Select(intent => (one.Nonce, intent)))];
            Guid[] ids = [.. links.Select(link => link.Intent)];
            await RunAsync(connection, LinkSql, cancellationToken, ("nonces", links.Select(link => link.Nonce).ToArray()), ("ids", ids));
            await RunAsync(connection, RestSql, cancellationToken, ("ids", ids), ("now", time.GetUtcNow()));
            return nonces;
        }, cancellationToken);

    async Task<HashSet<Guid>> LockWantedAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        HashSet<Guid> wanted = [];
        await using NpgsqlCommand command = Command(connection, LockWantedSql, ("ids", ids));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) wanted.Add(reader.GetGuid(0));
        return wanted;
    }

    /// <summary>Makes a nonce that nothing was signed for a transfer of nothing to the sender itself.</summary>
    public Task FillAsync(long epoch, long nonce, bool exists, ulong gas, CancellationToken cancellationToken) =>
        FencedAsync(epoch, async connection =>
        {
            if (exists) await ReuseAsync(connection, epoch, nonce, sender, ReadOnlyMemory<byte>.Empty, gas, "fill", cancellationToken);
            else await InsertAsync(connection, epoch, [(nonce, sender, ReadOnlyMemory<byte>.Empty, gas)], "fill", cancellationToken);
            return true;
        }, cancellationToken);

    async Task<long> NextNonceAsync(NpgsqlConnection connection, long count, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Command(connection, NonceSql, ("count", count));
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // One statement for all of a group: the time goes into statements, not into rows.
    async Task InsertAsync(
        NpgsqlConnection connection, long epoch, IReadOnlyCollection<(long Nonce, Address To, ReadOnlyMemory<byte> Data, ulong Gas)> entries, string kind,
        CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        await RunAsync(connection, InsertNoncesSql, cancellationToken,
            ("nonces", entries.Select(entry => entry.Nonce).ToArray()), ("tos", entries.Select(entry => entry.To.ToBytes()).ToArray()),
            ("datas", entries.Select(entry => entry.Data.ToArray()).ToArray()), ("gases", entries.Select(entry => (long)entry.Gas).ToArray()),
            ("kind", kind), ("epoch", epoch), ("now", time.GetUtcNow()));
    }

    async Task ReuseAsync(
        NpgsqlConnection connection, long epoch, long nonce, Address to, ReadOnlyMemory<byte> data, ulong gas, string kind, CancellationToken cancellationToken)
    {
        await RunAsync(connection, UnlinkSql, cancellationToken, ("nonce", nonce));
        int reused = await RunAsync(connection, ReuseNonceSql, cancellationToken,
            ("nonce", nonce), ("to", to.ToBytes()), ("data", data.ToArray()), ("gas", (long)gas), ("kind", kind), ("epoch", epoch));
        if (reused != 1) throw new InvalidOperationException($"Nonce {nonce} has a signature and cannot be given away.");
    }

    const string DeleteNonceSql = """
        delete from transactions.nonce s where chain_id = @chain and sender = @sender and nonce = @nonce
          and not exists (select from transactions.attempt a where (a.chain_id, a.sender, a.nonce) = (s.chain_id, s.sender, s.nonce))
        """;

    /// <summary>Gives back a nonce that nothing was signed for.</summary>
    public Task DeleteAsync(long epoch, long nonce, CancellationToken cancellationToken) =>
        FencedAsync(epoch, async connection =>
        {
            await RunAsync(connection, UnlinkSql, cancellationToken, ("nonce", nonce));
            return await RunAsync(connection, DeleteNonceSql, cancellationToken, ("nonce", nonce));
        }, cancellationToken);

    // ---- attempts

    const string InsertAttemptsSql = """
        insert into transactions.attempt (hash, chain_id, sender, nonce, ordinal, raw, max_fee, tip, epoch, head, signed_at)
        select new.hash, @chain, @sender, new.nonce, new.ordinal, new.raw, new.max_fee::numeric, new.tip::numeric, @epoch, new.head, @now
        from unnest(@hashes, @nonces, @ordinals, @raws, @maxes, @tips, @heads) new (hash, nonce, ordinal, raw, max_fee, tip, head)
        """;

    const string TurnSql = """
        update transactions.nonce s set kind = new.kind from unnest(@nonces, @kinds) new (nonce, kind)
        where s.chain_id = @chain and s.sender = @sender and s.nonce = new.nonce and s.kind <> new.kind
        """;

    /// <summary>Commits signed bytes, of the assigned call or of a fill. From here on they count as broadcast, whether they were or not.</summary>
    public Task AddAttemptsAsync(long epoch, IReadOnlyList<NewAttempt> attempts, CancellationToken cancellationToken) =>
        FencedAsync(epoch, async connection =>
        {
            long[] nonces = [.. attempts.Select(one => one.Nonce)];
            await RunAsync(connection, InsertAttemptsSql, cancellationToken,
                ("hashes", attempts.Select(one => one.Signed.Hash.ToBytes()).ToArray()), ("nonces", nonces), ("ordinals", attempts.Select(one => one.Ordinal).ToArray()),
                ("raws", attempts.Select(one => one.Signed.Raw.ToArray()).ToArray()), ("maxes", attempts.Select(one => one.Fee.MaxFee.ToString()).ToArray()),
                ("tips", attempts.Select(one => one.Fee.Tip.ToString()).ToArray()), ("heads", attempts.Select(one => one.Head).ToArray()),
                ("epoch", epoch), ("now", time.GetUtcNow()));
            int turned = await RunAsync(connection, TurnSql, cancellationToken,
                ("nonces", nonces), ("kinds", attempts.Select(one => one.AsFill ? "fill" : "work").ToArray()));
            CrashPoint.Reach(CrashPoint.SignatureBeforeCommit);
            return turned;
        }, cancellationToken);

    const string BroadcastsSql = """
        insert into transactions.broadcast (attempt_hash, node, response, at)
        select new.hash, new.node, new.response, @now from unnest(@hashes, @nodes, @responses) with ordinality new (hash, node, response, place)
        where new.response is distinct from (select response from transactions.broadcast b where b.attempt_hash = new.hash and b.node = new.node order by id desc limit 1)
        order by new.place
        """;

    /// <summary>Writes what nodes said, where it is not what they said the last time. A log: nothing is decided by it.</summary>
    public async Task RecordBroadcastsAsync(IReadOnlyList<(Hash32 Attempt, string Node, BroadcastResponse Response)> broadcasts, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await RunAsync(connection, BroadcastsSql, cancellationToken,
            ("hashes", broadcasts.Select(broadcast => broadcast.Attempt.ToBytes()).ToArray()), ("nodes", broadcasts.Select(broadcast => broadcast.Node).ToArray()),
            ("responses", broadcasts.Select(broadcast => broadcast.Response.ToString()).ToArray()), ("now", time.GetUtcNow()));
    }

    const string MinedSql = """
        update transactions.nonce set mined_block = @block, mined_in = @in, mined_hash = @hash, mined_ok = @ok, gas_used = @used, gas_price = @price::numeric,
          final_at = case when @final then coalesce(final_at, @now) end
        where chain_id = @chain and sender = @sender and nonce = @nonce
        """;

    /// <summary>Stores where a nonce was mined and what it cost; no receipt when a reorg took it back, or when others used the nonce (then final).</summary>
    public Task SetMinedAsync(long epoch, long nonce, TransactionReceipt? receipt, bool final, CancellationToken cancellationToken) =>
        FencedAsync(epoch, connection => RunAsync(connection, MinedSql, cancellationToken,
            ("nonce", nonce), ("block", receipt?.BlockNumber), ("in", receipt?.BlockHash.ToBytes()), ("hash", receipt?.TransactionHash.ToBytes()),
            ("ok", receipt?.Succeeded), ("used", (long?)receipt?.GasUsed), ("price", receipt?.EffectiveGasPrice.ToString()), ("final", final),
            ("now", time.GetUtcNow())), cancellationToken);

    const string FinalSql = """
        update transactions.nonce set final_at = @now
        where chain_id = @chain and sender = @sender and final_at is null and mined_block <= @finalized and nonce = any(@nonces)
        """;

    /// <summary>Marks mined nonces final whose block is finalized.</summary>
    public Task SetFinalAsync(long epoch, IReadOnlyCollection<long> nonces, long finalized, CancellationToken cancellationToken) =>
        FencedAsync(epoch, connection => RunAsync(connection, FinalSql, cancellationToken,
            ("nonces", nonces.ToArray()), ("finalized", finalized), ("now", time.GetUtcNow())), cancellationToken);

    // ---- plumbing

    NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        NpgsqlCommand command = new(sql, connection);
        Bind(command.Parameters, parameters);
        return command;
    }

    void Bind(NpgsqlParameterCollection bound, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        bound.AddWithValue("chain", chainId);
        bound.AddWithValue("sender", _sender);
        foreach ((string name, object? value) in parameters)
            bound.Add(value is null ? new NpgsqlParameter(name, NullType(name)) { Value = DBNull.Value } : new NpgsqlParameter(name, value));
    }

    // Postgres cannot infer the type of a bare null in every place.
    static NpgsqlDbType NullType(string name) => name switch
    {
        "block" or "used" => NpgsqlDbType.Bigint,
        "in" or "hash" => NpgsqlDbType.Bytea,
        "ok" => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.Text,
    };

    Task<int> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        ExecuteAsync(Command(connection, sql, parameters), cancellationToken);

    static async Task<int> ExecuteAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using ConfiguredAsyncDisposable disposal = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static string Word(IntentState state) => state.ToString().ToLowerInvariant();

    static Hash32? HashOrNull(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : new Hash32(reader.GetFieldValue<byte[]>(ordinal));
}
