using System.Threading.RateLimiting;

namespace Keystone.Dashboard.SignIn;

/// <summary>Forms a minute that one address may send: each costs the work of a slow hash. Counted in this process.</summary>
internal sealed class SignInRates : IDisposable
{
    const int Allowed = 30;

    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(address,
        _ => new FixedWindowRateLimiterOptions { PermitLimit = Allowed, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>True when another form may be sent.</summary>
    public bool Take(string address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(address);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
