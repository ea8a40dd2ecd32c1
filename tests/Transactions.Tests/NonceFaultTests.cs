using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Transactions.Tests;

/// <summary>A node that counts the sender's transactions wrongly: what is known from the mirror is not given up on one node's word.</summary>
public sealed class NonceFaultTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_count_below_what_is_final_is_that_nodes_fault_and_the_next_is_asked(ulong wrong)
    {
        Scene scene = await FundedAsync();
        long epoch = await scene.LeaseAsync();
        await SettleAsync(scene, epoch, 3);
        string before = await RowsAsync(scene);
        int attempts = (await scene.AttemptsAsync()).Count;
        CountingWrongly bad = new(fixture.Node, wrong);

        // Alone: nothing is taken back, offered again or signed, however often it says so.
        TransactionManager alone = scene.Manager(bad);
        for (int i = 0; i < 3; i++) await Assert.ThrowsAnyAsync<NodeException>(() => alone.RunAsync(epoch, default));
        Assert.Equal(before, await RowsAsync(scene));
        Assert.Equal(attempts, (await scene.AttemptsAsync()).Count);
        Assert.Equal(1, scene.Log.Alarms("nonce_below_final"));

        // With another node the poll goes on by that one, and what is wanted is sent in the same poll.
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        TransactionManager manager = scene.Manager([bad, fixture.Node]);
        await manager.RunAsync(epoch, default);
        Assert.Equal(before, await RowsAsync(scene, "final_at is not null"));
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Equal(4, await scene.NoncesAsync());
    }

    [Fact]
    public async Task What_is_mined_and_not_final_is_not_taken_back_by_a_lower_count_while_its_block_is_canonical()
    {
        Scene scene = await FundedAsync();
        long epoch = await scene.LeaseAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("mined_block is not null and final_at is null"));

        Address next = await fixture.PlaceCounterAsync();
        await scene.WantAsync(next);
        await scene.Manager(new CountingWrongly(fixture.Node, 0)).RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("mined_block is not null and nonce = 0"));
        // The next call has the next nonce, and nothing is filled.
        Assert.Equal(1, await scene.NoncesAsync("mined_block is null and nonce = 1 and kind = 'work'"));
        Assert.Equal(2, await scene.NoncesAsync());
    }

    [Fact]
    public async Task A_count_above_everything_that_was_assigned_is_believed_only_when_it_is_said_again()
    {
        Scene scene = await FundedAsync();
        long epoch = await scene.LeaseAsync();
        await SettleAsync(scene, epoch, 1);
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        await scene.Manager(new CountingWrongly(fixture.Node, 1_000_000) { Times = 1 }).RunAsync(epoch, default);
        Assert.Equal(1, await scene.NoncesAsync("nonce = 1"));
        await scene.Manager([new CountingWrongly(fixture.Node, 1_000_000), fixture.Node]).RunAsync(epoch, default);
        await fixture.MineAsync();
        await scene.Manager().RunAsync(epoch, default);
        Assert.Equal(1, await fixture.CallsOfAsync(counter));
        Assert.Equal(2, await scene.NoncesAsync());
    }

    [Fact]
    public async Task A_poll_reads_nothing_of_what_is_final()
    {
        Scene scene = await FundedAsync();
        long epoch = await scene.LeaseAsync();
        await SettleAsync(scene, epoch, 2);
        await fixture.ScalarAsync<int>("""
            with history as (
              insert into transactions.nonce (chain_id, sender, nonce, "to", data, gas, kind, created_epoch, created_at, final_at)
              select @chain, @sender, n, @sender, ''::bytea, 21000, 'fill', 1, now(), now() from generate_series(1000, 61000) n returning 1)
            select count(*)::int from history
            """, ("chain", fixture.ChainId), ("sender", scene.Sender.ToBytes()));
        await fixture.ScalarAsync<string>("analyze transactions.nonce; select 'done'");
        foreach (string sql in (string[])[
            "select nonce from transactions.nonce where chain_id = @chain and sender = @sender and final_at is null order by nonce",
            "select nonce from transactions.nonce where chain_id = @chain and sender = @sender and final_at is not null order by nonce desc limit 1"])
        {
            string plan = await ExplainAsync(sql, scene);
            Assert.Contains("Index", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }
    }

    async Task<string> ExplainAsync(string sql, Scene scene)
    {
        await using Npgsql.NpgsqlCommand command = fixture.Database.CreateCommand("explain " + sql);
        command.Parameters.AddWithValue("chain", fixture.ChainId);
        command.Parameters.AddWithValue("sender", scene.Sender.ToBytes());
        List<string> lines = [];
        await using Npgsql.NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    async Task<string> RowsAsync(Scene scene, string where = "true") => await fixture.ScalarAsync<string>(
        $"select coalesce(string_agg(row(nonce, mined_block, mined_in, mined_hash, final_at)::text, ' ' order by nonce), '') from transactions.nonce where sender = @s and {where}",
        ("s", scene.Sender.ToBytes()));

    async Task SettleAsync(Scene scene, long epoch, int intents)
    {
        TransactionManager manager = scene.Manager();
        for (int i = 0; i < intents; i++) await scene.WantAsync(await fixture.PlaceCounterAsync());
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        await fixture.MineAsync(70);
        await manager.RunAsync(epoch, default);
        Assert.Equal(intents, await scene.NoncesAsync("final_at is not null"));
    }

    async Task<Scene> FundedAsync()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        return scene;
    }

    sealed class CountingWrongly(IEthereumNode inner, ulong count) : PassingNode(inner)
    {
        public int Times { get; set; } = int.MaxValue;

        public override Task<ulong> GetTransactionCountAsync(Address account, BlockTag block, CancellationToken cancellationToken) =>
            Times-- > 0 ? Task.FromResult(count) : base.GetTransactionCountAsync(account, block, cancellationToken);
    }
}
