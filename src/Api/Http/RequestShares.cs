using System.Threading.RateLimiting;
using Keystone.Postgres;
using Microsoft.Extensions.Options;

namespace Keystone.Api.Http;

/// <summary>
/// Requests of one environment that run at once in this process: three quarters as many as there are database connections, so that an environment whose requests all wait for
/// something leaves connections to the others. More wait for their turn, in order.
/// </summary>
internal sealed class RequestShares : IDisposable
{
    /// <summary>Requests of one environment that wait; more are refused.</summary>
    public const int MostWaiting = 1_000;

    readonly PartitionedRateLimiter<Guid> _limiter;

    // The setting is read at the first request: the document of the API is written by a start without settings.
    public RequestShares(IOptions<StorageOptions> storage) => _limiter = PartitionedRateLimiter.Create<Guid, Guid>(environment => RateLimitPartition.GetConcurrencyLimiter(environment,
        _ => new ConcurrencyLimiterOptions { PermitLimit = storage.Value.MaxPoolSize * 3 / 4, QueueLimit = MostWaiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst }));

    /// <summary>Waits for the environment's turn, which lasts until the lease is disposed. A lease that was not acquired means that too many wait.</summary>
    public ValueTask<RateLimitLease> EnterAsync(Guid environment, CancellationToken cancellationToken) => _limiter.AcquireAsync(environment, 1, cancellationToken);

    public void Dispose() => _limiter.Dispose();
}
