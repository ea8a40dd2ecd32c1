using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>
/// Names do not contain the words that docs/glossary.md lists as dropped, but for the names that it lists with their common meaning. Names are: files, types and
/// members of src, types of tests and bench, identifiers of the migrations, metrics, settings. Log events are methods, and so members.
/// </summary>
public sealed partial class GlossaryTests
{
    static readonly string Glossary = File.ReadAllText(Path.Combine(Sources.Root, "docs", "glossary.md"));

    static readonly HashSet<string> Dropped =
        [.. Rows("Dropped words").SelectMany(row => row[0].Split(", ")).Where(word => word is not "word")];

    static readonly string[] Exceptions = [.. Rows("Names in which such a word has its common meaning").Select(row => row[0]).Where(name => name is not "name")];

    [Fact]
    public void The_glossary_lists_dropped_words_and_exceptions()
    {
        Assert.Superset(new HashSet<string>(["desk", "slot", "parcel", "offer", "told", "standing", "dear"]), Dropped);
        Assert.Contains("StorageSlot", Exceptions);
    }

    [Fact]
    public void No_name_contains_a_dropped_word() =>
        Sources.None(Names().Select(one => (one.Where, one.Name, Word: DroppedWordOf(one.Name))).Where(one => one.Word is not null)
            .Select(one => $"{one.Where} {one.Name}: {one.Word}").Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Each_exception_is_a_name_that_exists()
    {
        string[][] names = [.. Names().Select(one => WordsOf(one.Name).Select(Singular).ToArray()).Where(words => words.Length > 0)];
        Sources.None(Exceptions.Where(exception =>
        {
            string[] words = [.. WordsOf(exception).Select(Singular)];
            return !names.Any(name => name.AsSpan().IndexOf(words) >= 0);
        }));
    }

    /// <summary>A planted name is found, whatever kind it is of.</summary>
    [Theory]
    [InlineData("DeskOptions", "desk")]
    [InlineData("transactions.slot", "slot")]
    [InlineData("told_legs", "told")]
    [InlineData("keystone.desk.offers", "desk")]
    [InlineData("LookAtDeadlines", "look")]
    [InlineData("Desk:SlotGas", "desk")]
    [InlineData("Transactions:SlotGas", "slot")]
    [InlineData("FirstSlot", "slot")]
    [InlineData("NewStorageSlots", null)]
    [InlineData("OfferedAsync", null)]
    [InlineData("Lookup", null)]
    [InlineData("Outstanding", null)]
    [InlineData("Slot", null)]
    public void A_planted_name_is_found(string name, string? word) => Assert.Equal(word, DroppedWordOf(name));

    [Fact]
    public void Names_of_each_kind_are_seen()
    {
        string[] kinds = [.. Names().Select(one => one.Where).Distinct()];
        Assert.Equal(["file", "member", "metric", "setting", "sql", "type"], kinds.Order(StringComparer.Ordinal));
        Assert.Contains(("member", "Filling"), Names()); // a log event
        Assert.Contains(("sql", "nonce_intent"), Names());
        Assert.Contains(("metric", "keystone.transactions.broadcasts"), Names());
        Assert.Contains(("setting", "Transactions:MaxGas"), Names());
    }

    static string? DroppedWordOf(string name)
    {
        string[] words = [.. WordsOf(name)], singular = [.. words.Select(Singular)];
        foreach (string exception in Exceptions)
        {
            string[] allowed = [.. WordsOf(exception).Select(Singular)];
            // An exception of one word is for that very name; one of several words, for these words beside each other.
            if (allowed.Length == 1 && words.Length > 1) continue;
            for (int at; (at = singular.AsSpan().IndexOf(allowed)) >= 0;) singular.AsSpan(at, allowed.Length).Fill("");
        }
        return words.Where((word, i) => singular[i].Length > 0 && Dropped.Contains(word)).FirstOrDefault();
    }

#pragma warning disable CA1308 // words in prose are lower case
    static IEnumerable<string> WordsOf(string name) => Word().Matches(name).Select(match => match.Value.ToLowerInvariant());
#pragma warning restore CA1308

    static string Singular(string word) => word.Length > 1 && word[^1] == 's' ? word[..^1] : word;

    static IEnumerable<(string Where, string Name)> Names()
    {
        foreach ((string path, string text) in Sources.Code("src", "tests", "bench"))
        {
            yield return ("file", Path.GetFileNameWithoutExtension(path));
            foreach (Match type in Type().Matches(text)) yield return ("type", type.Groups["name"].Value);
        }
        foreach (string project in Sources.Projects("src"))
        {
            string assembly = Sources.AssemblyOf(Path.GetFileNameWithoutExtension(project));
            foreach (string name in Metadata.OwnNames(assembly)) yield return ("member", name);
            foreach (string text in Metadata.Texts(assembly))
                if (Metric().IsMatch(text)) yield return ("metric", text);
        }
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Sources.Root, "src"), "*.sql", SearchOption.AllDirectories))
            if (!Built().IsMatch(file))
                foreach (Match identifier in Identifier().Matches(NotCode().Replace(File.ReadAllText(file), " "))) yield return ("sql", identifier.Value);
        foreach (Match setting in Setting().Matches(File.ReadAllText(Path.Combine(Sources.Root, "docs", "settings.md")))) yield return ("setting", setting.Groups["name"].Value);
    }

    static IEnumerable<string[]> Rows(string heading)
    {
        int from = Glossary.IndexOf($"## {heading}", StringComparison.Ordinal);
        Assert.True(from >= 0, $"docs/glossary.md has no section \"{heading}\".");
        int to = Glossary.IndexOf("\n## ", from + 3, StringComparison.Ordinal);
        return (to < 0 ? Glossary[from..] : Glossary[from..to]).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "));
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?(?<name>[A-Z]\w+)")]
    private static partial Regex Type();

    [GeneratedRegex(@"^keystone\.[a-z][a-z.]+$")]
    private static partial Regex Metric();

    [GeneratedRegex(@"[a-z_]{2,}")]
    private static partial Regex Identifier();

    // Comments, and texts.
    [GeneratedRegex(@"--[^\n]*|'[^']*'")]
    private static partial Regex NotCode();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();

    [GeneratedRegex(@"^\| `(?<name>[A-Z][\w:]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
