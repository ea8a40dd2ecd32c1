using System.Globalization;
using Keystone.Bench;
using Keystone.Dev;

namespace Keystone.SystemBench;

/// <summary>Memory of each service without work.</summary>
static class IdleMemory
{
    public const string About = "`VmRSS` of api, indexer and keeper, 60 s after all three were ready, without a settlement and with a block a second; the largest of the three.";

    public static async Task MeasureAsync(Report report, int seconds)
    {
        Console.WriteLine($"idle: {seconds} s without work");
        await using Started started = await Started.StartAsync(settleDepth: 2);
        await started.AskAsync("evm_setIntervalMining", 1);
        await started.StartServicesAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        (string Name, double MiB, double Own)[] sizes = [.. started.File.Services.Select(Resident)];
        string raw = string.Join(", ", sizes.Select(one => $"{one.Name} {Report.Text(one.MiB)} MiB, of which no file {Report.Text(one.Own)}"));
        if (seconds == 60) report.Measured("idle_rss_mib_per_service", sizes.Max(one => one.MiB), raw);
        else report.Skipped("idle_rss_mib_per_service", $"--idle-seconds was not 60: {raw}");
    }

    // The process whose arguments name the service's settings; the shell that holds its leash names them, too, as one argument.
    static (string Name, double MiB, double Own) Resident(DevService service)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
            try
            {
                string[] arguments = File.ReadAllText(Path.Combine(folder, "cmdline")).Split('\0');
                if (!arguments[0].EndsWith("dotnet", StringComparison.Ordinal) || !arguments.Contains(service.SettingsFile)) continue;
                string[] lines = File.ReadAllLines(Path.Combine(folder, "status"));
                double MiB(string field) =>
                    double.Parse(lines.First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..^2].Trim(), CultureInfo.InvariantCulture) / 1024;
                return (service.Name, MiB("VmRSS:"), MiB("RssAnon:"));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        throw new InvalidOperationException($"The process of {service.Name} was not found.");
    }
}
