namespace Keystone.Ethereum.Nodes.Tests;

public sealed class JitterTests
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_wait_is_spread_by_a_tenth_and_one_that_was_asked_for_is_never_shorter()
    {
        Assert.Equal((TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10)), Both(0));
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(11.25)), Both(0.5));
        Assert.Equal((TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(12.5)), Both(1));
        Assert.Equal((Wait, Wait), (Jitter.None.About(Wait), Jitter.None.AtLeast(Wait)));

        static (TimeSpan, TimeSpan) Both(double chance) => (new Jitter(() => chance).About(Wait), new Jitter(() => chance).AtLeast(Wait));
    }

    [Fact]
    public void The_systems_waits_differ()
    {
        TimeSpan[] waits = [.. Enumerable.Range(0, 100).Select(_ => Jitter.OfSystem.About(Wait))];
        Assert.True(waits.Distinct().Count() > 50);
        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11)));
    }
}
