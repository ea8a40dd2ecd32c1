using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Keystone.Dev.Servers;
using Npgsql;

namespace Keystone.IndexerBench;

/// <summary>ponder from npm, at pinned versions, in a folder of its own. Its app writes one row for each event and folds nothing.</summary>
internal sealed class Ponder
{
    const string Version = "0.16.10";
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    readonly string _folder;

    Ponder(string folder) => _folder = folder;

    /// <summary>Resident memory at its largest, of the last run, in MiB.</summary>
    public double PeakMemory { get; private set; }

    /// <summary>What it says about its run, of the last run.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>Installed, or the reason why not.</summary>
    public static async Task<(Ponder? Ponder, string? Reason)> InstallAsync()
    {
        string source = Path.Combine(NativeTool.RepositoryRoot, "bench/indexer/ponder");
        string folder = Path.Combine(NativeTool.RepositoryRoot, "artifacts/bench/npm/ponder");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
        string installed = Path.Combine(folder, "node_modules/ponder/package.json");
        if (!File.Exists(installed) || !(await File.ReadAllTextAsync(installed)).Contains($"\"version\": \"{Version}\"", StringComparison.Ordinal))
        {
            Console.WriteLine($"   installing ponder {Version} by npm, once");
            ProcessStartInfo start = new("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
            { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
            using Process npm = Process.Start(start)!;
            Task<string> said = npm.StandardOutput.ReadToEndAsync(), complained = npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            await said;
            if (npm.ExitCode != 0)
                return (null, $"npm ci of ponder {Version} ended with {npm.ExitCode}: {(await complained).Split('\n').FirstOrDefault(line => line.StartsWith("npm error", StringComparison.Ordinal))}");
        }
        return (new Ponder(folder), null);
    }

    /// <summary>Settings of a run, for the record.</summary>
    public static string Settings =>
        $"ponder {Version} (npm, versions of all dependencies pinned), `ponder start`, a new schema in a new database each time, all settings as delivered: "
        + "getLogs ranges and request rate found by itself, finality 30 blocks, pool of 30 connections, in-memory ordering; app: one insert for each event.";

    /// <summary>The time from the start of its backfill to its end, as its own log tells it.</summary>
    public async Task<TimeSpan> MeasureAsync(EscrowChain chain, string connectionString, long last, long events)
    {
        NpgsqlConnectionStringBuilder address = new(connectionString);
        Dictionary<string, string> environment = new()
        {
            ["BENCH_DATABASE"] = $"postgresql://{address.Username}:{address.Password}@{address.Host}:{address.Port}/{address.Database}",
            ["BENCH_RPC"] = chain.Url.ToString(),
            ["BENCH_ESCROW"] = chain.Escrow.ToString(),
            ["BENCH_END"] = last.ToString(CultureInfo.InvariantCulture),
            ["PONDER_TELEMETRY_DISABLED"] = "1",
            ["NODE_ENV"] = "production",
        };
        List<string> words = [];
        ProcessStartInfo info = new("node",
            ["node_modules/ponder/dist/esm/bin/ponder.js", "start", "--schema", "bench", "--hostname", "127.0.0.1", "--port", FreePort(), "--log-format", "json"])
        { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment) info.Environment[name] = value;
        using Process node = Process.Start(info)!;
        TaskCompletionSource<TimeSpan> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long began = 0;
        node.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null)
            {
                done.TrySetException(new InvalidOperationException($"ponder ended: {string.Join('\n', words.TakeLast(5))}"));
                return;
            }
            words.Add(e.Data);
            // The first thing that it says about the chain's content.
            if (began == 0 && e.Data.Contains("Started fetching backfill", StringComparison.Ordinal)) began = Stopwatch.GetTimestamp();
            if (e.Data.Contains("\"Completed indexing", StringComparison.Ordinal)) done.TrySetResult(Stopwatch.GetElapsedTime(began));
        };
        node.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is { Length: > 0 }) words.Add(e.Data);
        };
        node.BeginOutputReadLine();
        node.BeginErrorReadLine();
        try
        {
            TimeSpan elapsed = await done.Task.WaitAsync(Longest);
            PeakMemory = Memory.PeakOf(node.Id);
            Words = words;
            await Mirror.RequireAsync(connectionString, "select count(*) from bench.event", events);
            return elapsed;
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync();
        }
    }

    /// <summary>The lines of its log that tell of its own settings and times.</summary>
    public IEnumerable<string> Reported()
    {
        foreach (string line in Words)
        {
            if (!line.StartsWith('{')) continue;
            using JsonDocument json = JsonDocument.Parse(line);
            if (json.RootElement.TryGetProperty("msg", out JsonElement message)) yield return message.GetString()!;
        }
    }

    static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
