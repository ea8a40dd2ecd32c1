using System.Diagnostics;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Npgsql;

namespace Keystone.SystemBench;

/// <summary>The system at work: from the first POST to the last SETTLED.</summary>
static class ProductRun
{
    const int Streams = 16;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<Run> RunAsync(Started started, Parties parties)
    {
        await started.StartServicesAsync();
        await using Receiver receiver = await Receiver.StartAsync();
        using HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };
        KeystoneClient[] clients = [.. started.File.Platforms.Select(platform => new KeystoneClient(http, new KeystoneClientOptions
        {
            Url = new Uri(started.File.ApiUrl), ClientId = platform.ClientId, ClientSecret = platform.ClientSecret, Audience = "https://api.keystoneos.xyz",
        }))];
        foreach (KeystoneClient client in clients) await client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, Events = ["settlement.*"] });

        long firstBlock = await started.HeadAsync();
        int next = -1;
        Task deposits = DepositAllAsync(started, parties);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < parties.Pairs.Length)
                await InstructAsync(clients[number % clients.Length], parties.Pairs[number]);
        })));
        await deposits;
        await CountAsync(started, "settled", "state in ('SETTLED', 'FINALIZED')", parties.Pairs.Length);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long lastBlock = await started.HeadAsync();
        await CountAsync(started, "final", "state = 'FINALIZED'", parties.Pairs.Length);
        await WaitAsync("webhooks", parties.Pairs.Length, () => Task.FromResult((long)receiver.Finalized));
        foreach (KeystoneClient client in clients) client.Dispose();
        return new Run(seconds, lastBlock - firstBlock, 0);
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
    static async Task DepositAllAsync(Started started, Parties parties)
    {
        Dictionary<Keystone.Ethereum.Address, Parties.Pair> bySeller = parties.Pairs.ToDictionary(pair => pair.Seller.Address);
        HashSet<Guid> seen = [];
        Stopwatch patience = Stopwatch.StartNew();
        while (seen.Count < parties.Pairs.Length)
        {
            if (patience.Elapsed > Patience) throw new TimeoutException($"Only {seen.Count} settlements were registered.");
            List<(Guid Id, EscrowTerms Terms)> open = [];
            await using (NpgsqlCommand select = started.Database.CreateCommand("select id, terms from settlement.settlement where state = 'AWAITING_DEPOSITS' and not (id = any($1))"))
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

    static Task CountAsync(Started started, string what, string condition, int wanted) => WaitAsync(what, wanted, async () =>
    {
        await using NpgsqlCommand count = started.Database.CreateCommand($"select count(*) from settlement.settlement where {condition}");
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
