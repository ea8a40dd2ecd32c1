using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Keystone.Postgres;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Http;

/// <summary>
/// Requests of one environment that run at once in this process: three quarters as many as there are database connections, so that an environment whose requests all wait for
/// something leaves connections to the others. More wait for their turn, in order.
/// </summary>
internal sealed class RequestShares(IOptions<StorageOptions> storage) : IDisposable
{
    /// <summary>Requests of one environment that wait; more are refused.</summary>
    public const int MostWaiting = 1_000;

    readonly ConcurrentDictionary<Guid, ConcurrencyLimiter> _limiters = new();

    /// <summary>Waits for the environment's turn, which lasts until the lease is disposed. A lease that was not acquired means that too many wait.</summary>
    /// <remarks>
    /// One limiter for each environment that ever called, kept: the library's own set of limiters disposes of one that was idle for ten seconds, also under a request that has just found it.
    /// </remarks>
    public ValueTask<RateLimitLease> EnterAsync(Guid environment, CancellationToken cancellationToken) => _limiters.GetOrAdd(environment, _ => Of()).AcquireAsync(1, cancellationToken);

    // The setting is read at the first request: the document of the API is written by a start without settings.
    ConcurrencyLimiter Of() => new(new ConcurrencyLimiterOptions
    { PermitLimit = storage.Value.MaxPoolSize * 3 / 4, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    public void Dispose()
    {
        foreach (ConcurrencyLimiter limiter in _limiters.Values) limiter.Dispose();
    }
}
