using System.Net;
using System.Net.Http.Json;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary>The database is killed under the services, as a machine that runs out of memory would kill it.</summary>
public sealed class GoneDatabaseTests
{
    [Fact]
    public async Task Services_without_their_database_say_so_and_end_when_they_are_reported_to()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        await using ServiceProcess api = new(system.File.Service("api")), indexer = new(system.File.Service("indexer")), keeper = new(system.File.Service("keeper"));
        ServiceProcess[] services = [api, indexer, keeper];
        await Task.WhenAll(services.Select(service => service.StartAsync()));

        await system.Environment.Postgres.KillAsync(CancellationToken.None);
        await Task.WhenAll(services.Select(service => Eventually.TrueAsync(
            async () => await service.StatusAsync("/health/ready") == 503, because: "a service takes itself for ready without a database")));
        foreach (ServiceProcess service in services)
            Assert.Equal(200, await service.StatusAsync("/health/live"));
        using (HttpClient client = new())
        using (HttpResponseMessage answer = await client.PostAsJsonAsync(system.File.ApiUrl + "/oauth/token",
            new { client_id = "x", client_secret = "x", grant_type = "client_credentials" }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        int?[] ends = await Task.WhenAll(services.Select(service => service.StopAsync()));
        Assert.All(ends, status => Assert.Equal(0, status));
    }
}
