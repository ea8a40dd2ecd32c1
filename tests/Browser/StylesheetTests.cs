using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Keystone.Dashboard.Assets;
using Keystone.Dev.Servers;

namespace Keystone.Browser;

/// <summary>The stylesheet and the pages as written: contrasts by WCAG 2, sizes, and what the policy forbids.</summary>
public sealed partial class StylesheetTests
{
    static readonly string Css = Encoding.UTF8.GetString(EmbeddedAssets.Bytes("dashboard.css").Span);

    static readonly string[] Families =
        ["instructed", "confirmation", "compliance", "review", "cleared", "registering", "deposits", "swap", "settled", "final", "unwinding", "blocked", "ended", "stopped"];

    [Theory]
    [InlineData(":root {")]
    [InlineData(":root[data-theme=\"dark\"] {")]
    public void Words_and_marks_stand_out_from_what_is_behind_them(string theme)
    {
        Dictionary<string, double> colours = Colours(theme);
        List<string> faint = [];
        foreach (string family in Families)
        {
            Least(4.5, family, family + "-tint");
            Least(3, family + "-mark", "surface");
        }
        foreach (string ground in (string[])["page", "surface", "raised", "sunken", "selected", "code"])
            foreach (string word in (string[])["text", "muted"])
                Least(4.5, word, ground);
        foreach ((string word, string ground, double least) in ((string, string, double)[])
            [("faint", "page", 4.5), ("faint", "surface", 4.5), ("accent", "page", 4.5), ("accent", "surface", 4.5), ("on-accent", "accent", 4.5), ("danger", "surface", 4.5), ("on-danger", "danger", 4.5),
             ("control", "surface", 3), ("control", "page", 3), ("band-text", "band", 4.5), ("accent", "selected", 4.5)])
            Least(least, word, ground);
        Assert.True(faint.Count == 0, string.Join('\n', faint));

        void Least(double ratio, string front, string back)
        {
            double a = colours[front], b = colours[back], share = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
            if (share < ratio) faint.Add(string.Create(CultureInfo.InvariantCulture, $"{theme} {front} on {back}: {share:0.00}, needs {ratio}"));
        }
    }

    [Fact]
    public void Dark_by_choice_and_dark_by_the_system_are_the_same() => Assert.Equal(Colours(":root[data-theme=\"dark\"] {"), Colours(":root[data-theme=\"auto\"] {"));

    [Fact]
    public void Nothing_is_written_that_the_policy_forbids()
    {
        List<string> found = [];
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(NativeTool.RepositoryRoot, "src", "Dashboard"), "*.razor", SearchOption.AllDirectories)];
        Assert.True(files.Length > 30);
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            foreach (string forbidden in (string[])[" style=\"", "<style", "<Virtualize", "<ImportMap", "javascript:", "MarkupString"])
                if (text.Contains(forbidden, StringComparison.Ordinal)) found.Add($"{Path.GetFileName(file)}: {forbidden}");
            if (InlineScript().IsMatch(text)) found.Add($"{Path.GetFileName(file)}: a script without src");
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void It_is_small_and_asks_nothing_of_the_outside()
    {
        Assert.InRange(EmbeddedAssets.Bytes("dashboard.css").Length, 1, 31 * 1024);
        Assert.InRange(EmbeddedAssets.Bytes("dashboard.js").Length + EmbeddedAssets.Bytes("start.js").Length, 1, 12 * 1024);
        Assert.InRange(EmbeddedAssets.Bytes("blazor.web.js").Length, 100_000, 400_000);
        Assert.DoesNotContain("://", Css, StringComparison.Ordinal);
    }

    static Dictionary<string, double> Colours(string theme)
    {
        int from = Css.IndexOf(theme, StringComparison.Ordinal);
        Assert.True(from >= 0, theme);
        string block = Css[from..Css.IndexOf('}', from)];
        return Token().Matches(block).ToDictionary(token => token.Groups["name"].Value, token => Luminance(token.Groups["hex"].Value));
    }

    // WCAG 2, relative luminance.
    static double Luminance(string hex) => new[] { (0, 0.2126), (2, 0.7152), (4, 0.0722) }.Sum(part =>
    {
        double value = int.Parse(hex.AsSpan(part.Item1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return part.Item2 * (value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4));
    });

    [GeneratedRegex("--(?<name>[a-z-]+): #(?<hex>[0-9A-Fa-f]{6});")]
    private static partial Regex Token();

    [GeneratedRegex("<script(?![^>]*src=)")]
    private static partial Regex InlineScript();
}
