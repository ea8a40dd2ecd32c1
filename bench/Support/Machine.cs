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

    /// <summary>
    /// Processor time that all processes below this one have used, by the name of their program; that of children who ended counts for who waited for them.
    /// Empty where the system has no <c>/proc</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, TimeSpan> OfChildren()
    {
        const double TicksInASecond = 100;
        if (!Directory.Exists("/proc/self")) return new Dictionary<string, TimeSpan>();
        Dictionary<int, (int Parent, string Name, long Ticks)> all = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id)) continue;
            try
            {
                // 2: the name in brackets, which may hold anything; 4 the parent; 14 to 17 the ticks of the process and of its ended children.
                string text = File.ReadAllText(Path.Combine(folder, "stat"));
                int end = text.LastIndexOf(')');
                string[] rest = text[(end + 2)..].Split(' ');
                all[id] = (int.Parse(rest[1], CultureInfo.InvariantCulture), text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end],
                    rest[11..15].Sum(part => long.Parse(part, CultureInfo.InvariantCulture)));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }
        bool IsBelow(int id) => all.TryGetValue(id, out (int Parent, string, long) one) && (one.Parent == Environment.ProcessId || IsBelow(one.Parent));
        return all.Where(one => IsBelow(one.Key)).GroupBy(one => one.Value.Name)
            .ToDictionary(named => named.Key, named => TimeSpan.FromSeconds(named.Sum(one => one.Value.Ticks) / TicksInASecond));
    }
}
