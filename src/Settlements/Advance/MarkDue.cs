using Keystone.Mirror;
using Keystone.Postgres.Faults;
using Npgsql;

namespace Keystone.Settlements.Advance;

/// <summary>Marks settlements due when their escrow state changes. The engine reads states, not changes, so a lost or repeated entry does no harm.</summary>
public sealed class MarkDue(NpgsqlDataSource database, MirrorReader mirror)
{
    // After a long absence the keeper catches up in database transactions of this many escrows.
    const int AtOnce = 10_000;

    const string EnsureSql = "insert into settlement.feed_cursor (chain_id) values (@chain) on conflict do nothing";

    // If the row is locked, another keeper is reading the feed and does the same work.
    const string HoldSql = "select revision from settlement.feed_cursor where chain_id = @chain for update skip locked";

    // While the mirror is halted nothing is woken and the cursor stays: a settlement that waits for the end of the halt waits for height 0.
    // A settlement that the feed names is written even when it is due already: an engine run that holds its row may have read the mirror before
    // this and be about to clear due_at. The write waits for that run and comes after it, so no change is missed. Heights and times are compared
    // again at the next poll, so rows that are due because of them are not written again.
    const string WakeSql = """
        with touched as materialized (
          select id, bool_or(named) as named from (
          select id, true as named from settlement.settlement where chain_id = @chain and escrow_id = any(@escrows)
          union all select id, false from settlement.settlement where chain_id = @chain and closed_at is null and wake_block <= @number
          union all select id, false from settlement.settlement where chain_id = @chain and closed_at is null and wake_finalized <= @finalized
          union all select id, false from settlement.settlement where chain_id = @chain and closed_at is null and wake_chain_time <= @time
          ) all_of_them group by id
        ),
        woken as (
          update settlement.settlement s set due_at = least(s.due_at, @now) from touched
          where s.id = touched.id and s.closed_at is null and (touched.named or s.due_at is null or s.due_at > @now) returning 1
        )
        select count(*)::int from woken
        """;

    const string MoveSql = "update settlement.feed_cursor set revision = @revision where chain_id = @chain";

    /// <summary>Marks settlements due that the feed, the chain's height, finality or time affected since the last poll; returns their number.</summary>
    public async Task<int> ExecuteAsync(long chainId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand ensure = new(EnsureSql, connection) { Parameters = { new("chain", chainId) } })
            await ensure.ExecuteNonQueryAsync(cancellationToken);
        int all = 0;
        bool isBehind = true;
        while (isBehind)
        {
            (int woken, isBehind) = await StepAsync(connection, chainId, now, cancellationToken);
            all += woken;
        }
        return all;
    }

    async Task<(int Woken, bool IsBehind)> StepAsync(NpgsqlConnection connection, long chainId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand hold = new(HoldSql, connection, transaction) { Parameters = { new("chain", chainId) } };
        if (await hold.ExecuteScalarAsync(cancellationToken) is not long from) return (0, false);
        if (await mirror.ReadChangesAsync(connection, chainId, from, AtOnce, cancellationToken) is not { Head.IsHalted: false } changes) return (0, false);
        await using NpgsqlCommand wake = new(WakeSql, connection, transaction)
        {
            Parameters =
            {
                new("chain", chainId), new("escrows", changes.Escrows.Select(id => id.ToBytes()).ToArray()), new("number", changes.Head.Number),
                new("finalized", changes.Head.Finalized), new("time", changes.Head.Time.ToInt64()), new("now", now.ToUniversalTime()),
            },
        };
        int woken = (int)(await wake.ExecuteScalarAsync(cancellationToken))!;
        if (changes.Through != from)
        {
            await using NpgsqlCommand move = new(MoveSql, connection, transaction) { Parameters = { new("chain", chainId), new("revision", changes.Through) } };
            await move.ExecuteNonQueryAsync(cancellationToken);
        }
        if (woken > 0) CrashPoint.Reach(CrashPoint.FeedBeforeCommit);
        await transaction.CommitAsync(cancellationToken);
        if (woken > 0) CrashPoint.Reach(CrashPoint.FeedAfterCommit);
        return (woken, changes.Through < changes.Head.Revision);
    }
}
