using System.Globalization;
using System.Text;

namespace Keystone.Domain.Names;

/// <summary>
/// How names look (UTS 39, confusables): two names that a reader may take for one another share a form. Case and spaces do not count, nor do marks above and
/// below letters.
/// </summary>
public static class NameSkeleton
{
    /// <summary>True when a reader may take one name for the other, or when they are the same.</summary>
    public static bool AreConfusable(string one, string other) => Forms(one).Zip(Forms(other)).Any(pair => pair.First == pair.Second);

    /// <summary>
    /// The looks of a name in order: as written, in small letters, in capitals. Names are confusable when they share the look of one place. A small l looks like
    /// a capital I, a Cyrillic capital like a Latin one whose small letters differ: no single case shows both.
    /// </summary>
    public static IReadOnlyList<string> Forms(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string text = NameKey.Visible(NameKey.Clean(name, int.MaxValue)?.Normalize(NormalizationForm.FormKD) ?? "").Replace(" ", "", StringComparison.Ordinal);
        return [Look(text), Look(NameKey.Fold(text)), Look(text.ToUpperInvariant())];
    }

    static string Look(string text)
    {
        StringBuilder look = new(text.Length);
        foreach (Rune rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
            look.Append(UnicodeTables.Prototype(rune) ?? rune.ToString());
        StringBuilder plain = new(look.Length);
        foreach (Rune rune in NameKey.Fold(look.ToString().Normalize(NormalizationForm.FormD)).Normalize(NormalizationForm.FormD).EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)) plain.Append(rune.ToString());
        return plain.ToString();
    }
}
