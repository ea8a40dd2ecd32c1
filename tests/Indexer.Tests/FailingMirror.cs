using Keystone.Ethereum;
using Keystone.Mirror;

namespace Keystone.Indexer.Tests;

/// <summary>A mirror whose steps are counted, or fail.</summary>
sealed class FailingMirror(IMirror inner, Func<Exception>? fault) : IMirror
{
    public int Commits { get; private set; }

    public async Task<StepOutcome> WriteAsync(long chainId, long epoch, MirrorStep step, CancellationToken cancellationToken)
    {
        if (fault is not null) throw fault();
        StepOutcome outcome = await inner.WriteAsync(chainId, epoch, step, cancellationToken);
        Commits++;
        return outcome;
    }

    public Task EnsureAsync(ChainIdentity identity, long startBlock, CancellationToken cancellationToken) => inner.EnsureAsync(identity, startBlock, cancellationToken);

    public Task<long?> TakeLeaseAsync(long chainId, Guid holder, TimeSpan ttl, CancellationToken cancellationToken) =>
        inner.TakeLeaseAsync(chainId, holder, ttl, cancellationToken);

    public Task<bool> RenewLeaseAsync(long chainId, long epoch, TimeSpan ttl, CancellationToken cancellationToken) =>
        inner.RenewLeaseAsync(chainId, epoch, ttl, cancellationToken);

    public Task<MirrorPosition?> ReadPositionAsync(long chainId, CancellationToken cancellationToken) => inner.ReadPositionAsync(chainId, cancellationToken);

    public Task<KnownChain> ReadKnownAsync(MirrorPosition position, int most, CancellationToken cancellationToken) => inner.ReadKnownAsync(position, most, cancellationToken);

    public Task HaltAsync(long chainId, long epoch, string reason, CancellationToken cancellationToken) => inner.HaltAsync(chainId, epoch, reason, cancellationToken);

    public Task RefoldAsync(long chainId, long epoch, Address escrow, CancellationToken cancellationToken) => inner.RefoldAsync(chainId, epoch, escrow, cancellationToken);

    public Task ResetAsync(long chainId, long epoch, long startBlock, string reason, CancellationToken cancellationToken) =>
        inner.ResetAsync(chainId, epoch, startBlock, reason, cancellationToken);

    public Task ClearHaltAsync(long chainId, long epoch, CancellationToken cancellationToken) => inner.ClearHaltAsync(chainId, epoch, cancellationToken);
}
