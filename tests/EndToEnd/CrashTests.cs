using Keystone.Cli.Demo;
using Keystone.Settlement.Escrow;
using Keystone.Storage.Faults;
using Keystone.Support;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>Keeper and indexer are killed at every numbered point, and two keepers take over from each other: nothing is lost and nothing done twice.</summary>
public sealed class CrashTests(ProcessTests.Apart apart, ITestOutputHelper output) : IClassFixture<ProcessTests.Apart>
{
    [Fact]
    public async Task A_service_that_is_killed_at_any_numbered_point_goes_on_as_if_it_had_not_been()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        List<(string Where, string Id)> begun = [];
        for (int point = 1; point <= CrashPoint.All.Length; point++)
        {
            string where = CrashPoint.All[point - 1];
            ServiceProcess service = where.StartsWith("indexer", StringComparison.Ordinal) ? apart.Indexer : apart.Keeper;
            await service.DisposeAsync();
            service.StartToCrash(point);
            begun.Add((where, await book.InstructSingleAsync(where, book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None)));
            await service.CrashedAsync(where);
            await service.StartAsync();
        }
        List<EscrowTerms> terms = [];
        foreach ((string where, string id) in begun)
        {
            terms.Add(await book.AwaitTermsAsync(where, book.A, id, CancellationToken.None));
            await book.DepositAsync(where, book.Bob, terms[^1], 0, CancellationToken.None);
            await book.DepositAsync(where, book.Alice, terms[^1], 1, CancellationToken.None);
        }
        foreach ((string where, string id) in begun) await book.ReachAsync(where, book.A, id, "FINALIZED", CancellationToken.None);
        foreach (EscrowTerms one in terms) await apart.System.RequireEventsOnceAsync(book, one);
        await apart.System.RequireCallsOnceAsync();
    }

    [Fact]
    public async Task Of_two_keepers_one_is_suspended_past_its_lease_then_the_other_killed_and_nothing_is_missed_or_done_twice()
    {
        await using ServiceProcess other = await apart.SecondKeeperAsync();
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        // A deadline that comes when one of them is gone; Quartz shares its jobs between them.
        StoryBook.LoneDeposit lone = await book.DepositAloneAsync(DemoRun.TimeoutSeconds, CancellationToken.None);
        // Suspended with work on its way, in whatever it was doing.
        string id = await book.InstructSingleAsync("suspended", book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);
        await apart.Keeper.SuspendAsync();
        EscrowTerms terms;
        try
        {
            terms = await book.AwaitTermsAsync("suspended", book.A, id, CancellationToken.None);
            await book.DepositAsync("suspended", book.Bob, terms, 0, CancellationToken.None);
            await book.DepositAsync("suspended", book.Alice, terms, 1, CancellationToken.None);
            await book.ReachAsync("suspended", book.A, id, "SETTLED", CancellationToken.None);
        }
        finally
        {
            await apart.Keeper.ResumeAsync();
        }
        await book.ReachAsync("suspended", book.A, id, "FINALIZED", CancellationToken.None);
        await apart.System.RequireOnceAsync(book, terms);

        // And the one that took over is killed: the first one is whole and goes on.
        string next = await book.InstructSingleAsync("taken over", book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);
        await other.KillAsync();
        long swept = await SweptAsync();
        terms = await book.AwaitTermsAsync("taken over", book.A, next, CancellationToken.None);
        await book.DepositAsync("taken over", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("taken over", book.Alice, terms, 1, CancellationToken.None);
        await book.ReachAsync("taken over", book.A, next, "FINALIZED", CancellationToken.None);
        await apart.System.RequireOnceAsync(book, terms);
        await book.TimeOutAsync(lone, CancellationToken.None);
        // Whoever was to run it next: the one that is left does, and what the killed one held does not stay.
        await Eventually.TrueAsync(async () => await SweptAsync() > swept + 10 * TimeSpan.TicksPerSecond, TimeSpan.FromSeconds(60), because: "the sweep of deadlines was not run again");
    }

    /// <summary>When the sweep of deadlines was fired last, in ticks.</summary>
    async Task<long> SweptAsync()
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(apart.System.File.OwnerConnection);
        await using NpgsqlCommand ask = database.CreateCommand("select max(prev_fire_time) from quartz.qrtz_triggers where trigger_name = 'deadline-sweep'");
        return (long)(await ask.ExecuteScalarAsync())!;
    }
}
