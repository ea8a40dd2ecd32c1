using Keystone.Ethereum;
using Npgsql;

namespace Keystone.Transactions.Tests;

/// <summary>What the owner of intents reads of them, and what an operator may order.</summary>
public class IntentOwnerTests(TransactionsFixture fixture) : IClassFixture<TransactionsFixture>
{
    [Fact]
    public async Task Progress_and_cost_follow_an_intent_to_its_mined_transaction()
    {
        Scene scene = new(fixture);
        await scene.RefillAsync();
        Address counter = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        IntentProgress wanted = Assert.Single(await ProgressAsync(scene, counter));
        Assert.Equal((IntentState.Wanted, 0, null), (wanted.State, wanted.Attempts, wanted.Transaction));
        long epoch = await scene.LeaseAsync();
        TransactionManager manager = scene.Manager();
        await manager.RunAsync(epoch, default);
        Hash32 signed = Assert.Single(await scene.AttemptsAsync());
        IntentProgress resting = Assert.Single(await ProgressAsync(scene, counter));
        Assert.Equal((IntentState.Resting, (Hash32?)signed), (resting.State, resting.Transaction));
        await using NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync();
        Assert.Empty(await new IntentStore(scene.Time).ReadCostsAsync(connection, fixture.ChainId, Scene.SubjectOf(counter), default));

        await fixture.MineAsync();
        await manager.RunAsync(epoch, default);
        Assert.Equal(IntentState.Done, Assert.Single(await ProgressAsync(scene, counter)).State);
        IntentCost cost = Assert.Single(await new IntentStore(scene.Time).ReadCostsAsync(connection, fixture.ChainId, Scene.SubjectOf(counter), default));
        Assert.Equal((signed, true, 1, "count"), (cost.Transaction, cost.Succeeded, cost.SharedBy, cost.Name.Purpose));
        Assert.True(cost.Gas > 21_000 && cost.Wei.CompareTo((UInt256)(ulong)cost.Gas) > 0);
    }

    [Theory]
    [InlineData("failed", 5, IntentState.Wanted, 0)]
    [InlineData("wanted", 5, IntentState.Wanted, 0)]
    [InlineData("resting", 5, IntentState.Resting, 5)]
    [InlineData("done", 5, IntentState.Done, 5)]
    public async Task An_order_to_retry_opens_what_failed_or_waits_and_leaves_the_rest(string status, int attempts, IntentState after, int attemptsAfter)
    {
        Scene scene = new(fixture);
        Address counter = await fixture.PlaceCounterAsync(), other = await fixture.PlaceCounterAsync();
        await scene.WantAsync(counter);
        await scene.WantAsync(other);
        await using NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync();
        await using (NpgsqlCommand plant = new("update transactions.intent set status = @status, attempts = @attempts, due_at = @due where subject = any(@subjects)", connection))
        {
            plant.Parameters.AddWithValue("status", status);
            plant.Parameters.AddWithValue("attempts", attempts);
            plant.Parameters.AddWithValue("due", scene.Time.GetUtcNow().AddHours(1));
            plant.Parameters.AddWithValue("subjects", new[] { Scene.SubjectOf(counter).ToBytes(), Scene.SubjectOf(other).ToBytes() });
            await plant.ExecuteNonQueryAsync();
        }
        int opened = await new IntentStore(scene.Time).RetryAsync(connection, fixture.ChainId, Scene.SubjectOf(counter), default);
        Assert.Equal(attemptsAfter == 0 ? 1 : 0, opened);
        Intent intent = await scene.IntentAsync(counter), untouched = await scene.IntentAsync(other);
        Assert.Equal((after, attemptsAfter, opened == 1), (intent.State, intent.Attempts, intent.DueAt <= scene.Time.GetUtcNow()));
        Assert.Equal(attempts, untouched.Attempts);
    }

    async Task<IReadOnlyList<IntentProgress>> ProgressAsync(Scene scene, Address counter)
    {
        await using NpgsqlConnection connection = await fixture.Database.OpenConnectionAsync();
        return await new IntentStore(scene.Time).ReadProgressAsync(connection, fixture.ChainId, [Scene.SubjectOf(counter)], default);
    }
}
