using Keystone.Domain.Escrow;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Keeper.Tests;

/// <summary>Which settlement is decided when, and on what of one moment.</summary>
public sealed class EngineTurnTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_flood_of_one_environment_delays_another_by_one_group()
    {
        for (int i = 0; i < 50; i++) await SingleAsync();
        Guid other = await Book.InstructAsync(Chain, B, "dvp-single", [new BookParty("buyer", B, Buyer), new BookParty("seller", B, Seller)], Legs, Start.AddHours(1), Time.Now);
        for (int i = 0; i < 3 && await Book.StateAsync(other) == "INSTRUCTED"; i++) Assert.True(await Engine.RunAsync(default) > 0);
        Assert.Equal("COMPLIANCE_CHECKING", await Book.StateAsync(other));
    }

    [Fact]
    public async Task A_mirror_that_fell_behind_decides_nothing()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Book.RunAsync("update settlement.audit_head set chain_revision = 1000 where settlement_id = $1", id);
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "pending", "pending");
        await Book.WakeAsync(id, Time.Now);
        Assert.True(await Engine.RunAsync(default) > 0);
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
    }

    [Fact]
    public async Task One_that_cannot_be_decided_does_not_keep_others_waiting()
    {
        Guid broken = await SingleAsync();
        await Book.RunAsync("update settlement.settlement set template_version = 77 where id = $1", broken);
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
        Assert.Equal("INSTRUCTED", await Book.StateAsync(broken));
        Assert.Contains("77", (string)(await Book.ScalarAsync("select last_error from settlement.settlement where id = $1", broken))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_cannot_even_be_read_does_not_keep_others_waiting()
    {
        Guid broken = await SingleAsync();
        await Book.RunAsync("update settlement.settlement set terms = '\\x01', salt = $2, escrow_id = $2, escrow_contract = $3 where id = $1", broken, new byte[32], new byte[20]);
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
        Assert.Equal("INSTRUCTED", await Book.StateAsync(broken));
        Assert.Equal(true, await Book.ScalarAsync("select attempts > 0 and last_error is not null from settlement.settlement where id = $1", broken));
    }

    [Fact]
    public async Task Many_at_once_are_each_moved_once()
    {
        List<Guid> ids = [];
        for (int i = 0; i < 20; i++) ids.Add(await SingleAsync());
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            while (await Engine.RunAsync(default) > 0)
            {
            }
        }));
        foreach (Guid id in ids) Assert.Equal(["INSTRUCTED", "COMPLIANCE_CHECKING"], await Book.StatesAsync(id));
        // Instructed, agreed, checking.
        Assert.Equal(60L, await Book.ScalarAsync("select count(*) from settlement.environment_event where environment_id = $1", A));
    }

    [Fact]
    public async Task What_is_due_together_is_decided_in_one_transaction_and_continues_the_chain_of_hashes()
    {
        List<Guid> ids = [];
        for (int i = 0; i < 5; i++) ids.Add(await SingleAsync());
        Assert.Equal(5, await Engine.RunAsync(default));
        Assert.Equal(1L, await Book.ScalarAsync("select count(distinct xmin::text) from settlement.settlement where id = any($1)", ids.ToArray()));
        Assert.Equal(15L, await Book.ScalarAsync("""
            select count(*) from (
              select chain_hash = sha256(coalesce(lag(chain_hash) over w, decode(repeat('00', 32), 'hex')) || content_hash) and position = row_number() over w as follows
              from settlement.environment_event where environment_id = $1 window w as (order by position)) linked
            where follows
            """, A));
        Assert.Equal(true, await Book.ScalarAsync("""
            select h.position = 15 and h.hash = e.chain_hash from settlement.environment_head h join settlement.environment_event e using (environment_id, position) where environment_id = $1
            """, A));
    }

    /// <summary>
    /// Fold and position are read together. Between that read and those that follow, the mirror commits a step in which the swap is executed and the head
    /// goes past the deadline: with the old fold and the new head the run would begin a rollback.
    /// </summary>
    [Theory]
    [InlineData("settlement.party")]
    [InlineData("settlement.event")]
    [InlineData("transactions.intent")]
    public async Task A_mirror_step_between_the_reads_of_a_run_gives_the_same_decision_and_then_a_second_run(string readLater)
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, 1, 101, "deposited", "deposited");
        await Book.WakeAsync(id, Time.Now);
        await using NpgsqlConnection other = await Database.OpenConnectionAsync();
        await using NpgsqlTransaction held = await other.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new($"lock table {readLater} in access exclusive mode", other, held)) await hold.ExecuteNonQueryAsync();
        Task<int> run = Engine.RunAsync(default);
        await Eventually.TrueAsync(async () => run.IsCompleted || (bool)(await Book.ScalarAsync(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"))!);
        Assert.False(run.IsCompleted);
        await Mirror.EscrowAsync(terms, 2, 102, "released", "released");
        await Mirror.HeadAsync(102, 98, time: (long)terms.Header.Deadline.Seconds + 1);
        await held.CommitAsync();
        Assert.Equal(1, await run);

        // What was so at the revision that was read.
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(true, await Book.ScalarAsync("select rollback_since is null from settlement.settlement where id = $1", id));
        Assert.True((bool)(await Book.ScalarAsync("select e.chain_revision < p.revision from settlement.event e, chain.position p where e.settlement_id = $1 and p.chain_id = $2 order by e.sequence desc limit 1", id, Chain))!);
        // And what came after it, at the next look.
        await SettleDownAsync(id);
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from settlement.event where settlement_id = $1 and type = 'rollback'", id));
        await Mirror.HeadAsync(105, 98, time: (long)terms.Header.Deadline.Seconds + 9);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await Book.StateAsync(id));
    }
}
