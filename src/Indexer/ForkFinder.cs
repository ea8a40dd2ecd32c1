using System.Collections.Immutable;
using Keystone.Ethereum;
using Keystone.Mirror;

namespace Keystone.Indexer;

/// <summary>Decision about a node's head.</summary>
internal abstract record ForkDecision
{
    /// <summary>Nothing is new.</summary>
    public sealed record Wait : ForkDecision;

    /// <summary>
    /// The node does not have the mirror's finalized block: it lags, was reset, or is on a fork that it does not report as finalized. No evidence
    /// against that block.
    /// </summary>
    public sealed record Behind : ForkDecision;

    /// <summary>The node's headers at these heights are needed for the decision.</summary>
    public sealed record Poll(ImmutableArray<long> Heights) : ForkDecision;

    /// <summary>The mirror's head is on the node's chain, which continues from it.</summary>
    public sealed record Extend(long From, long To) : ForkDecision;

    /// <summary>The mirror's blocks above the fork point are not on the node's chain: a reorg.</summary>
    public sealed record RollBack(long ForkPoint, long To) : ForkDecision;

    /// <summary>The node's headers do not form one chain: the chain changed between two responses.</summary>
    public sealed record Contradiction : ForkDecision;

    /// <summary>The node's chain leaves the mirror's below finality, and the node reports its own block as finalized.</summary>
    public sealed record Halt(long Finalized, Hash32 Ours, Hash32 Theirs) : ForkDecision;
}

/// <summary>
/// Finds the block at which the node's chain leaves the mirror's. Pure. Only a different hash at a height is evidence; a missing block is not.
/// </summary>
internal static class ForkFinder
{
    const int FirstPoll = 8;
    const int NextPoll = 64;

    /// <param name="ours">The mirror's canonical chain.</param>
    /// <param name="head">The node's head.</param>
    /// <param name="final">Height that the node calls final; null for none.</param>
    /// <param name="seen">Headers that the node gave for heights asked before.</param>
    public static ForkDecision Decide(KnownChain ours, BlockHeader head, long? final, IReadOnlyDictionary<long, BlockHeader> seen)
    {
        if (ours.Number < ours.StartBlock)
            return head.Number >= ours.StartBlock ? new ForkDecision.Extend(ours.StartBlock, head.Number) : new ForkDecision.Wait();
        long top = Math.Min(ours.Number, head.Number);
        if (top < ours.Floor || top < ours.StartBlock) return new ForkDecision.Behind();
        // The usual case: one new block whose parent is the mirror's head.
        if (head.Number == ours.Number + 1 && head.ParentHash == ours.Head) return new ForkDecision.Extend(head.Number, head.Number);
        BlockHeader? above = null;
        foreach ((long number, Hash32 own) in ours.From(top))
        {
            BlockHeader? header = number == head.Number ? head : seen.GetValueOrDefault(number);
            if (header is null) return new ForkDecision.Poll([.. ours.From(number).Take(above is null ? FirstPoll : NextPoll).Select(block => block.Number)]);
            if (header.Number != number || (above?.Number == number + 1 && above.ParentHash != header.Hash)) return new ForkDecision.Contradiction();
            if (header.Hash == own)
            {
                if (above is not null) return new ForkDecision.RollBack(number, head.Number);
                return head.Number > ours.Number ? new ForkDecision.Extend(ours.Number + 1, head.Number) : new ForkDecision.Wait();
            }
            // A node that is stuck on an abandoned fork is no evidence against blocks that became final since.
            if (number <= ours.Finalized) return final >= number ? new ForkDecision.Halt(number, own, header.Hash) : new ForkDecision.Behind();
            above = header;
        }
        if (ours.Floor >= ours.StartBlock) throw new InvalidOperationException($"The mirror does not have its final block {ours.Finalized}; rebuild it.");
        // Of all that is known above it nothing is on the node's chain; when nothing is known that low, nothing speaks against what is there.
        return above is null ? new ForkDecision.Wait() : new ForkDecision.RollBack(ours.StartBlock - 1, head.Number);
    }
}
