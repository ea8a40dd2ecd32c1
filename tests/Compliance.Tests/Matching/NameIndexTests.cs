using CsCheck;
using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;

namespace Keystone.Compliance.Tests.Matching;

/// <summary>The index gives what comparing with every name gives.</summary>
public sealed class NameIndexTests
{
    static readonly double Flag = new ScreeningOptions().FlagScore;

    static readonly string[] Words =
    [
        "borimir", "testovsky", "anton", "velkov", "lea", "marn", "al", "qadran", "yusuf", "bin", "said", "orlana", "trading", "company", "ltd", "llc", "fund", "ii", "iii", "17", "bank", "of", "kim", "bo", "ryul",
        "robert", "bob", "د", "يوسف", "القدران", "тестовский", "张", "伟", "b", "a", "kestrelin", "kestrel", "international", "intl", "shipping", "abd", "el", "rahman", "dr", "jsc",
    ];

    static readonly Gen<string> Edited = Gen.Select(Gen.Int[0, Words.Length - 1].Select(at => Words[at]), Gen.Int[0, 7], Gen.Int[0, 20], Gen.Char['a', 'z'], Edit);

    static readonly Gen<string> Name = Gen.Select(Edited.Array[1, 5], Gen.Int[0, 5], (words, at) => Joined(words, at));

    [Fact]
    public void An_index_finds_what_a_comparison_with_every_name_finds() => Gen.Select(Name.Array[1, 40], Name).Sample((listed, asked) =>
    {
        NameIndex index = new([.. listed.Select((name, at) => Entry(at, name, at % 7 == 0))]);
        NameForm query = NameForm.Of(asked);
        foreach (double threshold in (double[])[Flag, 0.7, 0.95])
            if (!index.Scan(query, threshold).SequenceEqual(index.Find(query, threshold))) return false;
        return true;
    }, iter: 1_500);

    [Fact]
    public void Every_hit_of_the_set_is_found_in_an_index_of_all_its_names()
    {
        NamePair[] hits = [.. NamePair.All.Where(pair => pair.IsHit)];
        NameIndex index = new([.. hits.Select((pair, at) => Entry(at, pair.Listed, false))]);
        foreach (NamePair pair in hits)
        {
            NameForm query = NameForm.Of(pair.Asked);
            Assert.Equal(index.Scan(query, Flag), index.Find(query, Flag));
        }
    }

    [Fact]
    public void A_name_without_letters_is_like_nobody_and_a_long_one_is_cut()
    {
        NameIndex index = new([Entry(0, "Borimir TESTOVSKY", false)]);
        Assert.Empty(index.Find(NameForm.Of("?! ---"), Flag));
        Assert.Empty(index.Find(NameForm.Of(string.Join(' ', Enumerable.Repeat("Borimir", 500))), Flag));
    }

    [Fact]
    public void A_weak_alias_scores_below_a_strong_name_and_still_flags()
    {
        NameIndex index = new([new ListEntry("1", ListedKind.Person, [new ListName("Bobo Tarnov", true)], [], [], [], [], [])]);
        NameHit hit = Assert.Single(index.Find(NameForm.Of("Bobo Tarnov"), Flag));
        Assert.Equal(NameMatcher.WeakCap, hit.Score);
    }

    [Theory]
    [InlineData(1999, "CA")]
    [InlineData(1999, null)]
    [InlineData(null, "CA")]
    [InlineData(1961, "BG")]
    [InlineData(1962, null)]
    public void What_both_sides_have_beside_the_name_only_lowers_a_score_and_never_below_the_flag_of_an_equal_name(int? year, string? country)
    {
        ListEntry entry = new("1", ListedKind.Person, [new ListName("Anton VELKOV", false)], ["BG"], [new BirthYears(1961, 1961)], [], [], []);
        foreach (double score in (double[])[0.80, 0.85, 0.92, 1.0])
        {
            ScreeningSubject subject = new(Guid.Empty, Keystone.Domain.Engine.ScreeningLayer.Entity, "Anton Velkov", null, [], 1) { BirthYear = year, Country = country };
            double lowered = Qualifiers.Lower(score, Flag, subject, entry);
            Assert.True(lowered <= score);
            if (year is 1961 or 1962 || (year is null && country == "BG")) Assert.Equal(score, lowered);
            else Assert.True(lowered < score);
            if (score == 1.0) Assert.True(lowered >= Flag);
        }
    }

    static string Edit(string word, int kind, int at, char letter)
    {
        if (word.Length < 2) return word;
        int i = at % (word.Length - 1);
        return kind switch
        {
            0 => word.Remove(i, 1),
            1 => word.Insert(i, letter.ToString()),
            2 => word[..i] + letter + word[(i + 1)..],
            3 => word[..i] + word[i + 1] + word[i] + word[(i + 2)..],
            4 when word.Length > 4 => word.Insert(i + 1, " "),
            5 when word.Length > 5 => word.Remove(i, 1).Insert((i + 3) % (word.Length - 1), letter.ToString()),
            _ => word,
        };
    }

    static string Joined(string[] words, int at) =>
        at + 1 < words.Length ? string.Join(' ', words[..at].Append(words[at] + words[at + 1]).Concat(words[(at + 2)..])) : string.Join(' ', words);

    static ListEntry Entry(int at, string name, bool isWeak) => new(at.ToString(System.Globalization.CultureInfo.InvariantCulture), ListedKind.Unknown, [new ListName(name, isWeak)], [], [], [], [], []);
}
