using System.Diagnostics;
using System.Globalization;
using Keystone.Bench;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;

namespace Keystone.ApiBench;

/// <summary>A name is looked for in a hundred thousand entries, by the index and by comparing with every name.</summary>
static class Screening
{
    const int Entries = 100_000, Indexed = 200, Scanned = 10;
    const double Threshold = 0.80;

    public const string About = """
        one name is compared with 100,000 invented entries that have two names on average, by the index of the product and by scoring every name with the same matcher. A quarter of the
        names each: as listed, with one slip, with two slips and turned round, and unrelated. Both have to give the same hits. A figure is the mean of 10 names of a round; the ratio
        is scan to index.
        """;

    static readonly string[] Syllables = ["ba", "ve", "kor", "mi", "tes", "ran", "dul", "sha", "lin", "qua", "zor", "pel", "han", "gri", "mov", "tar", "yus", "ol", "ked", "fan", "nor", "ish", "bur", "ga"];
    static readonly string[] Common = ["trading", "company", "ltd", "international", "group", "al", "bin", "bank", "shipping", "holding"];

    public static async Task MeasureAsync(Report report, int rounds)
    {
        Console.WriteLine($"screening: {Entries:#,##0} entries");
        Random chance = new(20_261_130);
        string[] words = [.. Enumerable.Range(0, 60_000).Select(_ => string.Concat(Enumerable.Range(0, chance.Next(2, 4)).Select(_ => Syllables[chance.Next(Syllables.Length)])))];
        ListEntry[] entries = [.. Enumerable.Range(0, Entries).Select(at => new ListEntry(at.ToString(CultureInfo.InvariantCulture), ListedKind.Unknown,
            [.. Enumerable.Range(0, 1 + chance.Next(3)).Select(_ => new ListName(Name(words, chance), chance.Next(10) == 0))], [], [], [], [], []))];
        Stopwatch clock = Stopwatch.StartNew();
        NameIndex index = new(entries);
        double built = clock.Elapsed.TotalSeconds;
        NameForm[] asked = [.. Enumerable.Range(0, Indexed).Select(at => NameForm.Of(Asked(at, entries, words, chance)))];
        NameForm[] scanned = [.. asked.Take(Scanned * 4).Chunk(4).Select((four, at) => four[at % 4])];
        foreach (NameForm name in scanned)
            if (!index.Scan(name, Threshold).SequenceEqual(index.Find(name, Threshold))) throw new InvalidOperationException("The index does not give the hits of the scan.");
        Comparison compared = await Series.CompareAsync(rounds, _ => TimeAsync(scanned, index.Scan), _ => TimeAsync(scanned, index.Find));
        double[] each = [.. asked.Select(name => Time(name, index.Find))];
        report.Measured("screen_names_vs_linear_scan", compared.Ratio, $"scan {Series.Text(compared.A)} ms, index {Series.Text(compared.B)} ms, {index.Count:#,##0} names, index built in {Report.Text(built)} s; "
            + $"index over {Indexed} names: median {Report.Text(Series.Median(each))} ms, 95 % below {Report.Text(Series.Percentile(each, 0.95))} ms");
    }

    // The commonest words stand in many names, as on real lists.
    static string Name(string[] words, Random chance) => string.Join(' ', Enumerable.Range(0, 2 + chance.Next(3))
        .Select(_ => chance.Next(6) == 0 ? Common[chance.Next(Common.Length)] : words[(int)(words.Length * Math.Pow(chance.NextDouble(), 3))]));

    static string Asked(int at, ListEntry[] entries, string[] words, Random chance)
    {
        if (at % 4 == 3) return Name([.. words.Select(word => word + "xq")], chance);
        string name = entries[chance.Next(entries.Length)].Names[0].Text;
        for (int slips = at % 4; slips > 0 && name.Length > 4; slips--)
        {
            int place = 1 + chance.Next(name.Length - 2);
            name = name[..place] + (char)('a' + chance.Next(26)) + name[(place + 1)..];
        }
        return at % 4 == 2 ? string.Join(' ', name.Split(' ').Reverse()) : name;
    }

    static Task<double> TimeAsync(NameForm[] names, Func<NameForm, double, IReadOnlyList<NameHit>> find) => Task.FromResult(names.Average(name => Time(name, find)));

    static double Time(NameForm name, Func<NameForm, double, IReadOnlyList<NameHit>> find)
    {
        long start = Stopwatch.GetTimestamp();
        find(name, Threshold);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
