using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Indexer;

/// <summary>
/// What the mirror holds of the canonical chain: without holes from the finalized block to the head. Behind it only some heights are known,
/// and nobody asks for them.
/// </summary>
/// <param name="StartBlock">First height of the mirror.</param>
/// <param name="Number">Height of the head; <paramref name="StartBlock"/> - 1 before the first block.</param>
/// <param name="Finalized">Finalized height; -1 for none.</param>
/// <param name="Hashes">Hash by height.</param>
internal sealed record KnownChain(long StartBlock, long Number, long Finalized, ImmutableSortedDictionary<long, Hash32> Hashes)
{
    /// <summary>Hash of the head; null before the first block.</summary>
    public Hash32? Head => HashAt(Number);

    /// <summary>Deepest height that a rollback may keep.</summary>
    public long Floor => Math.Max(Finalized, StartBlock - 1);

    /// <summary>Hash at a height; null when unknown.</summary>
    public Hash32? HashAt(long number) => Hashes.TryGetValue(number, out Hash32 hash) ? hash : null;

    /// <summary>The chain with new blocks on top of a fork point, and finality moved forward; what lies behind it is forgotten.</summary>
    public KnownChain With(long forkPoint, IEnumerable<BlockRef> blocks, long finalized)
    {
        ImmutableSortedDictionary<long, Hash32>.Builder hashes = Hashes.ToBuilder();
        for (long number = Number; number > forkPoint; number--) hashes.Remove(number);
        long head = forkPoint;
        foreach (BlockRef block in blocks)
        {
            hashes[block.Number] = block.Hash;
            head = block.Number;
        }
        long final = Math.Max(Finalized, finalized);
        while (hashes.Count > 0 && hashes.Keys.First() is long lowest && lowest < Math.Min(final, head)) hashes.Remove(lowest);
        return this with { Number = head, Finalized = final, Hashes = hashes.ToImmutable() };
    }
}
