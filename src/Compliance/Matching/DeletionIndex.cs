using System.Numerics;

namespace Keystone.Compliance.Matching;

/// <summary>
/// Words by what is left of them when letters are taken out. Two words that a number of edits makes one of the other leave the same rest when so many letters are taken out of each.
/// Gives others too, whose rests fall into the same bucket: whoever asks compares the words all the same.
/// </summary>
internal sealed class DeletionIndex
{
    readonly IdGroups _buckets;
    readonly int _shift;

    /// <summary>An index of words.</summary>
    /// <param name="rests">Rests of all words.</param>
    /// <param name="ids">Word that each rest is of.</param>
    public DeletionIndex(List<ulong> rests, List<int> ids)
    {
        int bits = BitOperations.Log2((uint)rests.Count | 1) + 1;
        _shift = 64 - bits;
        List<int> buckets = new(rests.Count);
        foreach (ulong rest in rests) buckets.Add(BucketOf(rest));
        _buckets = IdGroups.Of(1 << bits, buckets, ids);
    }

    /// <summary>Words that may have left this rest; may name one twice.</summary>
    public ReadOnlySpan<int> Of(ulong rest) => _buckets[BucketOf(rest)];

    /// <summary>Adds the rests of a word, as many letters taken out as edits of it are forgiven.</summary>
    public static void AddRests(string text, bool isJoined, List<ulong> rests)
    {
        // Longer words are compared for equality alone.
        int edits = text.Length > EditDistance.Longest ? 0 : TokenRelation.Edits(text.Length, isJoined);
        if (edits == 0) return;
        rests.Add(Hash(text, -1, -1));
        for (int i = 0; i < text.Length; i++)
        {
            if (i > 0 && text[i] == text[i - 1]) continue;
            rests.Add(Hash(text, i, -1));
            for (int j = i + 1; edits > 1 && j < text.Length; j++) rests.Add(Hash(text, i, j));
        }
    }

    int BucketOf(ulong rest) => (int)((rest * 11_400_714_819_323_198_485) >> _shift);

    static ulong Hash(string text, int without, int and)
    {
        ulong hash = 14_695_981_039_346_656_037;
        for (int i = 0; i < text.Length; i++)
            if (i != without && i != and) hash = (hash ^ text[i]) * 1_099_511_628_211;
        return hash;
    }
}
