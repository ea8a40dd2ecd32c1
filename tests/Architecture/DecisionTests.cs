using System.Globalization;
using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>Decision pages have one form: docs/decisions/README.md describes it.</summary>
public sealed partial class DecisionTests
{
    static readonly string[] First = ["Context", "Choice", "Rejected options"];

    [Fact]
    public void Each_page_has_the_same_form()
    {
        string[] pages = Directory.GetFiles(Path.Combine(Sources.Root, "docs", "decisions"), "*.md");
        Assert.True(pages.Length > 20, "The pages were not found.");
        Sources.None(pages.Where(page => Path.GetFileName(page) != "README.md").Order(StringComparer.Ordinal)
            .SelectMany(page => Faults(Path.GetFileName(page), File.ReadAllText(page))));
    }

    [Fact]
    public void No_number_is_used_twice() => Sources.None(Directory.GetFiles(Path.Combine(Sources.Root, "docs", "decisions"), "0*.md")
        .GroupBy(page => Path.GetFileName(page)[..4]).Where(pages => pages.Count() > 1)
        .Select(pages => $"{pages.Key}: {string.Join(", ", pages.Select(Path.GetFileName))}"));

    [Theory]
    [InlineData("0007-x.md", "# 7. X\n\n## Context\n\na\n\n## Choice\n\nb\n\n## Rejected options\n\nc\n\n## Cost\n\nd\n", "")]
    [InlineData("0007-x.md", "# X\n\n## Context\n\na\n\n## Choice\n\nb\n\n## Rejected options\n\nc\n", "0007-x.md: the first line is not \"# 7. Title\"")]
    [InlineData("0007-x.md", "# 7. X\n\n## Choice\n\nb\n\n## Context\n\na\n", "0007-x.md: its first sections are Choice, Context, not Context, Choice, Rejected options")]
    [InlineData("0007-x.md", "# 7. X\n\n**Context.** a\n", "0007-x.md: its first sections are none, not Context, Choice, Rejected options")]
    [InlineData("0007-x.md", "# 7. X\n\n## Context\n\n## Choice\n\nb\n\n## Rejected options\n\nc\n", "0007-x.md: \"Context\" is empty")]
    [InlineData("x.md", "", "x.md: the name is not NNNN-words.md")]
    public void A_page_of_another_form_is_named(string name, string text, string fault) => Assert.Equal(fault, string.Join('\n', Faults(name, text)));

    static IEnumerable<string> Faults(string name, string text)
    {
        if (!Name().IsMatch(name))
        {
            yield return $"{name}: the name is not NNNN-words.md";
            yield break;
        }
        int number = int.Parse(name[..4], CultureInfo.InvariantCulture);
        if (!Regex.IsMatch(text, $@"\A# {number}\. \S")) yield return $"{name}: the first line is not \"# {number}. Title\"";
        Match[] sections = [.. Section().Matches(text).Cast<Match>()];
        string[] titles = [.. sections.Select(section => section.Groups["title"].Value)];
        if (!titles.Take(3).SequenceEqual(First))
            yield return $"{name}: its first sections are {(titles.Length == 0 ? "none" : string.Join(", ", titles.Take(3)))}, not {string.Join(", ", First)}";
        foreach (Match section in sections.Where(section => string.IsNullOrWhiteSpace(section.Groups["body"].Value)))
            yield return $"{name}: \"{section.Groups["title"].Value}\" is empty";
    }

    [GeneratedRegex(@"^\d{4}-[a-z0-9-]+\.md$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^## (?<title>.+)\n(?<body>(?:(?!## ).*(?:\n|\z))*)", RegexOptions.Multiline)]
    private static partial Regex Section();
}
