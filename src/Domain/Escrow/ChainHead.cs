using Keystone.Ethereum;

namespace Keystone.Domain.Escrow;

/// <summary>Where a chain is, as its mirror has it at one revision.</summary>
/// <param name="Revision">Committed steps of the mirror.</param>
/// <param name="Number">Height of the canonical head.</param>
/// <param name="Time">Its block time.</param>
/// <param name="Finalized">Height of the finalized block; -1 for none.</param>
/// <param name="FinalizedTime">Its block time: what is past by it is past for good.</param>
/// <param name="Halted">Why the mirror is halted, since a reorg past finality or while it is rebuilt; null while it follows. Nothing that it holds is to be acted on meanwhile.</param>
/// <param name="Hash">Hash of the head; null before the first block.</param>
public sealed record ChainHead(long Revision, long Number, ChainTime Time, long Finalized, ChainTime FinalizedTime, string? Halted = null, Hash32? Hash = null)
{
    /// <summary>A chain of which nothing is mirrored yet.</summary>
    public static ChainHead None { get; } = new(0, -1, default, -1, default);

    /// <summary>True while the mirror is halted.</summary>
    public bool IsHalted => Halted is not null;
}
