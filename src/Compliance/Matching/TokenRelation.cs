namespace Keystone.Compliance.Matching;

/// <summary>
/// Whether two words may be the same, and how much that counts. The index enumerates exactly this relation: whoever changes it changes <see cref="NameIndex"/> and
/// <see cref="NameMatcher.Version"/>.
/// </summary>
internal static class TokenRelation
{
    /// <summary>Least similarity of Jaro and Winkler of two words that differ by edits.</summary>
    public const double LeastSimilarity = 0.85;

    /// <summary>Edits that are forgiven between two words of which the shorter one has <paramref name="length"/> letters.</summary>
    public static int Edits(int length, bool isJoined) => isJoined ? length >= 6 ? 1 : 0 : length switch { <= 3 => 0, <= 7 => 1, _ => 2 };

    /// <summary>0 when the words are not related, else a value up to 1; <paramref name="bySkeleton"/> when their consonants alone agree.</summary>
    public static double Of(Token a, Token b, out bool bySkeleton)
    {
        bySkeleton = false;
        // Two joins would be two different splits of the same letters; the whole names are compared for that.
        if (a.IsJoined && b.IsJoined) return 0;
        if (string.Equals(a.Text, b.Text, StringComparison.Ordinal)) return 1;
        if (a.Class == TokenClass.Number || b.Class == TokenClass.Number) return 0;
        if (a.Class == TokenClass.Initial || b.Class == TokenClass.Initial)
            return !a.IsJoined && !b.IsJoined && a.Text[0] == b.Text[0] && a.Class != TokenClass.Particle && b.Class != TokenClass.Particle ? 0.9 : 0;
        if (a.Group != 0 && a.Group == b.Group) return 0.95;
        int edits = Edits(Math.Min(a.Text.Length, b.Text.Length), a.IsJoined || b.IsJoined);
        if (edits > 0 && EditDistance.IsWithin(a.Text, b.Text, edits) && EditDistance.JaroWinkler(a.Text, b.Text) is var similarity and >= LeastSimilarity) return similarity;
        if (!HasEqualSkeletons(a, b)) return 0;
        bySkeleton = true;
        return 0.9;
    }

    // Scripts without vowels leave nothing else to compare.
    static bool HasEqualSkeletons(Token a, Token b)
    {
        bool vowelless = a.IsVowelless || b.IsVowelless;
        int shorter = Math.Min(a.Skeleton.Length, b.Skeleton.Length);
        if (vowelless) return shorter >= 2 && EditDistance.IsWithin(a.Skeleton, b.Skeleton, SkeletonEdits(shorter));
        return !a.IsJoined && !b.IsJoined && shorter >= 3 && a.Text.Length >= 4 && b.Text.Length >= 4 && string.Equals(a.Skeleton, b.Skeleton, StringComparison.Ordinal);
    }

    /// <summary>Edits that are forgiven between consonants of a word in a script without vowels.</summary>
    public static int SkeletonEdits(int length) => length >= 5 ? 1 : 0;
}
