namespace Keystone.Compliance.Matching;

/// <summary>Words of the name that is asked for and of one of an index, looked up in what a search found.</summary>
/// <param name="search">The search.</param>
/// <param name="words">Places of all names' words and joins among the words of the index.</param>
/// <param name="start">Where the words of the listed name begin.</param>
/// <param name="joins">Where its joins begin.</param>
internal readonly struct RelatedTokens(NameSearch search, int[] words, int start, int joins) : ITokenRelations
{
    public double OfTokens(int asked, int known, out bool bySkeleton) => search.ValueOf(asked, words[start + known], out bySkeleton);

    public double OfAskedJoin(int join, int known) => search.ValueOfJoin(join, words[start + known]);

    public double OfKnownJoin(int asked, int join) => search.ValueOf(asked, words[joins + join], out _);
}
