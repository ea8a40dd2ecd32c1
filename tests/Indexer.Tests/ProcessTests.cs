using System.Diagnostics;
using System.Globalization;
using Keystone.Dev.Servers;
using Keystone.Postgres.Faults;
using Keystone.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Indexer.Tests;

/// <summary>The executable as an operator meets it: killed, suspended, asked for its health.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_as_if_it_had_not_been()
    {
        await using Scene scene = await Scene.BeginAsync();
        Deal? last = null;
        for (byte life = 1; life <= 4; life++)
        {
            await using Leash indexer = Start(scene);
            await indexer.WaitForLineAsync(line => line.Contains("Holds the lease", StringComparison.Ordinal), TimeSpan.FromSeconds(30), CancellationToken.None);
            Deal deal = last = await scene.AgreeAsync(bond: last?.Bond, money: last?.Money, salt: life);
            Func<Task>[] moves =
            [
                () => scene.RegisterAsync(deal), () => scene.DepositAsync(deal, 0), () => scene.Chain.MineAsync(2), () => scene.Chain.ReorgAsync(3),
                () => scene.DepositAsync(deal, 0), () => scene.DepositAsync(deal, 1), () => scene.ExecuteSwapAsync(deal),
            ];
            Task kill = Task.CompletedTask;
            for (int move = 0; move < moves.Length; move++)
            {
                // While it writes the move before, or reads this one.
                if (move == life + 1) kill = indexer.KillAsync(CancellationToken.None);
                await moves[move]();
            }
            await kill;
        }
        await using (Leash indexer = Start(scene))
        {
            await scene.MirroredAsync();
            Assert.Equal(5L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        }
        Assert.Equal("2: released released", await scene.EscrowStateAsync(last!));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
        string live = await scene.DumpAsync();
        await scene.Build(scene.Settings()).Services.GetRequiredService<MirrorRebuild>().FromChainAsync(TestChain.ChainId, CancellationToken.None);
        Assert.Equal(live, await scene.DumpAsync());
    }

    /// <summary>The processor was told to go back, and the blocks that follow are not written: the mirror is the old chain, whole, and then the new one.</summary>
    [Fact]
    public async Task Killed_between_a_rewind_and_its_commit_it_leaves_the_old_chain_whole()
    {
        await using Scene scene = await Scene.BeginAsync();
        Deal deal = await scene.AgreeAsync();
        await using (Leash indexer = Start(scene))
        {
            await scene.RegisterAsync(deal);
            await scene.DepositAsync(deal, 0);
            await scene.Chain.MineAsync(3);
            await scene.MirroredAsync();
        }
        (string before, long revision) = (await scene.DumpAsync(), await scene.ScalarAsync<long>("select revision from chain.position"));
        await scene.Chain.ReorgAsync(4);
        await using (Leash indexer = Start(scene, ("KEYSTONE_CRASH_AT", CrashPoint.IndexerForkFound))) await indexer.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(before, await scene.DumpAsync());
        Assert.Equal(revision, await scene.ScalarAsync<long>("select revision from chain.position"));
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await using (Leash indexer = Start(scene)) await scene.MirroredAsync();
        Assert.Equal("1: pending pending", await scene.EscrowStateAsync(deal));
        Assert.Equal(revision + 1, await scene.ScalarAsync<long>("select revision from chain.position"));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task Suspended_past_its_lease_it_is_replaced_and_writes_nothing_on_waking()
    {
        await using Scene scene = await Scene.BeginAsync();
        await using Leash first = Start(scene);
        string id = (await first.WaitForLineAsync(line => line.StartsWith("pid ", StringComparison.Ordinal), TimeSpan.FromSeconds(30), CancellationToken.None))[4..];
        await scene.MirroredAsync();
        await SignalAsync("STOP", id);
        Deal deal = await scene.AgreeAsync();
        await scene.RegisterAsync(deal);
        await using Leash second = Start(scene);
        await scene.MirroredAsync();
        Assert.Equal(2L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        await SignalAsync("CONT", id);
        await first.WaitForLineAsync(line => line.Contains("Lost the lease", StringComparison.Ordinal), TimeSpan.FromSeconds(30), CancellationToken.None);
        await scene.DepositAsync(deal, 0);
        await scene.MirroredAsync();
        Assert.Equal(2L, await scene.ScalarAsync<long>("select epoch from chain.position"));
        Assert.Equal("1: deposited pending", await scene.EscrowStateAsync(deal));
        await MirrorTests.AssertFeedHasNoHolesAsync(scene);
    }

    [Fact]
    public async Task It_serves_health_and_metrics_also_on_standby_and_ends_in_order()
    {
        await using Scene scene = await Scene.BeginAsync();
        Leash holder = Start(scene);
        await scene.MirroredAsync();
        await using Leash standby = Start(scene);
        using HttpClient client = new();
        foreach (Leash indexer in (Leash[])[holder, standby])
        {
            string line = await indexer.WaitForLineAsync(
                line => line.Contains("Health and metrics on", StringComparison.Ordinal), TimeSpan.FromSeconds(30), CancellationToken.None);
            Uri address = new(line[line.IndexOf("http", StringComparison.Ordinal)..]);
            await Eventually.TrueAsync(async () => (await client.GetAsync(new Uri(address, "/health/ready"))).IsSuccessStatusCode);
            Assert.Contains("\"indexer\"", await client.GetStringAsync(new Uri(address, "/health/live")), StringComparison.Ordinal);
            if (indexer == holder)
                Assert.Contains("keystone_indexer_position{", await client.GetStringAsync(new Uri(address, "/metrics")), StringComparison.Ordinal);
        }
        long ending = Stopwatch.GetTimestamp();
        await holder.DisposeAsync();
        Assert.True(Stopwatch.GetElapsedTime(ending) < TimeSpan.FromSeconds(9), "It had to be forced to end.");
        await Eventually.TrueAsync(async () => await scene.ScalarAsync<long>("select epoch from chain.position") == 2);
    }

    [Fact]
    public async Task A_setting_that_is_missing_stops_it_with_a_sentence()
    {
        await using Leash indexer = Leash.Start(Program, ["--Storage:ConnectionString", "Host=127.0.0.1;Database=none", "--Management:Url", "http://127.0.0.1:0"]);
        Assert.Equal(1, await indexer.WaitForExitAsync(CancellationToken.None));
        Assert.StartsWith("Chains is missing", indexer.LastOutput, StringComparison.Ordinal);
    }

    static string Program => Path.Combine(AppContext.BaseDirectory, "Keystone.Indexer");

    static Leash Start(Scene scene, params (string Name, string Value)[] environment)
    {
        IConfiguration settings = scene.Settings(("Indexer:LeaseSeconds", "1"), ("Management:Url", "http://127.0.0.1:0"));
        string[] arguments = [.. settings.AsEnumerable().Where(pair => pair.Value is not null).Select(pair => $"--{pair.Key}={pair.Value}")];
        return Leash.Start("/bin/sh", ["-c", "echo pid $$; exec \"$0\" \"$@\"", Program, .. arguments],
            environment: environment.ToDictionary(variable => variable.Name, variable => variable.Value));
    }

    static async Task SignalAsync(string signal, string id)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -s {signal} {id}")]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
