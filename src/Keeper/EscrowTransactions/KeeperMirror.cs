using Keystone.Ethereum;
using Keystone.Mirror;
using Keystone.Transactions;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>The mirror as the transaction manager reads it.</summary>
internal sealed class KeeperMirror(MirrorReader mirror) : IChainMirror
{
    public async Task<ChainView?> ReadAsync(long chainId, CancellationToken cancellationToken) =>
        await mirror.ReadAsync(chainId, [], cancellationToken) is { Head: var head, Identity: var identity }
            ? new ChainView(head.Number, head.Time, head.Finalized, head.IsHalted, identity.GenesisHash, head.Revision) : null;

    public async Task<IReadOnlyDictionary<long, Hash32>> ReadCanonicalAsync(long chainId, IReadOnlyCollection<long> numbers, CancellationToken cancellationToken) =>
        (await mirror.ReadBlocksAsync(chainId, numbers, cancellationToken)).ToDictionary(block => block.Key, block => block.Value.Hash);
}
