using System.Text;

namespace Keystone.Compliance.Matching;

/// <summary>Consonants of a word as romanisations of one name share them: no vowels, no doubled letter, sounds that are written in several ways as one letter.</summary>
internal static class ConsonantSkeleton
{
    static readonly (string From, char To)[] Sounds =
    [
        ("shch", 's'), ("tsch", 'j'), ("sch", 's'), ("dzh", 'j'), ("kh", 'h'), ("ch", 'h'), ("sh", 's'), ("zh", 'j'), ("dj", 'j'), ("ph", 'p'), ("th", 't'), ("ck", 'k'), ("ts", 's'),
        ("tz", 's'), ("gh", 'g'), ("dh", 'd'),
    ];

    /// <summary>The skeleton; may be empty.</summary>
    public static string Of(string word)
    {
        StringBuilder skeleton = new(word.Length);
        for (int i = 0; i < word.Length;)
        {
            char letter = word[i];
            int length = 1;
            foreach ((string from, char to) in Sounds)
                if (string.CompareOrdinal(word, i, from, 0, from.Length) == 0)
                {
                    (letter, length) = (to, from.Length);
                    break;
                }
            // A final h is silent.
            if (length == 1)
                letter = letter switch
                {
                    'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'w' => '\0',
                    'h' when i == word.Length - 1 => '\0',
                    'v' => 'b',
                    'f' => 'p',
                    'c' or 'q' => 'k',
                    'z' => 's',
                    'x' => 's',
                    _ => letter,
                };
            if (letter != '\0' && (skeleton.Length == 0 || skeleton[^1] != letter)) skeleton.Append(letter);
            i += length;
        }
        return skeleton.ToString();
    }
}
