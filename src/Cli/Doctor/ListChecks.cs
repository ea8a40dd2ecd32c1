using System.Globalization;
using Keystone.Compliance;
using Keystone.Compliance.Lists;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Keystone.Cli.Doctor;

/// <summary>Whether the lists that parties are screened by can be read and are new enough: without one of them nobody is cleared.</summary>
internal sealed class ListChecks(IServiceProvider services)
{
    public Task<IEnumerable<Verdict>> RunAsync(string name, CancellationToken cancellationToken)
    {
        ScreeningOptions options = services.GetRequiredService<IOptions<ScreeningOptions>>().Value;
        DateTimeOffset now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        List<Verdict> verdicts = [DenyListOf(name, options, now)];
        foreach (ListOptions list in options.Lists)
        {
            cancellationToken.ThrowIfCancellationRequested();
            verdicts.Add(Published(name, list, now));
        }
        return Task.FromResult<IEnumerable<Verdict>>(verdicts);
    }

    static Verdict DenyListOf(string name, ScreeningOptions options, DateTimeOffset now)
    {
        try
        {
            DenyList list = DenyList.Parse(File.ReadAllBytes(options.DenyList));
            return Age(name, "The deny list", options.MaxAgeHours, File.GetLastWriteTimeUtc(options.DenyList), now, list.Count);
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            return Verdict.Fault(name, $"The deny list cannot be used: {fault.Message}", "Correct the file that Screening:DenyList names.");
        }
    }

    static Verdict Published(string name, ListOptions options, DateTimeOffset now)
    {
        try
        {
            LoadedFile loaded = ListFile.Load(options.File, options.Format, options.MaxBytes);
            return Age(name, $"The list {options.Name}", options.MaxAgeHours, loaded.WrittenAt, now, loaded.List.Entries.Count);
        }
        catch (Exception fault) when (fault is ListFileException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return Verdict.Fault(name, $"The list {options.Name} cannot be used: {fault.Message}", "Fetch the file again; see docs/operations/compliance.md.");
        }
    }

    static Verdict Age(string name, string list, int most, DateTimeOffset written, DateTimeOffset now, int entries)
    {
        double hours = (now - written).TotalHours;
        return most > 0 && hours > most
            ? Verdict.Fault(name, string.Create(CultureInfo.InvariantCulture, $"{list} was written {hours:0} hours ago, and {most} are allowed: nobody is cleared."), "Fetch it again, or touch the file when it is still the current one.")
            : Verdict.Ok(name, string.Create(CultureInfo.InvariantCulture, $"{list} has {entries} entries and was written {hours:0.0} hours ago."));
    }
}
