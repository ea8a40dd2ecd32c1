using Keystone.Ethereum;
using Keystone.Postgres.Faults;
using Npgsql;

namespace Keystone.Transactions;

/// <summary>Stores signed bytes before they are broadcast, and the responses of nodes.</summary>
internal sealed class AttemptStore(SenderDatabase rows, TimeProvider time)
{
    const string InsertAttemptsSql = """
        insert into transactions.attempt (hash, chain_id, sender, nonce, ordinal, raw, max_fee, tip, gas, storage_slot_gas, epoch, head, signed_at)
        select new.hash, @chain, @sender, new.nonce, new.ordinal, new.raw, new.max_fee::numeric, new.tip::numeric, new.gas, new.storage_slot_gas, @epoch, new.head, @now
        from unnest(@hashes, @nonces, @ordinals, @raws, @maxes, @tips, @gases, @slots, @heads) new (hash, nonce, ordinal, raw, max_fee, tip, gas, storage_slot_gas, head)
        """;

    const string TurnSql = """
        update transactions.nonce s set kind = new.kind, gas = new.gas, data = case new.kind when 'work' then new.data else s.data end
        from unnest(@nonces, @kinds, @gases, @datas) new (nonce, kind, gas, data)
        where s.chain_id = @chain and s.sender = @sender and s.nonce = new.nonce and (s.kind, s.gas) is distinct from (new.kind, new.gas)
        """;

    /// <summary>Commits signed bytes. From then on they count as broadcast, because a crash may hide whether they were.</summary>
    public Task AddAsync(long epoch, IReadOnlyList<NewAttempt> attempts, CancellationToken cancellationToken) =>
        rows.FencedAsync(epoch, async connection =>
        {
            long[] nonces = [.. attempts.Select(one => one.Entry.Nonce)], gases = [.. attempts.Select(one => (long)one.Entry.Gas)];
            await rows.RunAsync(connection, InsertAttemptsSql, cancellationToken,
                ("hashes", attempts.Select(one => one.Signed.Hash.ToBytes()).ToArray()), ("nonces", nonces), ("ordinals", attempts.Select(one => one.Ordinal).ToArray()),
                ("raws", attempts.Select(one => one.Signed.Raw.ToArray()).ToArray()), ("maxes", attempts.Select(one => one.Fee.MaxFee.ToString()).ToArray()),
                ("tips", attempts.Select(one => one.Fee.Tip.ToString()).ToArray()), ("heads", attempts.Select(one => one.Head).ToArray()),
                ("gases", gases), ("slots", attempts.Select(one => (long)one.StorageSlotGas).ToArray()), ("epoch", epoch), ("now", time.GetUtcNow()));
            int turned = await rows.RunAsync(connection, TurnSql, cancellationToken,
                ("nonces", nonces), ("kinds", attempts.Select(one => one.AsFill ? "fill" : "work").ToArray()), ("gases", gases),
                ("datas", attempts.Select(one => one.Entry.Data.ToArray()).ToArray()));
            CrashPoint.Reach(CrashPoint.SignatureBeforeCommit);
            return turned;
        }, cancellationToken);

    const string BroadcastsSql = """
        insert into transactions.broadcast (attempt_hash, node, response, at)
        select new.hash, new.node, new.response, @now from unnest(@hashes, @nodes, @responses) with ordinality new (hash, node, response, place)
        where new.response is distinct from (select response from transactions.broadcast b where b.attempt_hash = new.hash and b.node = new.node order by id desc limit 1)
        order by new.place
        """;

    /// <summary>Stores the responses that differ from the node's previous response. They are a log; no decision depends on them.</summary>
    public async Task RecordBroadcastsAsync(IReadOnlyList<(Hash32 Attempt, string Node, BroadcastResponse Response)> broadcasts, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await rows.OpenAsync(cancellationToken);
        await rows.RunAsync(connection, BroadcastsSql, cancellationToken,
            ("hashes", broadcasts.Select(broadcast => broadcast.Attempt.ToBytes()).ToArray()), ("nodes", broadcasts.Select(broadcast => broadcast.Node).ToArray()),
            ("responses", broadcasts.Select(broadcast => broadcast.Response.ToString()).ToArray()), ("now", time.GetUtcNow()));
    }
}
