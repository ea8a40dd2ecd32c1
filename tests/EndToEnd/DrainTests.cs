using System.Collections.Concurrent;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Ethereum.Signing;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>Services that start from nothing and are stopped under load, by their ids. Times are printed; that they come at all is asserted.</summary>
public sealed class DrainTests(ITestOutputHelper output)
{
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task O1_Stopped_by_SIGTERM_or_killed_under_load_each_service_ends_within_thirty_seconds_and_nothing_accepted_is_lost()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        ConcurrentDictionary<string, ServiceProcess> services = new(system.File.Services.Select(service => KeyValuePair.Create(service.Name, new ServiceProcess(service))), StringComparer.Ordinal);
        try
        {
            foreach ((string name, ServiceProcess service) in services)
            {
                long start = TimeProvider.System.GetTimestamp();
                await service.StartAsync();
                output.WriteLine($"L4 {name}: ready {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after its start");
            }
            using HttpClient http = new();
            using KeystoneClient client = new(http, new KeystoneClientOptions
            {
                Url = new Uri(system.File.ApiUrl),
                ClientId = system.File.Platform("platform-a").ClientId,
                ClientSecret = system.File.Platform("platform-a").ClientSecret,
            });
            using CancellationTokenSource over = new();
            ConcurrentBag<Guid> accepted = [];
            Task load = Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(() => InstructAsync(client, system.File, worker, accepted, over.Token))));
            foreach (string name in (string[])["keeper", "indexer", "api"])
            {
                int before = accepted.Count;
                await Testing.Eventually.TrueAsync(() => Task.FromResult(accepted.Count > before + 2), TimeSpan.FromMinutes(2), $"There is no load before the stop of {name}.");
                long start = TimeProvider.System.GetTimestamp();
                int? status = await services[name].StopAsync();
                TimeSpan took = TimeProvider.System.GetElapsedTime(start);
                output.WriteLine($"O1 {name}: stopped in {took.TotalSeconds:0.0} s");
                Assert.True(status == 0, $"{name} ended with {status}: it was forced, or failed.");
                Assert.True(took < Drain, $"{name} took {took}.");
                await services[name].StartAsync();
                await Testing.Eventually.TrueAsync(() => Task.FromResult(accepted.Count > before + 4), TimeSpan.FromMinutes(2), $"There is no load after the start of {name}.");
                await services[name].KillAsync();
                await services[name].StartAsync();
            }
            await over.CancelAsync();
            await load;
            Guid[] all = [.. accepted];
            Assert.Equal(all.Length, all.Distinct().Count());
            // Whatever was accepted is still worked on: its terms come to the chain.
            foreach (Guid id in all.TakeLast(5).Concat(all.Take(5)).Distinct()) await OperatedSystem.ReachAsync(client, id, "AWAITING_DEPOSITS");
            output.WriteLine($"{all.Length} settlements accepted");
        }
        finally
        {
            foreach (ServiceProcess service in services.Values) await service.DisposeAsync();
        }
    }

    // As a careful client: under one key until it is answered.
    static async Task InstructAsync(KeystoneClient client, DevFile file, int worker, ConcurrentBag<Guid> accepted, CancellationToken over)
    {
        using PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1);
        for (int number = 0; !over.IsCancellationRequested; number++)
        {
            CreateSettlementRequest request = OperatedSystem.Single(seller, buyer, file) with { IdempotencyKey = $"drain-{worker}-{number}" };
            while (true)
            {
                try
                {
                    accepted.Add((await client.CreateSettlementAsync(request, CancellationToken.None)).Id);
                    break;
                }
                catch (Exception fault) when (fault is HttpRequestException || fault is KeystoneApiException { Status: System.Net.HttpStatusCode.ServiceUnavailable })
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
                }
            }
            await Task.Delay(TimeSpan.FromMilliseconds(150), CancellationToken.None);
        }
    }

    [Fact]
    public async Task L4_Each_service_is_ready_from_a_cold_start_and_the_whole_system_serves_its_first_settlement()
    {
        long start = TimeProvider.System.GetTimestamp();
        await using LocalSystem system = await LocalSystem.StartAsync();
        TimeSpan up = TimeProvider.System.GetElapsedTime(start);
        using HttpClient http = new();
        using KeystoneClient client = new(http, new KeystoneClientOptions
        {
            Url = new Uri(system.File.ApiUrl),
            ClientId = system.File.Platform("platform-a").ClientId,
            ClientSecret = system.File.Platform("platform-a").ClientSecret,
        });
        using PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1);
        Settlement made = await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File));
        await OperatedSystem.ReachAsync(client, made.Id, "AWAITING_DEPOSITS");
        output.WriteLine($"L4 database, chain, contracts and services: up in {up.TotalSeconds:0.0} s, terms on the chain {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s after the start");
    }
}
