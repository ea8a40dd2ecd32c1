using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Deposits;

/// <summary>Bounds how many legs one environment can have checked at the operator's node in a minute: each costs a dozen calls, some of them to contracts of strangers.</summary>
internal sealed class PreflightReads(IOptions<SettlementOptions> options, TimeProvider time)
{
    readonly MinuteCounter _counter = new(time);

    /// <summary>Takes the check of one leg.</summary>
    /// <exception cref="PreflightReadsException">The environment has had its checks of this minute.</exception>
    public void Take(Guid environment)
    {
        int limit = options.Value.MaxPreflightLegsPerMinute;
        if (_counter.Take(environment, limit) is { } wait) throw new PreflightReadsException(limit, wait);
    }
}
