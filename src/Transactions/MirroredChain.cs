using Keystone.Ethereum;

namespace Keystone.Transactions;

/// <summary>One chain of the mirror.</summary>
internal sealed class MirroredChain(IChainMirror mirror, long chainId)
{
    /// <summary>Where the mirror is; null if it does not know the chain.</summary>
    public Task<ChainView?> ReadAsync(CancellationToken cancellationToken) => mirror.ReadAsync(chainId, cancellationToken);

    /// <summary>Hashes of the mirror's canonical blocks by height; a height that the mirror has no block of is left out.</summary>
    public async Task<Dictionary<long, Hash32>> ReadCanonicalAsync(IReadOnlyCollection<long> numbers, CancellationToken cancellationToken) =>
        numbers.Count == 0 ? [] : new Dictionary<long, Hash32>(await mirror.ReadCanonicalAsync(chainId, numbers, cancellationToken));
}
