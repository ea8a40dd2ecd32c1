using System.Globalization;
using Keystone.Mirror;
using Keystone.Testing;

namespace Keystone.Indexer.Tests.Simulation;

/// <summary>The same worlds on the real store. <c>KEYSTONE_SIMULATION_SEED=n</c> plays one again.</summary>
public sealed class SimulatorOnPostgresTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public void Of_20_worlds_on_Postgres_each_ends_the_same_and_each_step_is_the_models() => Seeds.Play(1, 20, seed =>
    {
        ShadowedMirror? shadowed = null;
        MirrorStore store = new(database.Source);
        SimulatedWorld simulation = new(seed, seed, model => shadowed = new ShadowedMirror(store, database.Source, model));
        simulation.Run();
        using StringWriter dump = new(CultureInfo.InvariantCulture);
        new MirrorDump(database.Source).WriteAsync(seed, dump, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(simulation.Replay(), dump.ToString());
        Assert.Equal(simulation.Model.Feed, shadowed!.FeedAsync(seed).GetAwaiter().GetResult());
    });
}
