using System.Text.RegularExpressions;

namespace Keystone.Architecture;

/// <summary>Every failure class names tests that there are.</summary>
public sealed partial class FailureClassTests
{
    static readonly string Table = File.ReadAllText(Path.Combine(Sources.Root, "docs", "failure-classes.md"));

    [Fact]
    public void Each_named_test_exists()
    {
        HashSet<string> tests = [.. Directory.EnumerateFiles(Path.Combine(Sources.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Test().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileNameWithoutExtension(file)}.{match.Groups["name"].Value}"))];
        string[] named = [.. Named().Matches(Table).Select(match => match.Groups["name"].Value)];
        Assert.True(named.Length > 20, "The table names no tests.");
        Sources.None(named.Where(name => !tests.Contains(name)));
    }

    [Fact]
    public void Each_row_names_a_test() => Sources.None(Row().Matches(Table).Select(match => match.Value)
        .Where(row => char.IsAsciiDigit(row[2]) && !Named().IsMatch(row)));

    [GeneratedRegex(@"\[(Fact|Theory)\w*[\](].*?\bpublic (async )?(Task|void) (?<name>\w+)\(", RegexOptions.Singleline)]
    private static partial Regex Test();

    [GeneratedRegex(@"`(?<name>\w+Tests\.\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| .*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
