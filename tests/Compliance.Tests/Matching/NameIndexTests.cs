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

    static readonly string[] Syllables = ["ba", "ve", "kor", "mi", "tes", "ran", "sha", "lin", "ga"];

    static readonly Gen<string> Word = Gen.Select(Gen.Int[0, Syllables.Length - 1].Array[2, 3], Gen.Int[0, 5],
        (parts, common) => common == 0 ? Words[(parts[0] * 3) + parts[1]] : string.Concat(parts.Select(part => Syllables[part])));

    static readonly Gen<string> Alike = Word.Array[1, 5].Select(words => string.Join(' ', words));

    [Fact]
    public void An_index_finds_what_a_comparison_with_every_name_finds() => Gen.Select(Name.Array[1, 40], Name).Sample((listed, asked) =>
    {
        NameIndex index = new([.. listed.Select((name, at) => Entry(at, name, at % 7 == 0))]);
        NameForm query = NameForm.Of(asked);
        foreach (double threshold in (double[])[Flag, 0.7, 0.95])
            if (!index.Scan(query, threshold).SequenceEqual(index.Find(query, threshold))) return false;
        return true;
    }, iter: 1_500);

    // Few syllables, so that most words are related to many others, and a few words that stand in most names.
    [Fact]
    public void Names_of_words_that_resemble_each_other_are_found_as_a_comparison_with_every_name_finds_them() => Gen.Select(Alike.Array[200, 400], Alike.Array[1, 8]).Sample((listed, asked) =>
    {
        NameIndex index = new([.. listed.Select((name, at) => Entry(at / 2, name, at % 7 == 0))]);
        return asked.Append(listed[0]).Select(NameForm.Of).All(query =>
            ((double[])[Flag, 0.3, 0.5, 0.78, 0.95, 0.97, 1]).All(threshold => index.Scan(query, threshold).SequenceEqual(index.Find(query, threshold))));
    }, iter: 100);

    [Theory]
    [InlineData("a b", "ab")]
    [InlineData("a b testovsky", "ab testovski")]
    [InlineData("ab", "a b")]
    [InlineData("i i", "ii")]
    [InlineData("abd el rahman", "abdelrahman")]
    [InlineData("b testovsky", "borimir testovsky")]
    [InlineData("بريمير تستوفسكي", "borimir testovsky")]
    [InlineData("trading company", "company trading ltd")]
    public void Initials_and_neighbours_written_as_one_word_are_found_as_a_comparison_finds_them(string asked, string listed)
    {
        NameIndex index = new([Entry(0, listed, false), Entry(1, "orlana kestrelin", false)]);
        NameForm query = NameForm.Of(asked);
        Assert.Equal(index.Scan(query, 0.3), index.Find(query, 0.3));
        Assert.Contains(index.Find(query, 0.3), hit => hit.Entry == 0);
    }

    [Fact]
    public void A_name_never_scores_more_than_its_related_words_allow() => Gen.Select(Name, Name).Sample((asked, listed) =>
    {
        NameForm query = NameForm.Of(asked), known = NameForm.Of(listed);
        ulong related = 0;
        Token[] others = [.. known.Tokens, .. known.Joins.Select(join => join.Token)];
        for (int i = 0; i < query.Tokens.Length; i++)
            if (query.Tokens[i].Class == TokenClass.Initial || Array.Exists(others, other => TokenRelation.Of(query.Tokens[i], other, out _) > 0)) related |= 1UL << i;
        foreach (Join join in query.Joins)
            if (Array.Exists(others, other => TokenRelation.Of(join.Token, other, out _) > 0)) related |= ((1UL << join.Length) - 1) << join.Start;
        double score = NameMatcher.Score(query, known);
        return score == NameMatcher.SameLetters || score <= NameMatcher.Most(query, related) + 1e-9;
    }, iter: 20_000);

    [Fact]
    public void Searches_at_the_same_time_and_one_after_the_other_do_not_disturb_each_other()
    {
        string[] names = [.. NamePair.All.Select(pair => pair.Listed)];
        NameIndex index = new([.. names.Select((name, at) => Entry(at, name, false))]);
        NameForm[] queries = [.. NamePair.All.Select(pair => NameForm.Of(pair.Asked))];
        IReadOnlyList<NameHit>[] wanted = [.. queries.Select(query => index.Scan(query, Flag))];
        bool[] same = new bool[queries.Length * 4];
        Parallel.For(0, same.Length, at => same[at] = wanted[at % queries.Length].SequenceEqual(index.Find(queries[at % queries.Length], Flag)));
        Assert.All(same, one => Assert.True(one));
    }

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
