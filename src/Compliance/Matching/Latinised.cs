using System.Globalization;
using System.Text;
using AnyAscii;
using Keystone.Domain.Names;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Words of a name in the letters a to z and digits: compatibility forms, capitals, marks, other scripts and punctuation make no difference. Syllables of Chinese, Korean and Japanese
/// are words of their own.
/// </summary>
internal static class Latinised
{
    /// <summary>The words in order. Nothing is left of a name without letters and digits.</summary>
    public static List<(string Text, bool IsVowelless)> Words(string name)
    {
        string text = NameKey.Of(Turned(name)).Value;
        List<(string, bool)> words = [];
        StringBuilder word = new();
        bool vowelless = false, dotted = false;
        List<(string Text, bool Dotted)> plain = [];
        void End(bool atDot)
        {
            if (word.Length > 0) words.Add((word.ToString(), vowelless));
            if (word.Length > 0) plain.Add((word.ToString(), dotted));
            word.Clear();
            (vowelless, dotted) = (false, atDot && plain.Count > 0);
        }
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value < 128)
            {
                char letter = (char)rune.Value;
                if (char.IsAsciiLetterOrDigit(letter)) word.Append(letter);
                else if (letter is not ('\'' or '`')) End(letter == '.');
                continue;
            }
            if (IsApostrophe(rune)) continue;
            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.ModifierLetter) continue;
            if (!Rune.IsLetterOrDigit(rune))
            {
                End(false);
                continue;
            }
            string latin = Latin(rune);
            // A syllable begins with a capital letter.
            if (IsSyllabic(rune)) End(false);
            vowelless |= IsVowelless(rune);
            foreach (char letter in latin)
                if (char.IsAsciiLetterOrDigit(letter)) word.Append(char.ToLowerInvariant(letter));
        }
        End(false);
        return Undotted(words, plain);
    }

    // "S.A." and "J.S.C." are one word each when that is a legal form; "L.S." are two initials.
    static List<(string Text, bool IsVowelless)> Undotted(List<(string Text, bool IsVowelless)> words, List<(string Text, bool Dotted)> plain)
    {
        if (!plain.Exists(one => one.Dotted)) return words;
        List<(string, bool)> result = [];
        for (int i = 0; i < words.Count;)
        {
            int end = i + 1;
            while (end < words.Count && plain[end].Dotted && plain[end].Text.Length == 1) end++;
            string joined = string.Concat(words.Skip(i).Take(end - i).Select(word => word.Text));
            if (words[i].Text.Length == 1 && end - i > 1 && NameTables.LegalFormAt([joined], 0) == 1)
            {
                result.Add((joined, false));
                i = end;
            }
            else result.Add(words[i++]);
        }
        return result;
    }

    // "TESTOVSKY, Borimir" is Borimir Testovsky, so that a middle name stands in the middle.
    static string Turned(string name) =>
        name.IndexOf(',', StringComparison.Ordinal) is > 0 and var comma && name.LastIndexOf(',') == comma && NameTables.LegalFormAt([.. name[(comma + 1)..].Split([' ', '.', ','], StringSplitOptions.RemoveEmptyEntries).Select(word => word.ToLowerInvariant()), ""], 0) == 0
            ? name[(comma + 1)..] + " " + name[..comma] : name;

    static string Latin(Rune rune) => rune.Value switch
    {
        0x0629 => "a",                                  // teh marbuta, which is spoken as a vowel
        0x05D5 => "o",                                  // vav, most often a vowel
        0x00E4 or 0x00E5 => "a",
        0x00F6 or 0x00F8 => "o",
        0x00FC => "u",
        _ => Transliteration.Transliterate(rune.ToString()),
    };

    static bool IsVowelless(Rune rune) => rune.Value is (>= 0x0590 and <= 0x05FF) or (>= 0x0600 and <= 0x06FF) or (>= 0x0750 and <= 0x077F);

    static bool IsSyllabic(Rune rune) => rune.Value is (>= 0x3400 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF) or (>= 0x20000 and <= 0x3134F);

    static bool IsApostrophe(Rune rune) => rune.Value is 0x00B4 or (>= 0x02B0 and <= 0x02FF) or 0x2018 or 0x2019 or 0x201B or 0x2032 or 0x05F3 or 0x05F4 or 0xFF07 or 0x0640;
}
