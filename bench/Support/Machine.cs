using System.Diagnostics;
using System.Globalization;

namespace Keystone.Bench;

/// <summary>What a figure was measured on.</summary>
public static class Machine
{
    /// <summary>Average number of runnable processes in the last minute.</summary>
    public static double Load() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>Cores, processor and runtime.</summary>
    public static string Describe()
    {
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        return $"{Environment.ProcessorCount} cores ({model}), .NET {Environment.Version}";
    }

    /// <summary>Runs something and says how long it took, and the processor time of this process in it.</summary>
    public static async Task<(TimeSpan Elapsed, TimeSpan Processor)> TimeAsync(Func<Task> work)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await work().ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        self.Refresh();
        return (elapsed, self.TotalProcessorTime - before);
    }
}
