using System.Text;
using System.Text.Json.Nodes;
using Keystone.Bench;

namespace Keystone.ApiBench;

/// <summary>Settlements a second by POST, beside inserting the same rows alone.</summary>
static class Creates
{
    const int Streams = 16;

    // Of each environment the chain of hashes is one row, which a transaction holds until it is on the disk: four of them as four tenants.
    static readonly string[] Platforms = ["platform-a", "platform-b", "platform-c", "platform-d"];

    public const string About = """
        16 connections of four platforms POST settlements of two parties and two legs (token, validation, idempotency, audit chains, first webhook messages, answer). The ceiling
        (`BareInsert.cs`) writes the same rows of the same tables, taken from one that the API made, in one prepared batch and one transaction each on 16 connections, and does nothing else.
        """;

    public static async Task MeasureAsync(Report report, int rounds, int requests)
    {
        Console.WriteLine("create: POST /v1/settlements");
        await using ApiServer server = await ApiServer.StartAsync();
        await server.Api.AddPlatformAsync("platform-d");
        await server.Api.RunAsync("update identity.environment set rate_limit = 100000000, max_open_settlements = 1000000000, max_registrations_per_hour = 1000000000");
        await server.Api.RunAsync("""
            insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
            select gen_random_uuid(), e.id, $1, $2, 'KBOND', 'ERC-20', 18, $3, now() from identity.environment e on conflict do nothing
            """, Keystone.Testing.TestChain.ChainId, server.Api.Bond.ToBytes(), new byte[32]);
        HttpClient[] clients = new HttpClient[Platforms.Length];
        for (int i = 0; i < clients.Length; i++) clients[i] = await server.SignInAsync(Platforms[i], Streams / Platforms.Length);
        try
        {
            Guid[] samples = new Guid[Platforms.Length];
            for (int i = 0; i < samples.Length; i++) samples[i] = Guid.Parse((string)JsonNode.Parse(await PostAsync(server, clients[i]))!["id"]!);
            await using BareInsert bare = await BareInsert.PrepareAsync(server.Database, samples, Streams);
            // Until what runs often is compiled for good.
            await ApiAsync(server, clients, requests * 2);
            await bare.RateAsync(requests / 2);
            // As autovacuum does within a minute of work: plans that were made for empty tables are made again.
            await server.Api.RunAsync("analyze");
            await ApiAsync(server, clients, requests / 4);
            await bare.RateAsync(requests / 4);
            Comparison rates = await Series.CompareAsync(rounds, _ => ApiAsync(server, clients, requests), _ => bare.RateAsync(requests));
            report.Measured("create_vs_bare_insert", rates.Ratio, $"API {Series.Text(rates.A)} settlements/s; bare inserts {Series.Text(rates.B)}/s");
            report.Note($"create: {bare.Rows} rows in {bare.Tables} tables a settlement, {requests:#,##0} settlements a round.");
        }
        finally
        {
            foreach (HttpClient client in clients) client.Dispose();
        }
    }

    static Task<double> ApiAsync(ApiServer server, HttpClient[] clients, int count) => Load.RateAsync(count, Streams, async (stream, _) => await PostAsync(server, clients[stream % clients.Length]));

    static async Task<string> PostAsync(ApiServer server, HttpClient client)
    {
        JsonObject body = server.Api.Single();
        body["legs"]![0]!["instrument_id"] = "KBOND";
        using StringContent content = new(body.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync("/v1/settlements", content);
        string answer = await response.Content.ReadAsStringAsync();
        return (int)response.StatusCode == 201 ? answer : throw new InvalidOperationException($"{(int)response.StatusCode}: {answer}");
    }
}
