using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Mirror;

/// <summary>
/// What the mirror holds of the canonical chain from the finalized block to the head: every block that was read by itself, and of ranges, which are behind a
/// node's finality, those with logs and the last one. Behind the mirror's own finality nothing is known, and nobody asks.
/// </summary>
/// <param name="StartBlock">First height of the mirror.</param>
/// <param name="Number">Height of the head; <paramref name="StartBlock"/> - 1 before the first block.</param>
/// <param name="Finalized">Finalized height; -1 for none.</param>
/// <param name="Blocks">Known blocks by height.</param>
/// <param name="Most">Known blocks that are remembered at most. A fork that is older than all of them costs a longer rewind, and nothing else.</param>
public sealed record KnownChain(long StartBlock, long Number, long Finalized, ImmutableSortedSet<BlockRef> Blocks, int Most = KnownChain.Usual)
{
    /// <summary>Default for the maximum number of blocks in memory.</summary>
    public const int Usual = 20_000;

    static readonly IComparer<BlockRef> ByNumber = Comparer<BlockRef>.Create((one, other) => one.Number.CompareTo(other.Number));

    /// <summary>A chain of these blocks.</summary>
    public static KnownChain Of(long startBlock, long number, long finalized, IEnumerable<BlockRef> blocks, int most = Usual) =>
        new(startBlock, number, finalized, ImmutableSortedSet.CreateRange(ByNumber, blocks), most);

    /// <summary>Hash of the head; null before the first block.</summary>
    public Hash32? Head => HashAt(Number);

    /// <summary>Deepest height that a rollback may keep.</summary>
    public long Floor => Math.Max(Finalized, StartBlock - 1);

    /// <summary>Hash at a height; null when unknown.</summary>
    public Hash32? HashAt(long number) => Blocks.TryGetValue(new BlockRef(number, default), out BlockRef known) && known.Number == number ? known.Hash : null;

    /// <summary>Known blocks at a height and below it, the highest first.</summary>
    public IEnumerable<BlockRef> From(long number)
    {
        int at = Blocks.IndexOf(new BlockRef(number, default));
        for (int i = at >= 0 ? at : ~at - 1; i >= 0; i--) yield return Blocks[i];
    }

    /// <summary>The chain with new blocks on top of a fork point, and finality moved forward; what lies behind it is forgotten.</summary>
    public KnownChain With(long forkPoint, IEnumerable<BlockRef> blocks, long finalized)
    {
        ImmutableSortedSet<BlockRef>.Builder known = Blocks.ToBuilder();
        while (known.Count > 0 && known.Max.Number > forkPoint) known.Remove(known.Max);
        long head = forkPoint;
        foreach (BlockRef block in blocks)
        {
            known.Add(block);
            head = block.Number;
        }
        long final = Math.Max(Finalized, finalized);
        while (known.Count > 0 && known.Min.Number < Math.Min(final, head)) known.Remove(known.Min);
        // The final one stays: nothing is rewound beyond it.
        while (known.Count > Most) known.Remove(known.Min.Number == final ? known[1] : known.Min);
        return this with { Number = head, Finalized = final, Blocks = known.ToImmutable() };
    }
}
