using Keystone.Mirror;
using Keystone.Postgres.Leases;

namespace Keystone.Indexer;

/// <summary>The lease of one chain's mirror.</summary>
internal sealed class ChainLease(IMirror mirror, long chainId) : ILease
{
    public Task<long?> TakeAsync(Guid holder, TimeSpan ttl, CancellationToken cancellationToken) => mirror.TakeLeaseAsync(chainId, holder, ttl, cancellationToken);

    public Task<bool> RenewAsync(long epoch, TimeSpan ttl, CancellationToken cancellationToken) => mirror.RenewLeaseAsync(chainId, epoch, ttl, cancellationToken);
}
