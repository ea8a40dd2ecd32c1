using System.Diagnostics;
using System.Globalization;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>The system at work: from the first POST to the last SETTLED.</summary>
sealed class ProductRun : IAsyncDisposable
{
    const int Streams = 16;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly Started _started;
    readonly Receiver _receiver;
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    readonly KeystoneClient[] _clients;
    int _done;

    ProductRun(Started started, Receiver receiver)
    {
        (_started, _receiver) = (started, receiver);
        _clients = [.. started.File.Platforms.Select(platform => new KeystoneClient(_http, new KeystoneClientOptions
        {
            Url = new Uri(started.File.ApiUrl), ClientId = platform.ClientId, ClientSecret = platform.ClientSecret, Audience = "https://api.keystoneos.xyz",
        }))];
    }

    /// <summary>Starts the services, and a receiver of the webhooks of both platforms.</summary>
    public static async Task<ProductRun> StartAsync(Started started)
    {
        await started.StartServicesAsync();
        ProductRun run = new(started, await Receiver.StartAsync());
        foreach (KeystoneClient client in run._clients) await client.CreateWebhookAsync(new CreateWebhookRequest { Url = run._receiver.Url, Events = ["settlement.*"] });
        return run;
    }

    /// <summary>Settles between these parties; ends when all is final and reported, which is not timed.</summary>
    public async Task<Run> RunAsync(Parties parties, Parties.Pair[] pairs)
    {
        long firstBlock = await _started.HeadAsync();
        int next = -1;
        Task deposits = DepositAllAsync(parties, pairs);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < pairs.Length)
                await InstructAsync(_clients[number % _clients.Length], pairs[number]);
        })));
        double instructed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await deposits;
        double deposited = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _done += pairs.Length;
        await CountAsync("settled", "state in ('SETTLED', 'FINALIZED')", _done);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"     {pairs.Length} instructed after {instructed:0.0} s, all deposits sent after {deposited:0.0} s, settled after {seconds:0.0} s"));
        long lastBlock = await _started.HeadAsync();
        await CountAsync("final", "state = 'FINALIZED'", _done);
        await WaitAsync("webhooks", _done, () => Task.FromResult((long)_receiver.Finalized));
        return new Run(seconds, lastBlock - firstBlock, 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (KeystoneClient client in _clients) client.Dispose();
        await _receiver.DisposeAsync();
        _http.Dispose();
    }

    static Task<Settlement> InstructAsync(KeystoneClient client, Parties.Pair pair) => client.CreateSettlementAsync(new CreateSettlementRequest
    {
        TemplateId = "dvp-single",
        TimeoutAt = Timestamps.Seconds(TimeProvider.System.GetUtcNow().AddDays(2)),
        Parties =
        [
            new() { Role = "seller", ExternalReference = "s", WalletAddress = pair.Seller.Address.ToString() },
            new() { Role = "buyer", ExternalReference = "b", WalletAddress = pair.Buyer.Address.ToString() },
        ],
        Legs =
        [
            // 1,000 of the smallest units of a token with 18 decimals, 50 of one with 6.
            new() { LegType = "asset", InstrumentId = "KBOND", Quantity = "0.000000000000001", Direction = "deliver", PartyRole = "seller" },
            new() { LegType = "payment", InstrumentId = "USDC", Quantity = "0.00005", Direction = "deliver", PartyRole = "buyer" },
        ],
    });

    // Each party deposits as soon as its settlement waits for it; the terms are those of the database, which a platform reads by GET.
    async Task DepositAllAsync(Parties parties, Parties.Pair[] pairs)
    {
        Dictionary<Keystone.Ethereum.Address, Parties.Pair> bySeller = pairs.ToDictionary(pair => pair.Seller.Address);
        HashSet<Guid> seen = [];
        Stopwatch patience = Stopwatch.StartNew();
        while (seen.Count < pairs.Length)
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"Only {seen.Count} settlements were registered.");
            List<(Guid Id, EscrowTerms Terms)> open = [];
            await using (NpgsqlCommand select = _started.Database.CreateCommand("select id, terms from settlement.settlement where state = 'AWAITING_DEPOSITS' and not (id = any($1))"))
            {
                select.Parameters.AddWithValue(seen.ToArray());
                await using NpgsqlDataReader row = await select.ExecuteReaderAsync();
                while (await row.ReadAsync()) open.Add((row.GetGuid(0), EscrowTerms.Decode(row.GetFieldValue<byte[]>(1))));
            }
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = Streams }, async (one, _) =>
                await parties.DepositAsync(one.Terms.Legs.Select(leg => bySeller.GetValueOrDefault(leg.From)).First(pair => pair is not null)!, one.Terms));
            foreach ((Guid id, _) in open) seen.Add(id);
            if (open.Count == 0) await Task.Delay(50);
        }
    }

    Task CountAsync(string what, string condition, int wanted) => WaitAsync(what, wanted, async () =>
    {
        await using NpgsqlCommand count = _started.Database.CreateCommand($"select count(*) from settlement.settlement where {condition}");
        return (long)(await count.ExecuteScalarAsync())!;
    });

    static async Task WaitAsync(string what, int wanted, Func<Task<long>> count)
    {
        Stopwatch patience = Stopwatch.StartNew();
        while (await count() is var seen && seen < wanted)
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"{what}: {seen} of {wanted}.");
            await Task.Delay(20);
        }
    }
}
