using System.Threading.RateLimiting;

namespace Keystone.Dashboard.Deposit;

/// <summary>Requests a minute that one address may send to the deposit page. Counted in this process; questions to the chain are counted by link beside it.</summary>
internal sealed class DepositRates : IDisposable
{
    const int Allowed = 300;

    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = Allowed, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>True when another request may be served.</summary>
    public bool Take(string address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
