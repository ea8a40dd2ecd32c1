using System.Globalization;
using Keystone.Indexer.Store;
using Keystone.Support;
using Xunit.Abstractions;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>
/// Whatever chain, nodes, database and processes do: once they are well again, the mirror is what its chain gives to an empty store.
/// <c>KEYSTONE_SIMULATION_SEED=n</c> plays one world again.
/// </summary>
public sealed class SimulatorTests(TestDatabase database, ITestOutputHelper output) : IClassFixture<TestDatabase>
{
    static readonly string[] Dangers =
    [
        "answers refused", "halts", "interruptions", "kills", "leases lost", "nodes without our final block", "rebuilds", "retractions", "rollbacks",
        "rollbacks of more than 16 blocks", "suspensions",
    ];

    static int? Wanted => int.TryParse(Environment.GetEnvironmentVariable("KEYSTONE_SIMULATION_SEED"), CultureInfo.InvariantCulture, out int seed) ? seed : null;

    [Fact]
    public void Of_500_worlds_each_ends_with_the_mirror_that_its_chain_gives()
    {
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        Play(FuzzSeed.IsDeep ? 10_000 : 500, seed =>
        {
            SimulatedWorld world = new(1, seed);
            world.Run();
            foreach ((string what, int count) in world.Counts) counts[what] = counts.GetValueOrDefault(what) + count;
        });
        foreach ((string what, int count) in counts) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        // A world in which nothing goes wrong proves nothing.
        if (Wanted is null) Assert.All(Dangers, danger => Assert.True(counts.ContainsKey(danger), $"No {danger}."));
    }

    [Fact]
    public void Of_20_worlds_on_Postgres_each_ends_the_same_and_each_step_is_the_models() => Play(20, seed =>
    {
        ShadowedMirror? shadowed = null;
        MirrorStore store = new(database.Source);
        SimulatedWorld simulation = new(seed, seed, model => shadowed = new ShadowedMirror(store, database.Source, model));
        simulation.Run();
        using StringWriter dump = new(CultureInfo.InvariantCulture);
        store.DumpAsync(seed, dump, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(simulation.Replay(), dump.ToString());
        Assert.Equal(simulation.Model.Feed, shadowed!.FeedAsync(seed).GetAwaiter().GetResult());
    });

    [Fact]
    public void A_world_is_the_same_each_time_it_is_played() => OnOwnThread(() =>
    {
        string[][] stories = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            SimulatedWorld simulation = new(1, 4711);
            simulation.Run();
            return simulation.History.ToArray();
        })];
        Assert.Equal(stories[0], stories[1]);
        Assert.True(stories[0].Length > 50);
    });

    void Play(int count, Action<int> play) => OnOwnThread(() =>
    {
        foreach (int seed in Wanted is { } one ? [one] : Enumerable.Range(1, count))
        {
            try
            {
                play(seed);
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"KEYSTONE_SIMULATION_SEED={seed.ToString(CultureInfo.InvariantCulture)} plays this world again.", fault);
            }
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} worlds"));
    });

    // The runner's own threads have a context that continuations would go back to.
    static void OnOwnThread(Action work)
    {
        Exception? fault = null;
        Thread thread = new(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                fault = e;
            }
        });
        thread.Start();
        thread.Join();
        if (fault is not null) throw new InvalidOperationException(fault.Message, fault);
    }
}
