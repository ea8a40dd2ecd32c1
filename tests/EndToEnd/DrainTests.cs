using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Ethereum.Signing;
using Npgsql;
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
        string folder = Directory.CreateTempSubdirectory("keystone-notify-").FullName;
        Dictionary<string, NotifySocket> sockets = new(StringComparer.Ordinal);
        ConcurrentDictionary<string, ServiceProcess> services = new(system.File.Services.Select(service => KeyValuePair.Create(service.Name, new ServiceProcess(service))), StringComparer.Ordinal);
        try
        {
            foreach ((string name, ServiceProcess service) in services)
            {
                long start = TimeProvider.System.GetTimestamp();
                // As systemd starts it, but for its parent, which is another: what the notify socket asks for comes all the same.
                sockets[name] = new NotifySocket(folder, name);
                await service.StartNotifyingAsync(sockets[name].Path);
                await sockets[name].HearAsync("READY=1", "WATCHDOG=1");
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
                await sockets[name].HearAsync("STOPPING=1");
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
            // Each is stored, and nothing that nobody was told of: every key was asked under until it was answered.
            await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
            HashSet<Guid> stored = [];
            await using (NpgsqlCommand select = owner.CreateCommand("select id from settlement.settlement where idempotency_key like 'drain-%'"))
            await using (NpgsqlDataReader row = await select.ExecuteReaderAsync())
                while (await row.ReadAsync()) stored.Add(row.GetGuid(0));
            Assert.Empty(stored.Except(all));
            Assert.Empty(all.Except(stored));
            // Whatever was accepted is still worked on: its terms come to the chain.
            foreach (Guid id in all.TakeLast(5).Concat(all.Take(5)).Distinct()) await OperatedSystem.ReachAsync(client, id, "AWAITING_DEPOSITS");
            output.WriteLine($"{all.Length} settlements accepted");
        }
        finally
        {
            foreach (ServiceProcess service in services.Values) await service.DisposeAsync();
            foreach (NotifySocket socket in sockets.Values) socket.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    // What systemd reads (sd_notify).
    sealed class NotifySocket : IDisposable
    {
        readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

        public NotifySocket(string folder, string name)
        {
            Path = System.IO.Path.Combine(folder, name);
            _socket.Bind(new UnixDomainSocketEndPoint(Path));
        }

        public string Path { get; }

        /// <summary>Waits until each of these was said.</summary>
        public async Task HearAsync(params string[] wanted)
        {
            HashSet<string> open = [.. wanted];
            byte[] buffer = new byte[256];
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
            while (open.Count > 0) open.Remove(Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer, limit.Token)));
        }

        public void Dispose() => _socket.Dispose();
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
