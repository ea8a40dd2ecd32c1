using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Assigns nonces to calls and stores where each was mined.</summary>
internal sealed class NonceStore(SenderDatabase rows, TimeProvider time)
{
    // Both walk down the primary key: past what is not final, and not at all.
    const string BoundsSql = """
        select coalesce((select nonce from transactions.nonce where chain_id = @chain and sender = @sender and final_at is not null order by nonce desc limit 1), -1) + 1,
          coalesce((select nonce from transactions.nonce where chain_id = @chain and sender = @sender order by nonce desc limit 1), -1) + 1
        """;

    /// <summary>One above the highest nonce that is final, and one above the highest that was assigned; 0 where there is none.</summary>
    public async Task<(long Final, long Assigned)> ReadBoundsAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await using NpgsqlCommand command = rows.Command(connection, BoundsSql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    const string NonceSql = """
        select greatest(coalesce(max(nonce) + 1, 0), @count) from transactions.nonce where chain_id = @chain and sender = @sender
        """;

    // Of the accounts of a chain one is in service and takes what any of them may carry out; what a transaction of another account carries stays with that account.
    const string LockWantedSql = """
        select i.id from transactions.intent i where i.id = any(@ids) and i.status = 'wanted'
          and case when i.only_by is null then exists (select from transactions.sender s where (s.chain_id, s.address, s.status) = (@chain, @sender, 'active'))
                else i.only_by = @sender end
          and (i.sender is null or i.sender = @sender or exists (select from transactions.sender s where (s.chain_id, s.address, s.status) = (@chain, i.sender, 'retired')))
        order by i.id for update
        """;

    const string RestSql = "update transactions.intent set status = 'resting', sender = @sender, updated_at = @now where id = any(@ids)";

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
    /// Assigns a nonce to each call, in order: <see cref="Placement.Free"/> if it has one, else the next nonce. The result is null for a call of which an
    /// intent changed in between; nothing is stored for it.
    /// </summary>
    /// <param name="epoch">Epoch of the lease.</param>
    /// <param name="placements">Calls; no intent occurs twice.</param>
    /// <param name="count">The account's transaction count at the head, read before: it only grows, so an old value is safe.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<long?[]> PlaceAsync(long epoch, IReadOnlyList<Placement> placements, long count, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, async connection =>
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
            await rows.RunAsync(connection, LinkSql, cancellationToken, ("nonces", links.Select(link => link.Nonce).ToArray()), ("ids", ids));
            await rows.RunAsync(connection, RestSql, cancellationToken, ("ids", ids), ("now", time.GetUtcNow()));
            return nonces;
        }, cancellationToken);

    async Task<HashSet<Guid>> LockWantedAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        HashSet<Guid> wanted = [];
        await using NpgsqlCommand command = rows.Command(connection, LockWantedSql, ("ids", ids));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) wanted.Add(reader.GetGuid(0));
        return wanted;
    }

    /// <summary>Assigns an unsigned nonce to an empty transfer from the sender to itself.</summary>
    public Task FillAsync(long epoch, long nonce, bool exists, ulong gas, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, async connection =>
        {
            if (exists) await ReuseAsync(connection, epoch, nonce, rows.Sender, ReadOnlyMemory<byte>.Empty, gas, "fill", cancellationToken);
            else await InsertAsync(connection, epoch, [(nonce, rows.Sender, ReadOnlyMemory<byte>.Empty, gas)], "fill", cancellationToken);
            return true;
        }, cancellationToken);

    async Task<long> NextNonceAsync(NpgsqlConnection connection, long count, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = rows.Command(connection, NonceSql, ("count", count));
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // One statement for the whole group: the number of statements costs the time, not the number of rows.
    async Task InsertAsync(
        NpgsqlConnection connection, long epoch, IReadOnlyCollection<(long Nonce, Address To, ReadOnlyMemory<byte> Data, ulong Gas)> entries, string kind,
        CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        await rows.RunAsync(connection, InsertNoncesSql, cancellationToken,
            ("nonces", entries.Select(entry => entry.Nonce).ToArray()), ("tos", entries.Select(entry => entry.To.ToBytes()).ToArray()),
            ("datas", entries.Select(entry => entry.Data.ToArray()).ToArray()), ("gases", entries.Select(entry => (long)entry.Gas).ToArray()),
            ("kind", kind), ("epoch", epoch), ("now", time.GetUtcNow()));
    }

    async Task ReuseAsync(
        NpgsqlConnection connection, long epoch, long nonce, Address to, ReadOnlyMemory<byte> data, ulong gas, string kind, CancellationToken cancellationToken)
    {
        await rows.RunAsync(connection, UnlinkSql, cancellationToken, ("nonce", nonce));
        int reused = await rows.RunAsync(connection, ReuseNonceSql, cancellationToken,
            ("nonce", nonce), ("to", to.ToBytes()), ("data", data.ToArray()), ("gas", (long)gas), ("kind", kind), ("epoch", epoch));
        if (reused != 1) throw new InvalidOperationException($"Nonce {nonce} has a signature and cannot be given away.");
    }

    const string DeleteNonceSql = """
        delete from transactions.nonce s where chain_id = @chain and sender = @sender and nonce = @nonce
          and not exists (select from transactions.attempt a where (a.chain_id, a.sender, a.nonce) = (s.chain_id, s.sender, s.nonce))
        """;

    /// <summary>Releases a nonce for which nothing was signed.</summary>
    public Task DeleteAsync(long epoch, long nonce, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, async connection =>
        {
            await rows.RunAsync(connection, UnlinkSql, cancellationToken, ("nonce", nonce));
            return await rows.RunAsync(connection, DeleteNonceSql, cancellationToken, ("nonce", nonce));
        }, cancellationToken);

    const string MinedSql = """
        update transactions.nonce s set mined_block = m.block, mined_in = m."in", mined_hash = m.hash, mined_ok = m.ok, gas_used = m.used, gas_price = m.price::numeric, final_at = null
        from unnest(@nonces, @blocks, @ins, @hashes, @oks, @used, @prices) m (nonce, block, "in", hash, ok, used, price)
        where s.chain_id = @chain and s.sender = @sender and s.nonce = m.nonce
        """;

    /// <summary>Stores where nonces were mined and what they cost.</summary>
    public Task SetMinedAsync(long epoch, IReadOnlyCollection<(long Nonce, TransactionReceipt Receipt)> mined, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection => rows.RunAsync(connection, MinedSql, cancellationToken,
            ("nonces", mined.Select(one => one.Nonce).ToArray()), ("blocks", mined.Select(one => one.Receipt.BlockNumber).ToArray()),
            ("ins", mined.Select(one => one.Receipt.BlockHash.ToBytes()).ToArray()), ("hashes", mined.Select(one => one.Receipt.TransactionHash.ToBytes()).ToArray()),
            ("oks", mined.Select(one => one.Receipt.Succeeded).ToArray()), ("used", mined.Select(one => (long)one.Receipt.GasUsed).ToArray()),
            ("prices", mined.Select(one => one.Receipt.EffectiveGasPrice.ToString()).ToArray())), cancellationToken);

    const string UnminedSql = """
        update transactions.nonce set mined_block = null, mined_in = null, mined_hash = null, mined_ok = null, gas_used = null, gas_price = null,
          final_at = case when @final then coalesce(final_at, @now) end
        where chain_id = @chain and sender = @sender and nonce = @nonce
        """;

    /// <summary>Stores that no transaction of ours is in a canonical block: a reorg removed the block, or another program used the nonce (then final).</summary>
    public Task SetUnminedAsync(long epoch, long nonce, bool final, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection => rows.RunAsync(connection, UnminedSql, cancellationToken,
            ("nonce", nonce), ("final", final), ("now", time.GetUtcNow())), cancellationToken);

    const string FinalSql = """
        update transactions.nonce set final_at = @now
        where chain_id = @chain and sender = @sender and final_at is null and mined_block <= @finalized and nonce = any(@nonces)
        """;

    /// <summary>Marks mined nonces final whose block is finalized.</summary>
    public Task SetFinalAsync(long epoch, IReadOnlyCollection<long> nonces, long finalized, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, connection => rows.RunAsync(connection, FinalSql, cancellationToken,
            ("nonces", nonces.ToArray()), ("finalized", finalized), ("now", time.GetUtcNow())), cancellationToken);
}
