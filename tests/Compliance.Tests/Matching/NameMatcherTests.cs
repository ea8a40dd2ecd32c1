using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Keystone.Compliance.Tests.Matching;

/// <summary>The matcher on the pairs that were written before it: what it may miss, and how often it may be wrong.</summary>
public sealed class NameMatcherTests(ITestOutputHelper output)
{
    static readonly double Flag = new ScreeningOptions().FlagScore;
    static readonly string[] Exact = ["order", "diacritics", "legal-forms", "punctuation"];

    [Fact]
    public void The_set_has_six_hundred_pairs_of_which_half_are_hard_negatives_in_ten_kinds()
    {
        Assert.True(NamePair.All.Count >= 600);
        Assert.InRange(NamePair.All.Count(pair => pair.IsHit), 300, NamePair.All.Count / 2);
        Assert.Equal(10, NamePair.All.Where(pair => pair.IsHit).Select(pair => pair.Kind).Distinct().Count());
        Assert.Equal(["company-words", "shared-first-name", "shared-surname", "short-names"],
            NamePair.All.Where(pair => !pair.IsHit).Select(pair => pair.Kind).Distinct().Order());
        Assert.Equal(NamePair.All.Count, NamePair.All.Select(pair => pair.Id).Distinct().Count());
        Assert.InRange(NamePair.All.Count(pair => pair.IsHidden), NamePair.All.Count / 4, NamePair.All.Count * 2 / 5);
    }

    [Fact]
    public void Every_pair_of_an_exact_kind_is_found() =>
        Assert.Empty(NamePair.All.Where(pair => pair.IsHit && Exact.Contains(pair.Kind) && pair.Score < Flag).Select(Line));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Recall_and_precision_at_the_flag_threshold(bool hidden)
    {
        NamePair[] pairs = [.. NamePair.All.Where(pair => pair.IsHidden == hidden)];
        StringBuilder table = new();
        foreach (IGrouping<string, NamePair> kind in pairs.GroupBy(pair => pair.Kind))
            table.AppendLine(CultureInfo.InvariantCulture, $"{kind.Key,-20}{kind.Count(pair => pair.Score >= Flag == pair.IsHit),4} of {kind.Count()} right");
        int found = pairs.Count(pair => pair.IsHit && pair.Score >= Flag), wrong = pairs.Count(pair => !pair.IsHit && pair.Score >= Flag), all = pairs.Count(pair => pair.IsHit);
        double recall = (double)found / all, precision = (double)found / (found + wrong);
        table.AppendLine(CultureInfo.InvariantCulture, $"recall {recall:F3} ({found} of {all}), precision {precision:F3} ({wrong} wrong)");
        // The hidden third is counted and not listed: nobody is to choose a table by it.
        if (!hidden)
            foreach (NamePair pair in pairs.Where(pair => pair.Score >= Flag != pair.IsHit)) table.AppendLine(Line(pair));
        output.WriteLine(table.ToString());
        Assert.True(recall >= 0.95, table.ToString());
        Assert.True(precision >= 0.80, table.ToString());
    }

    static string Line(NamePair pair) => string.Create(CultureInfo.InvariantCulture, $"{pair.Id}  {pair.Asked} | {pair.Listed}  {pair.Score:F3}");
}
