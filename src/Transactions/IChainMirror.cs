using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>
/// Port to the mirror of the chain, by which the transaction manager knows what was included and what is final. The host implements it; a host without a
/// mirror gives null and no blocks, and then the node's word is taken.
/// </summary>
public interface IChainMirror
{
    /// <summary>Where the mirror of a chain is; null when it does not know the chain.</summary>
    Task<ChainView?> ReadAsync(long chainId, CancellationToken cancellationToken);

    /// <summary>Hashes of canonical blocks by height. A height that the mirror has no block of is left out.</summary>
    Task<IReadOnlyDictionary<long, Hash32>> ReadCanonicalAsync(long chainId, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken);
}

/// <summary>Where a chain is, as its mirror has it; as the node has it, with revision -1, where nothing is mirrored yet.</summary>
/// <param name="Number">Height of the canonical head.</param>
/// <param name="Time">Its block time.</param>
/// <param name="Finalized">Height of the finalized block; -1 for none.</param>
/// <param name="Halted">True while the mirror is not to be believed: nothing is sent.</param>
/// <param name="Genesis">Hash of block 0; null where it is the node's word.</param>
/// <param name="Revision">Committed steps of the mirror.</param>
public sealed record ChainView(long Number, ChainTime Time, long Finalized, bool Halted, Hash32? Genesis, long Revision = -1);
