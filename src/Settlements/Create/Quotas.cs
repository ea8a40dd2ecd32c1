using System.Collections.Concurrent;
using System.Globalization;
using Keystone.Identity;
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

    // The settings bound all environments; an environment's own bound is lower, or counts for nothing. 0 is no bound.
    static int Lower(int settings, int? own) => own is null ? settings : settings == 0 ? own.Value : Math.Min(settings, own.Value);

    /// <summary>Counts one more settlement against the quotas; null when they allow it, else the quota that is reached and when it allows the next.</summary>
    public Task<DomainError?> TakeAsync(Caller caller, CancellationToken cancellationToken) => TakeAsync(caller, isSettlement: true, cancellationToken);

    /// <summary>The same for a signature that the keeper sends in a transaction of its own: it counts like a registration.</summary>
    public Task<DomainError?> TakeRelayAsync(Caller caller, CancellationToken cancellationToken) => TakeAsync(caller, isSettlement: false, cancellationToken);

    async Task<DomainError?> TakeAsync(Caller caller, bool isSettlement, CancellationToken cancellationToken)
    {
        Guid environment = caller.EnvironmentId;
        (int open, int hourly) = (Lower(options.Value.MaxOpenSettlements, caller.MaxOpenSettlements), Lower(options.Value.MaxRegistrationsPerHour, caller.MaxRegistrationsPerHour));
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
