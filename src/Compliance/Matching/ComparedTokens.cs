namespace Keystone.Compliance.Matching;

/// <summary>Words of two names, compared each time.</summary>
internal readonly struct ComparedTokens(NameForm query, NameForm listed) : ITokenRelations
{
    public double OfTokens(int asked, int known, out bool bySkeleton) => TokenRelation.Of(query.Tokens[asked], listed.Tokens[known], out bySkeleton);

    public double OfAskedJoin(int join, int known) => TokenRelation.Of(query.Joins[join].Token, listed.Tokens[known], out _);

    public double OfKnownJoin(int asked, int join) => TokenRelation.Of(query.Tokens[asked], listed.Joins[join].Token, out _);
}
