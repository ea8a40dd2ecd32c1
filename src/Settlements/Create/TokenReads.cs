using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Keystone.Settlements.Create;

/// <summary>
/// Bounds how many unknown tokens one environment can have read from the operator's node in a minute: each costs several calls, also in a request that is refused
/// for something else. In windows of a whole minute, counted in this process.
/// </summary>
internal sealed class TokenReads(IOptions<SettlementOptions> options, TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, Window> _windows = new();

    /// <summary>Takes one reading.</summary>
    /// <exception cref="TokenReadsException">The environment has had its readings of this minute.</exception>
    public void Take(Guid environment)
    {
        int limit = options.Value.MaxTokenReadsPerMinute;
        if (limit == 0) return;
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        Window window = _windows.GetOrAdd(environment, _ => new Window());
        lock (window)
        {
            // A clock that was set back begins a new window.
            if (now >= window.Ends || now < window.Ends - 60) (window.Ends, window.Used) = (now - now % 60 + 60, 0);
            if (window.Used >= limit) throw new TokenReadsException(limit, (int)(window.Ends - now));
            window.Used++;
        }
    }

    sealed class Window
    {
        public long Ends;
        public int Used;
    }
}
