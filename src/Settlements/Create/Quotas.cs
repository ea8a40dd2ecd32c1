using System.Collections.Concurrent;
using System.Globalization;
using Keystone.Settlements.Errors;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Create;

/// <summary>
/// Bounds what one environment can make the operator pay for: settlements that are open at once, and an hour's settlements and relayed signatures, each of which may
/// cost a transaction.
/// The counts are read from the database at most once a second for each environment, so that several processes together may pass a bound by what they make in
/// a second.
/// </summary>
internal sealed class Quotas(QuotaStore store, IOptions<SettlementOptions> options, TimeProvider time)
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, Usage> _usage = new();

    sealed class Usage
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public DateTimeOffset ReadAt { get; set; } = DateTimeOffset.MinValue;

        public long Open { get; set; }

        public long Hour { get; set; }
    }

    /// <summary>Takes one settlement off what an environment may make; null when it may, else which quota it has reached and when it may again.</summary>
    public Task<DomainError?> TakeAsync(Guid environment, CancellationToken cancellationToken) => TakeAsync(environment, isSettlement: true, cancellationToken);

    /// <summary>The same for a signature that the keeper sends in a transaction of its own: it counts like a registration.</summary>
    public Task<DomainError?> TakeRelayAsync(Guid environment, CancellationToken cancellationToken) => TakeAsync(environment, isSettlement: false, cancellationToken);

    async Task<DomainError?> TakeAsync(Guid environment, bool isSettlement, CancellationToken cancellationToken)
    {
        (int open, int hourly) = (options.Value.MaxOpenSettlements, options.Value.MaxRegistrationsPerHour);
        if (open == 0 && hourly == 0) return null;
        Usage usage = _usage.GetOrAdd(environment, _ => new Usage());
        await usage.Gate.WaitAsync(cancellationToken);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (now - usage.ReadAt >= Fresh || now < usage.ReadAt)
            {
                (usage.Open, usage.Hour) = await store.CountAsync(environment, now.AddHours(-1), Math.Max(open, 1), Math.Max(hourly, 1), cancellationToken);
                usage.ReadAt = now;
            }
            if (isSettlement && open > 0 && usage.Open >= open)
                return new DomainError(ErrorCodes.QuotaReached, string.Create(CultureInfo.InvariantCulture,
                    $"At most {open} settlements may be open in this environment at once, and so many are. Go on when one of them has ended."))
                { RetryAfterSeconds = 60 };
            if (hourly > 0 && usage.Hour >= hourly)
            {
                DateTimeOffset again = await store.AgainAsync(environment, now.AddHours(-1), hourly, cancellationToken) ?? now.AddMinutes(1);
                int seconds = Math.Max(1, (int)Math.Ceiling((again - now).TotalSeconds));
                return new DomainError(ErrorCodes.QuotaReached, string.Create(CultureInfo.InvariantCulture,
                    $"At most {hourly} settlements and relayed signatures an hour may be made in this environment, because each may cost a transaction on the chain. The next may be made in {seconds} s."))
                { RetryAfterSeconds = seconds };
            }
            (usage.Open, usage.Hour) = (usage.Open + (isSettlement ? 1 : 0), usage.Hour + 1);
            return null;
        }
        finally
        {
            usage.Gate.Release();
        }
    }
}
