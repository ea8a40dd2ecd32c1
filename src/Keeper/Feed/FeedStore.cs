using Keystone.Postgres.Faults;
using Npgsql;

namespace Keystone.Keeper.Feed;

/// <summary>Turns what happened on the chain into settlements that are due. Facts are levels: an entry lost or doubled changes nothing.</summary>
internal sealed class FeedStore(NpgsqlDataSource database)
{
    const string EnsureSql = "insert into desk.feed_cursor (name, chain_id) values ('keeper', @chain) on conflict do nothing";

    // Another keeper that is reading has the row; it does the same work.
    const string HoldSql = "select revision from desk.feed_cursor where name = 'keeper' and chain_id = @chain for update skip locked";

    // While the mirror is halted nothing is woken and the cursor stays: a settlement that waits for the end of the halt waits for height 0.
    // A settlement that the feed names is written even when it is due already: an engine run that holds its row may have read the mirror before
    // this and be about to clear due_at. The write waits for it and lands after it, so no wake-up is lost. What height and time reached is seen
    // again at the next look, so there due rows are left alone.
    const string AdvanceSql = """
        with seen as materialized (select revision, number, finalized, head_time from chain.position where chain_id = @chain and halted is null),
        touched as materialized (
          select id, bool_or(named) as named from (
          select s.id, true as named from settlement.settlement s
          join (select distinct f.escrow_id from chain.feed f, seen
                where f.chain_id = @chain and f.revision > @from and f.revision <= seen.revision and f.escrow_id is not null) f
            on s.chain_id = @chain and s.escrow_id = f.escrow_id
          union all select s.id, false from settlement.settlement s, seen where s.chain_id = @chain and s.closed_at is null and s.wake_block <= seen.number
          union all select s.id, false from settlement.settlement s, seen where s.chain_id = @chain and s.closed_at is null and s.wake_finalized <= seen.finalized
          union all select s.id, false from settlement.settlement s, seen where s.chain_id = @chain and s.closed_at is null and s.wake_chain_time <= seen.head_time
          ) all_of_them group by id
        ),
        woken as (
          update settlement.settlement s set due_at = least(s.due_at, @now) from touched
          where s.id = touched.id and s.closed_at is null and (touched.named or s.due_at is null or s.due_at > @now) returning 1
        ),
        moved as (
          update desk.feed_cursor c set revision = seen.revision from seen
          where c.name = 'keeper' and c.chain_id = @chain and c.revision <> seen.revision
        )
        select count(*)::int from woken
        """;

    /// <summary>Marks due what the feed and the chain's height, finality and time touched since the last look; how many that were.</summary>
    public async Task<int> AdvanceAsync(long chainId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using (NpgsqlCommand ensure = new(EnsureSql, connection) { Parameters = { new("chain", chainId) } })
            await ensure.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using NpgsqlCommand hold = new(HoldSql, connection, transaction) { Parameters = { new("chain", chainId) } };
        if (await hold.ExecuteScalarAsync(cancellationToken) is not long from) return 0;
        await using NpgsqlCommand advance = new(AdvanceSql, connection, transaction)
        {
            Parameters = { new("chain", chainId), new("from", from), new("now", now.ToUniversalTime()) },
        };
        int woken = (int)(await advance.ExecuteScalarAsync(cancellationToken))!;
        if (woken > 0) CrashPoint.Reach(CrashPoint.FeedBeforeCommit);
        await transaction.CommitAsync(cancellationToken);
        if (woken > 0) CrashPoint.Reach(CrashPoint.FeedAfterCommit);
        return woken;
    }
}
