using System.Diagnostics;
using Keystone.Bench;
using Keystone.Testing;

namespace Keystone.ApiBench;

/// <summary>Deliveries a second, from stored messages to answers on record, beside a loop that only signs, posts and writes.</summary>
static class Webhooks
{
    const int Receivers = 8;

    public const string About = """
        Messages for eight receivers that answer at once are published and delivered by the loops of the keeper with the product's settings: numbered, matched with the receivers' patterns,
        claimed, secrets opened, signed both ways, posted, result and health written. The ceiling (`BareLoop.cs`) has the deliveries made before, signs both ways, posts and writes the result,
        16 at once, and does nothing else.
        """;

    public static async Task MeasureAsync(Report report, int rounds, int requests)
    {
        Console.WriteLine("webhooks: deliveries");
        int messages = Math.Max(50, requests / Receivers);
        await using WebhookServer server = await WebhookServer.StartAsync(Receivers);
        await LoopsAsync(server, messages / 4);
        await BareLoop.RateAsync(server, messages / 4, Receivers);
        Comparison rates = await Series.CompareAsync(rounds, _ => LoopsAsync(server, messages), _ => BareLoop.RateAsync(server, messages, Receivers));
        report.Measured("webhooks_vs_bare_loop", rates.Ratio, $"loops {Series.Text(rates.A)} deliveries/s; bare {Series.Text(rates.B)}/s");
    }

    static async Task<double> LoopsAsync(WebhookServer server, int messages)
    {
        await server.ClearAsync();
        await server.StartLoopsAsync();
        long start = Stopwatch.GetTimestamp();
        await server.InsertAsync(messages);
        server.Signal();
        await using Npgsql.NpgsqlCommand count = server.Database.CreateCommand("select count(*) from webhooks.delivery where status = 'delivered'");
        await Eventually.TrueAsync(async () => (long)(await count.ExecuteScalarAsync())! == messages * Receivers, TimeSpan.FromMinutes(5));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await server.StopLoopsAsync();
        return messages * Receivers / seconds;
    }
}
