using Keystone.Compliance.Lists;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Kind, years of birth and countries, where both sides have them. They only lower a score, and take none below the threshold that rests on the same letters: an exact name stays a
/// matter for a person.
/// </summary>
internal static class Qualifiers
{
    const double OtherKind = 0.15, OtherBirth = 0.15, OtherCountry = 0.10;

    /// <summary>The score that is left.</summary>
    public static double Lower(double score, double flag, ScreeningSubject subject, ListEntry entry)
    {
        double lowered = score;
        if (subject.Kind is { } kind && kind != ListedKind.Unknown && entry.Kind != ListedKind.Unknown && kind != entry.Kind) lowered -= OtherKind;
        // A year more or less is a misprint.
        if (subject.BirthYear is { } year && entry.Births.Count > 0 && entry.Births.All(born => year < born.From - 1 || year > born.To + 1)) lowered -= OtherBirth;
        // Lists write countries in words or in codes: only codes are compared.
        string[] codes = [.. entry.Countries.Where(country => country.Length == 2)];
        if (subject.Country is { } country && codes.Length > 0 && codes.Length == entry.Countries.Count && !codes.Contains(country, StringComparer.OrdinalIgnoreCase)) lowered -= OtherCountry;
        return score >= NameMatcher.SameLetters ? Math.Max(lowered, flag) : lowered;
    }
}
