using Keystone.Webhooks.Delivery;

namespace Keystone.Webhooks.Tests;

/// <summary>Places of the sender.</summary>
public class LanesTests
{
    static readonly Guid A = Guid.Parse("00000000-0000-0000-0000-00000000000a"), B = Guid.Parse("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void An_endpoint_has_its_own_limit_and_leaves_the_other_places_to_others()
    {
        Lanes lanes = new(places: 6, perEndpoint: 4);
        Assert.Equal(24, lanes.Room().Limit);
        lanes.Add([.. Of(A, 5), .. Of(B, 3)], 24);
        Guid[] started = [.. Started(lanes).Select(one => one.EndpointId)];
        Assert.Equal((3, 3), (started.Count(one => one == A), started.Count(one => one == B)));
        Assert.Equal(0, lanes.Room().Limit);
        Assert.True(lanes.End(B, wasSlow: false, isFast: true), "what found no place has to be claimed now");
        Assert.Equal(A, Assert.Single(Started(lanes)).EndpointId);
    }

    [Fact]
    public void Only_a_fast_endpoint_has_deliveries_claimed_ahead()
    {
        Lanes lanes = new(places: 16, perEndpoint: 4);
        lanes.Add(Of(A, 4), 64);
        Assert.Equal(4, Started(lanes).Count);
        Assert.Equal((A, 0), Assert.Single(lanes.Room().Rooms));
        Assert.True(lanes.End(A, wasSlow: false, isFast: true));
        Assert.Equal((A, 13), Assert.Single(lanes.Room().Rooms));
        lanes.End(A, wasSlow: false, isFast: false);
        Assert.Equal((A, 2), Assert.Single(lanes.Room().Rooms));
    }

    [Fact]
    public void An_endpoint_that_becomes_slow_gives_back_what_was_claimed_ahead_and_its_place()
    {
        Lanes lanes = new(places: 8, perEndpoint: 4);
        lanes.Add(Of(A, 9), 20);
        Assert.Equal(4, Started(lanes).Count);
        Assert.Equal(5, lanes.Slow(A).Count);
        Assert.Empty(lanes.Slow(A));
        lanes.Add(Of(B, 3), 20);
        Assert.Equal(3, Started(lanes).Count);
        Assert.Contains((A, 0), lanes.Room().Rooms);
        Assert.True(lanes.End(A, wasSlow: true, isFast: false), "its own others have to be claimed now");
        Assert.Empty(lanes.Clear());
    }

    static List<ClaimedDelivery> Started(Lanes lanes)
    {
        List<ClaimedDelivery> started = [];
        while (lanes.Start() is { } one) started.Add(one);
        return started;
    }

    static ClaimedDelivery[] Of(Guid endpoint, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new ClaimedDelivery(Guid.NewGuid(), Guid.NewGuid(), endpoint, 1, DateTime.UnixEpoch, "http://localhost", "{}", Guid.Empty, []))];
}
