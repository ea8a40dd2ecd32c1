using Keystone.Webhooks.Endpoints;

namespace Keystone.Webhooks.Tests;

/// <summary>The list of an environment's endpoints is of one moment.</summary>
public sealed class EndpointListTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>
{
    [Fact]
    public async Task What_is_counted_is_what_is_listed_while_endpoints_come_and_go()
    {
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, "https://receiver.example/stays");
        using CancellationTokenSource end = new();
        Task writer = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                (Guid second, _) = await fixture.EndpointAsync(environment, "https://receiver.example/goes");
                Assert.True(await fixture.Endpoints.DeleteAsync(environment, second, CancellationToken.None));
            }
        });
        try
        {
            for (int i = 0; i < 1_500; i++)
            {
                // Behind the first one: the second, or nothing.
                (IReadOnlyList<Endpoint> items, long total) = await fixture.Endpoints.ListAsync(environment, 10, 1, CancellationToken.None);
                Assert.Equal(total - 1, items.Count);
            }
        }
        finally
        {
            await end.CancelAsync();
            await writer;
        }
        Assert.Equal((0, 1L), await fixture.Endpoints.ListAsync(environment, 10, 5, CancellationToken.None) is var (none, all) ? (none.Count, all) : default);
    }
}
