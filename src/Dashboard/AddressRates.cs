using System.Threading.RateLimiting;

namespace Keystone.Dashboard;

/// <summary>Requests a minute that one address may send. Counted in this process.</summary>
internal abstract class AddressRates(int allowed) : IDisposable
{
    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = allowed, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>True when another request may be served.</summary>
    public bool Take(string address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
