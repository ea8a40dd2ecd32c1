using Keystone.Dev.Demo;
using Keystone.Domain.Escrow;
using Keystone.Postgres.Faults;
using Keystone.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>Keeper and indexer are killed at every crash point, and two keepers take over from each other: nothing is lost and nothing done twice.</summary>
public sealed class CrashTests(ProcessTests.Apart apart, ITestOutputHelper output) : IClassFixture<ProcessTests.Apart>
{
    [Fact]
    public async Task A_service_that_is_killed_at_any_crash_point_goes_on_as_if_it_had_not_been()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        // Only a reorg leads to that one: the indexer's own tests make one.
        string[] points = [.. CrashPoint.All.Where(point => point != CrashPoint.IndexerForkFound)];
        // The two services fall independently of each other.
        List<(string Where, string Id)>[] begun = await Task.WhenAll(
            CrashAsync(book, apart.Indexer, points.Where(point => point.StartsWith("indexer", StringComparison.Ordinal))),
            CrashAsync(book, apart.Keeper, points.Where(point => !point.StartsWith("indexer", StringComparison.Ordinal))));
        List<EscrowTerms> terms = [];
        foreach ((string where, string id) in begun.SelectMany(some => some)) terms.Add(await book.AwaitTermsAsync(where, book.A, id, CancellationToken.None));
        await Task.WhenAll(DepositAllAsync(book, "crash", book.Bob, terms, 0), DepositAllAsync(book, "crash", book.Alice, terms, 1));
        foreach ((string where, string id) in begun.SelectMany(some => some)) await book.ReachAsync(where, book.A, id, "FINALIZED", CancellationToken.None);
        foreach (EscrowTerms one in terms) await apart.System.RequireEventsOnceAsync(book, one);
        await apart.System.RequireCallsOnceAsync();
    }

    /// <summary>Kills a service at one point after the other. Whoever is started next goes on from the crash before, and falls at the next point.</summary>
    static async Task<List<(string Where, string Id)>> CrashAsync(StoryBook book, ServiceProcess service, IEnumerable<string> points)
    {
        List<(string Where, string Id)> begun = [];
        await service.DisposeAsync();
        foreach (string where in points)
        {
            service.StartToCrash(where);
            begun.Add((where, await book.InstructSingleAsync(where, book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None)));
            await service.CrashedAsync(where);
        }
        await service.StartAsync();
        return begun;
    }

    /// <summary>Seconds of the lease in these settings.</summary>
    const int Lease = 2;

    /// <summary>Settlements that are under way while one of two keepers is suspended.</summary>
    const int Load = 3;

    [Fact]
    public async Task Of_two_keepers_one_is_suspended_past_its_lease_then_the_other_killed_and_nothing_is_missed_or_done_twice()
    {
        await using StoryBook book = await apart.System.OpenBookAsync(output);
        // A deadline that comes when one of them is gone; Quartz shares its jobs between them.
        LoneDeposit lone = await book.DepositAloneAsync(DemoRun.TimeoutSeconds, CancellationToken.None);
        ServiceProcess? other = null;
        try
        {
            // Inside a transaction that holds the sender's row, and between signing and sending.
            foreach (string where in (string[])[CrashPoint.SignatureBeforeCommit, CrashPoint.SignatureCommitted])
            {
                await apart.Keeper.DisposeAsync();
                if (other is not null) await other.DisposeAsync();
                await apart.Keeper.StartToSuspendAsync(where);
                (other, IReadOnlyList<EscrowTerms> terms) = await SuspendedAsync(book, where);
                foreach (EscrowTerms one in terms) await apart.System.RequireEventsOnceAsync(book, one);
                await apart.System.RequireCallsOnceAsync();
            }
            await TakeOverFromAsync(other!, book, lone);
        }
        finally
        {
            if (other is not null) await other.DisposeAsync();
        }
    }

    async Task<(ServiceProcess Other, IReadOnlyList<EscrowTerms> Terms)> SuspendedAsync(StoryBook book, string where)
    {
        await Eventually.TrueAsync(async () => await AskAsync<bool>("select exists (select from transactions.sender where expires_at > clock_timestamp())"), because: "nobody has the lease");
        long epoch = await AskAsync<long>("select epoch from transactions.sender");
        ServiceProcess other = await apart.SecondKeeperAsync();
        try
        {
            List<string> ids = [];
            for (int i = 0; i < Load; i++) ids.Add(await book.InstructSingleAsync(where, book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None));
            await apart.Keeper.SuspendedAsync(where);
            DateTime expires = await AskAsync<DateTime>("select expires_at from transactions.sender");
            long signed;
            List<EscrowTerms> terms = [];
            try
            {
                await Eventually.TrueAsync(async () => await AskAsync<long>("select epoch from transactions.sender") > epoch, because: "nobody took over");
                // By the database's clock: from the last renewal of the one to the takeover by the other. It comes by the lease, in one and a half of them where nothing else runs, and not by
                // whatever else would notice in the end: on a busy machine it may be three times as late.
                double took = (await AskAsync<DateTime>("select expires_at from transactions.sender") - expires).TotalSeconds;
                Assert.True(took <= 1.5 * Lease * 3, $"{where}: taken over {took} s after the last renewal");
                foreach (string id in ids) terms.Add(await book.AwaitTermsAsync(where, book.A, id, CancellationToken.None));
                await Task.WhenAll(DepositAllAsync(book, where, book.Bob, terms, 0), DepositAllAsync(book, where, book.Alice, terms, 1));
                await book.ReachAsync(where, book.A, ids[^1], "SETTLED", CancellationToken.None);
                signed = await OfEpochAsync(epoch);
            }
            finally
            {
                await apart.Keeper.ResumeAsync();
            }
            foreach (string id in ids) await book.ReachAsync(where, book.A, id, "FINALIZED", CancellationToken.None);
            // Awake again it stands by: nothing of what it was about to write came through, and what it had signed is there once.
            Assert.Equal(signed, await OfEpochAsync(epoch));
            Assert.Equal(200, await apart.Keeper.StatusAsync("/health/ready"));
            Assert.Equal(0, await AskAsync<long>("select count(*) from (select nonce from transactions.attempt where ordinal = 0 group by nonce having count(*) > 1) twice"));
            return (other, terms);
        }
        catch
        {
            await other.DisposeAsync();
            throw;
        }
    }

    static async Task DepositAllAsync(StoryBook book, string where, Wallet from, IEnumerable<EscrowTerms> terms, int leg)
    {
        foreach (EscrowTerms one in terms) await book.DepositAsync(where, from, one, leg, CancellationToken.None);
    }

    // The one that took over is killed: the first one is whole and goes on.
    async Task TakeOverFromAsync(ServiceProcess other, StoryBook book, LoneDeposit lone)
    {
        string next = await book.InstructSingleAsync("taken over", book.Alice, book.Bob, "1", "500", 3_600, CancellationToken.None);
        await other.KillAsync();
        long swept = await SweptAsync();
        EscrowTerms terms = await book.AwaitTermsAsync("taken over", book.A, next, CancellationToken.None);
        await book.DepositAsync("taken over", book.Bob, terms, 0, CancellationToken.None);
        await book.DepositAsync("taken over", book.Alice, terms, 1, CancellationToken.None);
        await book.ReachAsync("taken over", book.A, next, "FINALIZED", CancellationToken.None);
        await apart.System.RequireOnceAsync(book, terms);
        await book.TimeOutAsync(lone, CancellationToken.None);
        // Whoever was to run it next: the one that is left does, and what the killed one held does not stay.
        await Eventually.TrueAsync(async () => await SweptAsync() > swept + 10 * TimeSpan.TicksPerSecond, TimeSpan.FromMinutes(2), because: "the sweep of deadlines was not run again");
    }

    /// <summary>When the sweep of deadlines was fired last, in ticks.</summary>
    Task<long> SweptAsync() => AskAsync<long>("select max(prev_fire_time) from quartz.qrtz_triggers where trigger_name = 'deadline-sweep'");

    Task<long> OfEpochAsync(long epoch) => AskAsync<long>(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"select count(*) from transactions.attempt where epoch = {epoch}"));

    async Task<T> AskAsync<T>(string sql)
    {
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(apart.System.File.OwnerConnection);
        await using NpgsqlCommand ask = database.CreateCommand(sql);
        return (T)(await ask.ExecuteScalarAsync())!;
    }
}
