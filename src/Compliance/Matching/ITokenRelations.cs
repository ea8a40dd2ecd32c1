namespace Keystone.Compliance.Matching;

/// <summary>What <see cref="TokenRelation.Of"/> says about words of two names, by their places: compared when it is asked for, or looked up. Both are the same numbers.</summary>
internal interface ITokenRelations
{
    /// <summary>A word that is asked for and a listed one, neither an initial; 0 when they are not related. <paramref name="bySkeleton"/> when their consonants alone agree.</summary>
    double OfTokens(int asked, int known, out bool bySkeleton);

    /// <summary>Joined neighbours of the name that is asked for, and a listed word.</summary>
    double OfAskedJoin(int join, int known);

    /// <summary>A word that is asked for, and joined neighbours of a listed name.</summary>
    double OfKnownJoin(int asked, int join);
}
