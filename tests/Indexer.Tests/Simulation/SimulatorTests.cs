using System.Globalization;
using Keystone.Testing;
using Xunit.Abstractions;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>
/// Whatever chain, nodes, database and processes do: once they are well again, the mirror is what its chain gives to an empty store.
/// <c>KEYSTONE_SIMULATION_SEED=n</c> plays one world again.
/// </summary>
public sealed class SimulatorTests(ITestOutputHelper output)
{
    static readonly string[] Dangers =
    [
        "answers refused", "halts", "interruptions", "kills", "leases lost", "nodes without our final block", "rebuilds", "retractions", "rewinds", "rollbacks",
        "rollbacks of more than 16 blocks", "suspensions",
    ];

    /// <summary>In parts, so that one which hangs is told from many that take their time.</summary>
    public static TheoryData<int> Parts => [.. Enumerable.Range(0, FuzzSeed.IsDeep ? 20 : 1).Select(part => part * 500 + 1)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Of_500_worlds_each_ends_with_the_mirror_that_its_chain_gives(int first)
    {
        SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
        bool all = Seeds.Play(first, 500, seed =>
        {
            SimulatedWorld world = new(1, seed);
            world.Run();
            foreach ((string what, int count) in world.Counts) counts[what] = counts.GetValueOrDefault(what) + count;
        });
        foreach ((string what, int count) in counts) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {what}"));
        // Worlds in which nothing goes wrong prove nothing.
        if (all) Assert.All(Dangers, danger => Assert.True(counts.ContainsKey(danger), $"No {danger}."));
    }

    /// <summary>A world in which a mirror halts that takes a range as final by its height (<see cref="DeadForkTests"/>).</summary>
    [Fact]
    public void A_block_becomes_final_and_a_mirror_halts_only_on_evidence_of_one_chain() => Seeds.OnOwnThread(() => new SimulatedWorld(1, 303).Run());

    [Fact]
    public void A_world_is_the_same_each_time_it_is_played() => Seeds.OnOwnThread(() =>
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
}
