using System.Collections.Immutable;

namespace Keystone.Ethereum.Nodes;

/// <summary>Result of polling one node. Null where it did not respond.</summary>
/// <param name="ChainId">The chain id that it reported.</param>
/// <param name="Head">Height of its head.</param>
/// <param name="Finalized">Height of its finalized block; null where it has none yet.</param>
/// <param name="Genesis">Hash of its block 0; null where it was not asked for, or the node has none.</param>
internal sealed record NodeSight(long? ChainId, long? Head, long? Finalized, Hash32? Genesis = null);

/// <summary>What nodes are to each other: pure, from what was seen of them.</summary>
internal static class NodeVerdicts
{
    /// <summary>
    /// The height that the nodes have to agree on: the highest that more than half of those that know finality have final. Null where fewer than two do: a
    /// node alone contradicts nobody.
    /// </summary>
    public static long? CommonFinalized(IReadOnlyList<NodeSight> sights)
    {
        long[] heights = [.. sights.Select(sight => sight.Finalized).Where(height => height >= 0).Select(height => height!.Value).OrderDescending()];
        return heights.Length < 2 ? null : heights[heights.Length / 2];
    }

    /// <summary>The voters outside of the majority. Without a majority all are, because it is unknown which is right.</summary>
    /// <param name="hashes">Each node's block of the common height; null for one that has no vote.</param>
    public static ImmutableArray<bool> Outvoted(IReadOnlyList<Hash32?> hashes)
    {
        int voters = hashes.Count(hash => hash is not null);
        Hash32? majority = hashes.Where(hash => hash is not null).GroupBy(hash => hash).Where(group => group.Count() * 2 > voters).Select(group => group.Key).FirstOrDefault();
        return [.. hashes.Select(hash => hash is not null && hash != majority)];
    }

    /// <summary>
    /// The head that the others are measured by. Of three and more the second highest, so that one node which invents blocks does not make the others look
    /// late; of two the higher.
    /// </summary>
    public static long? BestHead(IEnumerable<long> heads)
    {
        long[] sorted = [.. heads.OrderDescending()];
        return sorted.Length switch
        {
            0 => null,
            < 3 => sorted[0],
            _ => sorted[1],
        };
    }
}
