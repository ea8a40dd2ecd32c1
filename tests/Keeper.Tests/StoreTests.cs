using System.Security.Cryptography;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Keeper.Tests;

public sealed class StoreTests(TestDatabase fixture) : IClassFixture<TestDatabase>
{
    static readonly DateTimeOffset Now = new(2026, 3, 16, 12, 0, 0, TimeSpan.Zero);

    MarkDue Feed => new(fixture.Source, new MirrorReader(fixture.Source));

    [Fact]
    public async Task The_feed_marks_touched_settlements_due_once()
    {
        const long chain = 1;
        EscrowTerms terms = NewTerms(chain);
        Guid touched = await SettlementAsync(chain, terms), other = await SettlementAsync(chain, NewTerms(chain));
        await PositionAsync(chain, number: 10, finalized: 5, time: 1_000, revision: 3);
        await new PlantedMirror(fixture.Source, chain).StepAsync(3, terms.Id);
        MarkDue feed = Feed;

        Assert.Equal(1, await feed.ExecuteAsync(chain, Now, default));
        Assert.Equal(Now, await DueAsync(touched));
        Assert.Null(await DueAsync(other));

        await RunAsync("update settlement.settlement set due_at = null where id = @id", ("id", touched));
        Assert.Equal(0, await feed.ExecuteAsync(chain, Now, default));
    }

    [Fact]
    public async Task A_wake_up_is_not_lost_on_a_settlement_that_an_engine_run_is_about_to_clear()
    {
        const long chain = 9;
        EscrowTerms terms = NewTerms(chain);
        Guid id = await SettlementAsync(chain, terms);
        await RunAsync("update settlement.settlement set due_at = @n where id = @id", ("n", Now.AddSeconds(-1)), ("id", id));
        // The run claims what is due and reads the mirror...
        await using NpgsqlConnection engine = await fixture.Source.OpenConnectionAsync();
        await using NpgsqlTransaction run = await engine.BeginTransactionAsync();
        await using (NpgsqlCommand claim = new("select 1 from settlement.settlement where id = @id for no key update", engine, run) { Parameters = { new("id", id) } })
            await claim.ExecuteScalarAsync();
        // ...then a deposit is mirrored...
        await PositionAsync(chain, number: 10, finalized: 5, time: 1_000, revision: 3);
        await new PlantedMirror(fixture.Source, chain).StepAsync(3, terms.Id);
        Task<int> feed = Feed.ExecuteAsync(chain, Now, default);
        await Eventually.TrueAsync(async () => feed.IsCompleted || (bool)(await ScalarAsync("select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"))!);
        // ...and the run, which has not seen it, finds nothing to do.
        await using (NpgsqlCommand clear = new("update settlement.settlement set due_at = null where id = @id", engine, run) { Parameters = { new("id", id) } })
            await clear.ExecuteNonQueryAsync();
        await run.CommitAsync();
        Assert.Equal(1, await feed);
        Assert.Equal(Now, await DueAsync(id));
    }

    [Theory]
    [InlineData("wake_block", 10, 11)]
    [InlineData("wake_finalized", 5, 6)]
    [InlineData("wake_chain_time", 1_000, 1_001)]
    public async Task Height_finality_and_block_time_wake(string column, long reached, long ahead)
    {
        long chain = 100 + column.Length;
        await PositionAsync(chain, number: 10, finalized: 5, time: 1_000, revision: 3);
        Guid woken = await SettlementAsync(chain, NewTerms(chain)), sleeping = await SettlementAsync(chain, NewTerms(chain));
        await RunAsync($"update settlement.settlement set {column} = case when id = @w then @r else @a end where chain_id = @c",
            ("w", woken), ("r", reached), ("a", ahead), ("c", chain));

        Assert.Equal(1, await Feed.ExecuteAsync(chain, Now, default));
        Assert.Equal(Now, await DueAsync(woken));
        Assert.Null(await DueAsync(sleeping));
    }

    [Fact]
    public async Task A_feed_that_another_keeper_reads_is_left_to_it()
    {
        const long chain = 2;
        await PositionAsync(chain, 10, 5, 1_000, 3);
        MarkDue feed = Feed;
        await feed.ExecuteAsync(chain, Now, default);
        Guid id = await SettlementAsync(chain, NewTerms(chain));
        await RunAsync("update settlement.settlement set wake_block = 1 where id = @id", ("id", id));
        await using NpgsqlConnection holder = await fixture.Source.OpenConnectionAsync();
        await using NpgsqlTransaction held = await holder.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new($"select 1 from settlement.feed_cursor where chain_id = {chain} for update", holder, held))
            await hold.ExecuteScalarAsync();

        Assert.Equal(0, await feed.ExecuteAsync(chain, Now, default));
        await held.RollbackAsync();
        Assert.Equal(1, await feed.ExecuteAsync(chain, Now, default));
    }

    [Fact]
    public async Task A_feed_far_behind_is_caught_up_with_in_parts_and_no_wake_up_is_lost()
    {
        const long chain = 3;
        EscrowTerms first = NewTerms(chain), last = NewTerms(chain);
        Guid[] ids = [await SettlementAsync(chain, first), await SettlementAsync(chain, last)];
        await PositionAsync(chain, 10, 5, 1_000, revision: 2_400);
        // More steps than one statement reads, and one step with more escrows than one transaction takes.
        await RunAsync("""
            insert into chain.step (chain_id, revision, retracted, applied)
            select @c, n, '{}', case n when 2 then array[@f] when 3 then (select array_agg(sha256(i::text::bytea)) from generate_series(1, 12000) i)
              when 2400 then array[@l] else '{}' end from generate_series(1, 2400) n
            """, ("c", chain), ("f", first.Id.ToBytes()), ("l", last.Id.ToBytes()));
        await using NpgsqlConnection connection = await fixture.Source.OpenConnectionAsync();
        MirrorChanges part = (await new MirrorReader(fixture.Source).ReadChangesAsync(connection, chain, 0, 10_000, default))!;
        Assert.Equal((3L, 12_001), (part.Through, part.Escrows.Count));

        Assert.Equal(2, await Feed.ExecuteAsync(chain, Now, default));
        foreach (Guid id in ids) Assert.Equal(Now, await DueAsync(id));
        Assert.Equal(2_400L, await ScalarAsync("select revision from settlement.feed_cursor where chain_id = 3"));
    }

    [Fact]
    public async Task A_settlement_says_of_its_transactions_what_its_row_says()
    {
        const long chain = 4;
        EscrowTerms terms = NewTerms(chain);
        Guid id = await SettlementAsync(chain, terms);
        TransactionSubjectStore store = new(fixture.Source);
        TransactionSubject before = (await store.OfAsync(chain, [terms.Id, AnyHash()], default))[terms.Id];
        Assert.Equal((terms.Id, false, false, false), (before.Terms.Id, before.RollingBack, before.Closed, before.Paused));
        await RunAsync("update settlement.settlement set rollback_reason = 'timeout', rollback_since = now(), compliance_status = 'review' where id = @id", ("id", id));
        TransactionSubject after = Assert.Single(await store.OfAsync(chain, [terms.Id, AnyHash()], default)).Value;
        Assert.Equal((true, false, true), (after.RollingBack, after.Closed, after.Paused));
    }

    Task PositionAsync(long chain, long number, long finalized, long time, long revision) =>
        new PlantedMirror(fixture.Source, chain).BeginAsync(new Address(new byte[20]), number, finalized, time, revision);

    async Task<Guid> SettlementAsync(long chain, EscrowTerms terms)
    {
        Guid id = Guid.NewGuid();
        // Platforms and environments are not what is tested: their foreign keys are off for this row.
        await RunAsync("""
            set local session_replication_role = replica;
            insert into settlement.settlement (id, platform_id, environment_id, idempotency_key, type, template_id, template_slug, template_version,
              state, timeout_at, confirm_by, chain_id, escrow_id, terms, path, created_at, updated_at)
            values (@id, @id, @id, 'k', 'single_platform', @id, 'dvp-single', 1, 'REGISTERING_ESCROW', @now, @now, @c, @e, @t,
              '{INSTRUCTED}', @now, @now)
            """, ("id", id), ("now", Now), ("c", chain), ("e", terms.Id.ToBytes()), ("t", terms.Encode()));
        return id;
    }

    async Task<object?> ScalarAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    async Task<DateTimeOffset?> DueAsync(Guid id)
    {
        await using NpgsqlCommand command = fixture.Source.CreateCommand("select due_at from settlement.settlement where id = @id");
        command.Parameters.AddWithValue("id", id);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0);
    }

    async Task RunAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using NpgsqlConnection connection = await fixture.Source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using NpgsqlCommand command = new(sql, connection, transaction);
        foreach ((string name, object value) in parameters) command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    static EscrowTerms NewTerms(long chain)
    {
        EscrowLeg leg = new(TokenKind.Erc20, CustodyMode.Custody, AnyAddress(), AnyAddress(), AnyAddress(), AnyAddress(), UInt256.Parse("0"), UInt256.Parse("5"));
        return new EscrowTerms((ulong)chain, AnyAddress(), new EscrowHeader(AnyHash(), 0, 2_000, AnyAddress(), default, AnyHash()), [leg, leg]);
    }

    static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    static Hash32 AnyHash() => new(RandomNumberGenerator.GetBytes(32));
}
