using System.Diagnostics;
using Keystone.Bench;
using Keystone.Testing;

namespace Keystone.ApiBench;

/// <summary>Time from a stored message to its receiver, alone and beside a receiver that never answers.</summary>
static class Hanging
{
    const int Messages = 400;

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public const string About = """
        Every 20 ms a message is stored; the 99th percentile of the time until it arrives at a receiver that answers at once, with a second receiver of the same environment that never answers,
        to the same without it.
        """;

    public static async Task MeasureAsync(Report report, int rounds)
    {
        Console.WriteLine("hanging: p99 of arrival");
        await using WebhookServer alone = await WebhookServer.StartAsync(1), beside = await WebhookServer.StartAsync(1);
        await beside.AddAsync("/hangs");
        await OneAsync(alone);
        await OneAsync(beside);
        Comparison p99 = await Series.CompareAsync(rounds, _ => OneAsync(beside), _ => OneAsync(alone));
        report.Measured("webhook_p99_beside_hanging_endpoint", p99.Ratio, $"beside {Series.Text(p99.A)} ms; alone {Series.Text(p99.B)} ms");
    }

    static async Task<double> OneAsync(WebhookServer server)
    {
        await server.ClearAsync();
        await server.StartLoopsAsync();
        Dictionary<string, long> stored = [];
        using PeriodicTimer timer = new(Pace);
        for (int i = 0; i < Messages; i++)
        {
            await timer.WaitForNextTickAsync();
            Guid id = (await server.InsertAsync(1))[0];
            stored["evt_" + id.ToString("n")] = Stopwatch.GetTimestamp();
            server.Signal();
        }
        await Eventually.TrueAsync(() => Task.FromResult(server.Arrived.Count == Messages), TimeSpan.FromMinutes(2));
        double p99 = Series.Percentile(stored.Select(one => Math.Max(0, Stopwatch.GetElapsedTime(one.Value, server.Arrived[one.Key]).TotalMilliseconds)), 0.99);
        await server.StopLoopsAsync();
        return p99;
    }
}
