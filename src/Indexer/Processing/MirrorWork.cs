using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;

namespace Keystone.Indexer.Processing;

/// <summary>What a poll of a node found to do. It is done by one transaction.</summary>
/// <param name="Node">The node that was polled; all requests of this work go to it.</param>
/// <param name="ForkPoint">Height up to which the mirror stays as it is.</param>
/// <param name="To">Highest height that may be written; the fork point where no block is.</param>
internal abstract record MirrorWork(IEthereumNode Node, long ForkPoint, long To)
{
    /// <summary>First height that may be written.</summary>
    public long From => ForkPoint + 1;

    /// <summary>Blocks that the mirror does not have. Where the fork point is below its head, they take the place of those above it.</summary>
    /// <param name="Node">The node that was polled.</param>
    /// <param name="ForkPoint">The mirror's head, or the last block that it has in common with the node.</param>
    /// <param name="Parent">Hash at the fork point; null below the first block of the mirror.</param>
    /// <param name="Head">The node's head.</param>
    /// <param name="Finalized">The node's finalized block; null for none.</param>
    /// <param name="Started">When the poll began, as a timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    public sealed record Blocks(IEthereumNode Node, long ForkPoint, Hash32? Parent, BlockHeader Head, BlockHeader? Finalized, long Started)
        : MirrorWork(Node, ForkPoint, Head.Number);

    /// <summary>No block came; a higher one of those that are mirrored is final.</summary>
    /// <param name="Node">The node that was polled.</param>
    /// <param name="Number">Head of the mirror.</param>
    /// <param name="Final">Height of the final block, and its time in seconds since the epoch.</param>
    public sealed record Finality(IEthereumNode Node, long Number, (long Number, long Time) Final) : MirrorWork(Node, Number, Number);

    /// <summary>The node's final block contradicts the mirror's: the mirror stops until an operator rebuilds it.</summary>
    /// <param name="Node">The node that was polled.</param>
    /// <param name="Number">Head of the mirror.</param>
    /// <param name="Evidence">The two blocks.</param>
    /// <param name="Finalized">The node's finalized block.</param>
    public sealed record Halt(IEthereumNode Node, long Number, ForkDecision.Halt Evidence, BlockHeader Finalized) : MirrorWork(Node, Number, Number);
}
