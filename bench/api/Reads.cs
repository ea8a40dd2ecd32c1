using System.Text.Json.Nodes;
using Keystone.Bench;

namespace Keystone.ApiBench;

/// <summary>Settlements a second by GET, beside an endpoint that selects the same rows and writes them as JSON.</summary>
static class Reads
{
    const int Streams = 16, Settlements = 500;

    public const string About = """
        16 connections GET 500 settlements of two parties and two legs. The ceiling (`BareSelect.cs`) is an endpoint of the same server that asks for no token, reads the rows of
        settlement, parties, legs and heads in one prepared batch, and writes them as JSON.
        """;

    public static async Task MeasureAsync(Report report, int rounds, int requests)
    {
        Console.WriteLine("read: GET /v1/settlements/{id}");
        await using ApiServer server = await ApiServer.StartAsync();
        using HttpClient client = await server.SignInAsync("platform-a", Streams);
        string[] ids = new string[Settlements];
        for (int i = 0; i < ids.Length; i++) ids[i] = (string)(await server.Api.CreateAsync("platform-a", Registered(server)))["id"]!;
        await server.Api.RunAsync("analyze");
        await using BareSelect bare = await BareSelect.StartAsync(await server.Api.SettingsAsync());
        using HttpClient direct = new(new SocketsHttpHandler { MaxConnectionsPerServer = Streams }) { BaseAddress = bare.Url };
        int count = requests * 4, ours = (await client.GetByteArrayAsync($"/v1/settlements/{ids[0]}")).Length, theirs = (await direct.GetByteArrayAsync($"/{ids[0]}")).Length;
        await RateAsync(client, "/v1/settlements/", ids, count * 2);
        await RateAsync(direct, "/", ids, count);
        Comparison rates = await Series.CompareAsync(rounds, _ => RateAsync(client, "/v1/settlements/", ids, count), _ => RateAsync(direct, "/", ids, count));
        report.Measured("read_vs_bare_select_endpoint", rates.Ratio, $"API {Series.Text(rates.A)} settlements/s; bare endpoint {Series.Text(rates.B)}/s");
        report.Note($"read: {ours:#,##0} bytes an answer of the API, {theirs:#,##0} of the bare endpoint; {count:#,##0} requests a round.");
    }

    static JsonObject Registered(ApiServer server)
    {
        JsonObject body = server.Api.Single();
        body["legs"]![0]!["instrument_id"] = "KBOND";
        return body;
    }

    static Task<double> RateAsync(HttpClient client, string path, string[] ids, int count) => Load.RateAsync(count, Streams, async (_, number) =>
    {
        using HttpResponseMessage response = await client.GetAsync(path + ids[number % ids.Length]);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    });
}
