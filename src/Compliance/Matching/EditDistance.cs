namespace Keystone.Compliance.Matching;

/// <summary>Optimal string alignment (Damerau's distance in which no part is edited twice) and the similarity of Jaro and Winkler.</summary>
internal static class EditDistance
{
    /// <summary>Letters of the longest word that is compared for more than equality.</summary>
    public const int Longest = 64;

    /// <summary>True when at most <paramref name="limit"/> insertions, deletions, substitutions and swaps of neighbours make one of the other.</summary>
    public static bool IsWithin(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit) return false;
        if (limit == 0 || a.Length > Longest || b.Length > Longest) return a.SequenceEqual(b);
        Span<int> before = stackalloc int[Longest + 1], last = stackalloc int[Longest + 1], row = stackalloc int[Longest + 1];
        for (int j = 0; j <= b.Length; j++) last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int value = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) value = Math.Min(value, before[j - 2] + 1);
                row[j] = value;
                least = Math.Min(least, value);
            }
            if (least > limit) return false;
            Span<int> spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return last[b.Length] <= limit;
    }

    /// <summary>Similarity of Jaro and Winkler, 0 to 1: prefix of at most 4 letters, scale 0.1.</summary>
    public static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.SequenceEqual(b)) return 1;
        if (a.IsEmpty || b.IsEmpty || a.Length > Longest || b.Length > Longest) return 0;
        int reach = Math.Max(0, (Math.Max(a.Length, b.Length) / 2) - 1), matches = 0;
        ulong inA = 0, inB = 0;
        for (int i = 0; i < a.Length; i++)
            for (int j = Math.Max(0, i - reach); j < Math.Min(b.Length, i + reach + 1); j++)
                if (a[i] == b[j] && (inB >> j & 1) == 0)
                {
                    inA |= 1UL << i;
                    inB |= 1UL << j;
                    matches++;
                    break;
                }
        if (matches == 0) return 0;
        int swapped = 0;
        for (int i = 0, j = 0; i < a.Length; i++)
        {
            if ((inA >> i & 1) == 0) continue;
            while ((inB >> j & 1) == 0) j++;
            if (a[i] != b[j++]) swapped++;
        }
        double m = matches, jaro = ((m / a.Length) + (m / b.Length) + ((m - (swapped / 2)) / m)) / 3;
        int prefix = 0;
        while (prefix < 4 && prefix < Math.Min(a.Length, b.Length) && a[prefix] == b[prefix]) prefix++;
        return jaro + (prefix * 0.1 * (1 - jaro));
    }
}
