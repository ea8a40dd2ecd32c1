using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Create;

/// <summary>
/// Bounds how many unknown tokens one environment can have read from the operator's node in a minute: each costs several calls, also in a request that is refused
/// for something else.
/// </summary>
internal sealed class TokenReads(IOptions<SettlementOptions> options, TimeProvider time)
{
    readonly MinuteCounter _counter = new(time);

    /// <summary>Takes one reading.</summary>
    /// <exception cref="TokenReadsException">The environment has had its readings of this minute.</exception>
    public void Take(Guid environment)
    {
        int limit = options.Value.MaxTokenReadsPerMinute;
        if (_counter.Take(environment, limit) is { } wait) throw new TokenReadsException(limit, wait);
    }
}
