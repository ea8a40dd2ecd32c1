using System.Security.Cryptography;
using System.Text;
using Keystone.Compliance.Matching;

namespace Keystone.Compliance.Tests.Matching;

/// <summary>A pair of the test set.</summary>
/// <param name="Id">Kind and number.</param>
/// <param name="Kind">What makes the pair hard.</param>
/// <param name="Asked">Name of a party.</param>
/// <param name="Listed">Name on a list.</param>
/// <param name="IsHit">True when both are one.</param>
internal sealed record NamePair(string Id, string Kind, string Asked, string Listed, bool IsHit)
{
    /// <summary>Every pair.</summary>
    public static IReadOnlyList<NamePair> All { get; } = [.. from line in File.ReadAllLines("data/name-pairs.tsv")
                                                             where line.Length > 0 && line[0] != '#'
                                                             let fields = line.Split('\t')
                                                             select new NamePair(fields[0], fields[1], fields[2], fields[3], fields[4] == "hit")];

    /// <summary>True for the third that no threshold and no table was chosen by.</summary>
    public bool IsHidden => SHA256.HashData(Encoding.UTF8.GetBytes(Id))[0] % 3 == 0;

    /// <summary>The matcher's score.</summary>
    public double Score => NameMatcher.Score(NameForm.Of(Asked), NameForm.Of(Listed));
}
