using System.Diagnostics;
using System.Globalization;
using Keystone.Dev.Servers;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>The executable of the indexer as a child process, at the default proof level, over the whole chain.</summary>
internal static class Memory
{
    /// <summary>Largest resident memory of the process so far, MiB: VmHWM.</summary>
    public static double PeakOf(int process)
    {
        string line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status")).First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    public static async Task<double> MeasureAsync(EscrowChain chain, string connectionString, long events)
    {
        string[] arguments = [.. Mirror.Settings(chain, connectionString, "receipts").Append((Key: "Management:Url", Value: "http://127.0.0.1:0")).Select(pair => $"--{pair.Key}={pair.Value}")];
        // The shell names its id and becomes the program.
        await using Leash leash = Leash.Start("/bin/sh", ["-c", "echo pid $$; exec \"$0\" \"$@\"", Path.Combine(AppContext.BaseDirectory, "Keystone.Indexer"), .. arguments]);
        string id = (await leash.WaitForLineAsync(line => line.StartsWith("pid ", StringComparison.Ordinal), TimeSpan.FromSeconds(30), CancellationToken.None))[4..];
        long head = await chain.HeadAsync();
        long start = Stopwatch.GetTimestamp();
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand position = new("select coalesce(max(number), -1) from chain.position", connection);
        while ((long)(await position.ExecuteScalarAsync())! < head)
        {
            if (!leash.IsRunning || Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(3)) throw new InvalidOperationException($"The indexer does not come to its end: {leash.LastOutput}");
            await Task.Delay(50);
        }
        await Mirror.RequireAsync(connectionString, "select count(*) from chain.log", events);
        return PeakOf(int.Parse(id, CultureInfo.InvariantCulture));
    }
}
