using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>
/// Blocks with events, one every 100 ms, and the indexer running as it does. From the look that saw the block to the committed rows, as its own meter
/// <c>keystone.indexer.step.duration</c> tells it; the look begins before the node is asked, so that the figure is never too small.
/// </summary>
internal static class CommitLatency
{
    public const int Blocks = 600;
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    /// <returns>Milliseconds of each committed block: from the look, and from the node's word that it was mined.</returns>
    public static async Task<(List<double> Seen, List<double> Mined)> MeasureAsync(Database database)
    {
        await using EscrowChain chain = await EscrowChain.EmptyAsync();
        string connectionString = await database.CreateAsync();
        await chain.MineAsync(200);
        List<double> seen = [], mined = [];
        Dictionary<long, long> minedAt = [];
        double read = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name is "keystone.indexer.step.duration" or "keystone.indexer.position") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag is { Key: "kind", Value: "read" }) read = seconds;
                else if (tag is { Key: "kind", Value: "write" }) seen.Add((read + seconds) * 1_000);
            }
        });
        listener.SetMeasurementEventCallback<long>((_, height, _, _) =>
        {
            lock (minedAt)
                if (minedAt.Remove(height, out long at)) mined.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        });
        using IHost host = Mirror.Build(chain, connectionString, "receipts", ("Indexer:PollMilliseconds", "10"));
        await host.StartAsync();
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand position = new("select coalesce(max(number), -1) from chain.position", connection);
        // The first blocks warm the code up and are not counted.
        const int WarmUp = 50;
        long head = await chain.HeadAsync();
        while ((long)(await position.ExecuteScalarAsync())! < head) await Task.Delay(20);
        using PeriodicTimer timer = new(Every);
        for (int block = 0; block < Blocks + WarmUp; block++)
        {
            if (block == WarmUp)
            {
                listener.Start();
                seen.Clear();
            }
            await chain.SendAsync(EscrowChain.Stage(block / EscrowChain.EventsEach, block % EscrowChain.EventsEach));
            await timer.WaitForNextTickAsync();
            lock (minedAt) minedAt[++head] = Stopwatch.GetTimestamp();
            await chain.MineAsync();
        }
        while ((long)(await position.ExecuteScalarAsync())! < head) await Task.Delay(20);
        await host.StopAsync();
        await database.DropAsync(connectionString);
        return (seen, mined);
    }
}
