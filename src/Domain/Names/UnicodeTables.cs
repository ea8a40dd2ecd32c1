using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Keystone.Domain.Names;

/// <summary>
/// Unicode data that the framework does not offer: full case folding, default ignorable code points and confusables. The tables are embedded text, made by
/// <c>scripts/lib/unicode-tables.mjs</c>; the first line of each names its Unicode version.
/// </summary>
internal static class UnicodeTables
{
    static readonly Lazy<FrozenDictionary<int, string>> Folded = new(() => Map("casefolding.txt"));

    static readonly Lazy<FrozenDictionary<int, string>> Prototypes = new(() => Map("confusables.txt"));

    static readonly Lazy<(int First, int Last)[]> Ignorable = new(() => [.. Lines("ignorable.txt").Select(line => (Point(line[0]), Point(line[1])))]);

    /// <summary>The full case folding of a code point; null when it folds to itself.</summary>
    public static string? CaseFolding(Rune rune) => Folded.Value.GetValueOrDefault(rune.Value);

    /// <summary>What a code point looks like (UTS 39); null when it stands for itself.</summary>
    public static string? Prototype(Rune rune) => Prototypes.Value.GetValueOrDefault(rune.Value);

    /// <summary>True for code points that are displayed as nothing.</summary>
    public static bool IsIgnorable(Rune rune) => Array.Exists(Ignorable.Value, range => rune.Value >= range.First && rune.Value <= range.Last);

    static FrozenDictionary<int, string> Map(string table) => Lines(table).ToFrozenDictionary(
        line => Point(line[0]), line => string.Concat(line[1].Split(' ').Select(point => char.ConvertFromUtf32(Point(point)))));

    static IEnumerable<string[]> Lines(string table)
    {
        using Stream stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("Keystone.Domain.Names.Tables." + table)
            ?? throw new InvalidOperationException($"The table {table} is not embedded.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        string text = reader.ReadToEnd();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split(';')).ToArray();
    }

    static int Point(string hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
