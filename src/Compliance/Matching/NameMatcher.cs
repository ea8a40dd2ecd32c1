using System.Numerics;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Scores two names from 0 to 1. A score depends on the two names alone, and not on what else is on a list, so that an entry can be compared by itself and an answer be repeated.
/// </summary>
internal static class NameMatcher
{
    /// <summary>Version of everything that a score depends on. Grows with every change of it.</summary>
    public const int Version = 1;

    /// <summary>Score of two names that differ by their spaces alone.</summary>
    public const double SameLetters = 0.97;

    /// <summary>Most that a weak alias scores.</summary>
    public const double WeakCap = 0.9;

    const double SkeletonCap = 0.78, LeastUnmatched = 0.25, EndUnmatched = 0.6, OtherSide = 0.25, OtherNumbers = 0.3;

    /// <summary>The score of a name that is asked for and one on a list.</summary>
    public static double Score(NameForm query, NameForm listed) => Score(query, listed, new ComparedTokens(query, listed));

    /// <summary>The same where it is known which words are related.</summary>
    public static double Score<TRelations>(NameForm query, NameForm listed, TRelations relations) where TRelations : struct, ITokenRelations
    {
        double score = Aligned(query, listed, relations);
        if (score < SameLetters && IsSameLetters(query, listed)) score = SameLetters;
        return score;
    }

    /// <summary>
    /// The most that a name scores when no more than some of its words are related to any word of the other name; names that differ by their spaces alone apart. The index rests on it.
    /// </summary>
    /// <param name="query">The name that is asked for.</param>
    /// <param name="related">A bit for each of these words, the lowest for the first.</param>
    public static double Most(NameForm query, ulong related)
    {
        // Whatever matches takes one of these words at least and has at most its weight; all others are unmatched. Every further match raises this.
        int full = BitOperations.PopCount(related);
        double matched = 0, unmatched = 0;
        for (int i = 0; i < query.Tokens.Length; i++)
            if ((related >> i & 1) != 0) matched += query.Tokens[i].Weight;
            else unmatched += LeastShare(query.Tokens, i, full) * query.Tokens[i].Weight;
        return matched == 0 ? 0 : matched / (matched + unmatched);
    }

    static bool IsSameLetters(NameForm query, NameForm listed) =>
        query.Whole.Length >= 6 && (string.Equals(query.Whole, listed.Whole, StringComparison.Ordinal)
            || (query.WholeWithForms.Length >= 6 && (string.Equals(query.WholeWithForms, listed.WholeWithForms, StringComparison.Ordinal)
                || string.Equals(query.Whole, listed.WholeWithForms, StringComparison.Ordinal) || string.Equals(query.WholeWithForms, listed.Whole, StringComparison.Ordinal))));

    static double Aligned<TRelations>(NameForm query, NameForm listed, TRelations relations) where TRelations : struct, ITokenRelations
    {
        Token[] asked = query.Tokens, known = listed.Tokens;
        Span<bool> askedDone = stackalloc bool[NameForm.MostWords], knownDone = stackalloc bool[NameForm.MostWords];
        askedDone.Clear();
        knownDone.Clear();
        double matched = 0, weight = 0;
        int full = 0, words = 0;
        bool onlySkeletons = true;

        // The best pair first; of equals the one that stands first.
        while (true)
        {
            double best = 0;
            int bestAsked = -1, bestKnown = -1;
            bool bestSkeleton = false;
            for (int i = 0; i < asked.Length; i++)
            {
                if (askedDone[i] || asked[i].Class == TokenClass.Initial) continue;
                for (int j = 0; j < known.Length; j++)
                {
                    if (knownDone[j] || known[j].Class == TokenClass.Initial) continue;
                    double value = relations.OfTokens(i, j, out bool bySkeleton);
                    if (value > best) (best, bestAsked, bestKnown, bestSkeleton) = (value, i, j, bySkeleton);
                }
            }
            if (bestAsked < 0) break;
            (askedDone[bestAsked], knownDone[bestKnown]) = (true, true);
            Take(ref matched, ref weight, asked[bestAsked].Weight, best);
            if (asked[bestAsked].Class is TokenClass.Particle) continue;
            full++;
            if (asked[bestAsked].Class == TokenClass.Word && known[bestKnown].Class == TokenClass.Word) words++;
            onlySkeletons &= bestSkeleton && !asked[bestAsked].IsVowelless && !known[bestKnown].IsVowelless;
        }
        for (int at = 0; at < query.Joins.Length; at++)
        {
            Join join = query.Joins[at];
            for (int j = 0; j < known.Length && IsFree(askedDone, join); j++)
                if (!knownDone[j] && relations.OfAskedJoin(at, j) is > 0 and var value)
                {
                    knownDone[j] = true;
                    for (int i = join.Start; i < join.Start + join.Length; i++)
                    {
                        askedDone[i] = true;
                        Take(ref matched, ref weight, asked[i].Weight, value);
                    }
                    (full, words, onlySkeletons) = (full + 1, words + 1, false);
                }
        }
        for (int at = 0; at < listed.Joins.Length; at++)
        {
            Join join = listed.Joins[at];
            for (int i = 0; i < asked.Length && IsFree(knownDone, join); i++)
                if (!askedDone[i] && relations.OfKnownJoin(i, at) is > 0 and var value)
                {
                    askedDone[i] = true;
                    for (int j = join.Start; j < join.Start + join.Length; j++) knownDone[j] = true;
                    Take(ref matched, ref weight, asked[i].Weight, value);
                    (full, words, onlySkeletons) = (full + 1, words + 1, false);
                }
        }
        if (full == 0) return 0;
        // An initial says something beside a name alone.
        for (int i = 0; i < asked.Length; i++)
            for (int j = 0; j < known.Length && !askedDone[i]; j++)
                if (!knownDone[j] && (asked[i].Class == TokenClass.Initial || known[j].Class == TokenClass.Initial) && TokenRelation.Of(asked[i], known[j], out _) is > 0 and var value)
                {
                    (askedDone[i], knownDone[j]) = (true, true);
                    Take(ref matched, ref weight, asked[i].Weight, value);
                    if (asked[i].Class == TokenClass.Initial && known[j].Class == TokenClass.Initial) continue;
                    full++;
                }
        double score = matched / (weight + Unmatched(query, listed, askedDone, knownDone, full, words));
        if (onlySkeletons) score = Math.Min(score, SkeletonCap);
        return HaveOtherNumbers(asked, known) ? score * OtherNumbers : score;
    }

    static void Take(ref double sum, ref double all, double share, double value)
    {
        sum += share * value;
        all += share;
    }

    static bool IsFree(Span<bool> done, Join join)
    {
        for (int i = join.Start; i < join.Start + join.Length; i++)
            if (done[i]) return false;
        return true;
    }

    // What one side has and the other has not weighs little where enough agrees; two different words in one place contradict each other.
    static double Unmatched(NameForm query, NameForm listed, Span<bool> askedDone, Span<bool> knownDone, int full, int words)
    {
        bool inAsked = HasSignificant(query.Tokens, askedDone), inKnown = HasSignificant(listed.Tokens, knownDone);
        if (inAsked && inKnown) return Sum(query.Tokens, askedDone) + (OtherSide * Sum(listed.Tokens, knownDone));
        bool isDistinctive = words > 0;
        return OneSided(query.Tokens, askedDone, full, isDistinctive) + OneSided(listed.Tokens, knownDone, full, isDistinctive);
    }

    static bool HasSignificant(Token[] tokens, Span<bool> done)
    {
        for (int i = 0; i < tokens.Length; i++)
            if (!done[i] && tokens[i].Class != TokenClass.Particle) return true;
        return false;
    }

    static double Sum(Token[] tokens, Span<bool> done)
    {
        double sum = 0;
        for (int i = 0; i < tokens.Length; i++)
            if (!done[i]) sum += tokens[i].Weight;
        return sum;
    }

    static double OneSided(Token[] tokens, Span<bool> done, int full, bool isDistinctive)
    {
        double sum = 0;
        for (int i = 0; i < tokens.Length; i++)
        {
            if (done[i]) continue;
            sum += (isDistinctive ? LeastShare(tokens, i, full) : 1) * tokens[i].Weight;
        }
        return sum;
    }

    // Share of an unmatched word where all else is unmatched on its side alone.
    static double LeastShare(Token[] tokens, int at, int full) =>
        tokens[at].Class is not (TokenClass.Word or TokenClass.Number) ? LeastUnmatched : full < 2 ? 1 : at == 0 || at == tokens.Length - 1 ? EndUnmatched : LeastUnmatched;

    static bool HaveOtherNumbers(Token[] asked, Token[] known)
    {
        bool inAsked = Array.Exists(asked, token => token.Class == TokenClass.Number), inKnown = Array.Exists(known, token => token.Class == TokenClass.Number);
        return inAsked && inKnown && !asked.Where(token => token.Class == TokenClass.Number).Select(token => token.Text).Order(StringComparer.Ordinal)
            .SequenceEqual(known.Where(token => token.Class == TokenClass.Number).Select(token => token.Text).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
