using Keystone.Compliance.Lists;
using Keystone.Compliance.Matching;
using Keystone.Domain.Engine;

namespace Keystone.Compliance.Tests.Matching;

/// <summary>Kind, birth and country where both sides have them: they only lower a score, and clear nobody whose name is the listed one.</summary>
public sealed class QualifiersTests
{
    const double Flag = 0.80, Near = 0.92, Same = 1.0;

    static readonly ScreeningSubject Nobody = new(Guid.CreateVersion7(), ScreeningLayer.Entity, "Anton Velkov", null, [], 1);

    static readonly ListEntry Listed = new("1", ListedKind.Person, [new("Anton VELKOV", false)], ["BG"], [new(1961, 1962)], [], [], []);

    static double Lower(double score, ScreeningSubject subject, ListEntry? entry = null) => Qualifiers.Lower(score, Flag, subject, entry ?? Listed);

    [Theory]
    [InlineData(1999, null, null, 0.77)]
    [InlineData(null, "CA", null, 0.82)]
    [InlineData(null, null, ListedKind.Organisation, 0.77)]
    [InlineData(1999, "CA", ListedKind.Organisation, 0.52)]
    public void What_contradicts_lowers_a_near_name(int? born, string? country, ListedKind? kind, double expected) =>
        Assert.Equal(expected, Lower(Near, Nobody with { BirthYear = born, Country = country, Kind = kind }), 6);

    [Theory]
    [InlineData(1961, "bg", ListedKind.Person)]
    // A year more or less is a misprint, and what one side does not say contradicts nothing.
    [InlineData(1960, null, null)]
    [InlineData(1963, null, ListedKind.Unknown)]
    [InlineData(null, null, null)]
    public void What_agrees_or_is_not_known_changes_nothing(int? born, string? country, ListedKind? kind)
    {
        Assert.Equal(Near, Lower(Near, Nobody with { BirthYear = born, Country = country, Kind = kind }));
        // The list does not say either.
        Assert.Equal(Near, Lower(Near, Nobody with { BirthYear = 1999, Country = "CA", Kind = ListedKind.Person }, Listed with { Births = [], Countries = [], Kind = ListedKind.Unknown }));
        // Words are not compared with codes.
        Assert.Equal(Near, Lower(Near, Nobody with { Country = "CA" }, Listed with { Countries = ["BG", "Bulgaria"] }));
    }

    [Fact]
    public void Nothing_raises_a_score_and_nothing_clears_the_same_name()
    {
        foreach (int? born in (int?[])[null, 1900, 1961, 1999])
            foreach (string? country in (string?[])[null, "BG", "CA"])
                foreach (ListedKind? kind in (ListedKind?[])[null, ListedKind.Person, ListedKind.Organisation, ListedKind.Craft])
                    for (double score = 0.5; score <= Same; score += 0.01)
                    {
                        double lowered = Lower(score, Nobody with { BirthYear = born, Country = country, Kind = kind });
                        Assert.True(lowered <= score, $"{score} became {lowered}");
                        if (score >= NameMatcher.SameLetters) Assert.True(lowered >= Flag, $"the same name was cleared: {born} {country} {kind}");
                    }
    }
}
