using System.Globalization;
using System.Text;

namespace Keystone.Domain.Names;

/// <summary>
/// The form in which names are compared: Unicode compatibility composition (NFKC), full case folding (<c>ß</c> = <c>SS</c>), without control, format and other
/// characters that are displayed as nothing, runs of spaces as one, none at the ends. Needs ICU: without it the framework normalises nothing.
/// </summary>
/// <param name="Value">The folded name; empty when nothing visible is left.</param>
public readonly record struct NameKey(string Value)
{
    /// <summary>The key of a name. Lone surrogates count as U+FFFD.</summary>
    public static NameKey Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string text = WellFormed(name);
        // Folding can decompose and composition can give letters that fold again: the second pass reaches the fixed point (NFKC_Casefold).
        for (int pass = 0; pass < 2; pass++)
            text = Fold(Visible(text.Normalize(NormalizationForm.FormKD))).Normalize(NormalizationForm.FormKC);
        return new NameKey(Spaced(text));
    }

    /// <summary>
    /// A name from outside in a form that may be shown: without control, format and other invisible characters, runs of spaces as one, none at the ends, at most
    /// <paramref name="max"/> UTF-16 units. Null when nothing visible is left.
    /// </summary>
    public static string? Clean(string? name, int max = 64)
    {
        if (name is null) return null;
        string text = Spaced(Visible(WellFormed(name))).Normalize(NormalizationForm.FormC);
        if (text.Length > max) text = text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)].TrimEnd(' ');
        return text.Length == 0 ? null : text;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    internal static string Fold(string text)
    {
        StringBuilder folded = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            if (UnicodeTables.CaseFolding(rune) is { } mapped) folded.Append(mapped);
            else folded.Append(rune.ToString());
        return folded.ToString();
    }

    // Everything that takes a place: white space becomes a space, what nobody sees is left out.
    internal static string Visible(string text)
    {
        StringBuilder visible = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            if (IsSpace(rune)) visible.Append(' ');
            else if (!IsInvisible(rune)) visible.Append(rune.ToString());
        return visible.ToString();
    }

    static string Spaced(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // U+2800, the empty Braille pattern, is a symbol by its category and a blank by its glyph.
    static bool IsSpace(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value == 0x2800;

    static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate || UnicodeTables.IsIgnorable(rune);

    static string WellFormed(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
