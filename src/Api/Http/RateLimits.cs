using System.Collections.Concurrent;

namespace Keystone.Api.Http;

/// <summary>Requests a minute per environment, in windows of a whole minute. Counted in this process.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, Window> _windows = new();

    /// <summary>Counts one request.</summary>
    public Allowance Take(Guid environment, int limit)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        Window window = _windows.GetOrAdd(environment, _ => new Window());
        lock (window)
        {
            if (now >= window.Ends)
                (window.Ends, window.Used) = (now - now % 60 + 60, 0);
            bool allowed = window.Used < limit;
            if (allowed)
                window.Used++;
            return new Allowance(allowed, limit, limit - window.Used, window.Ends, (int)(window.Ends - now));
        }
    }

    /// <param name="Allowed">The request may go on.</param>
    /// <param name="Limit">Requests a minute.</param>
    /// <param name="Remaining">Left in this window.</param>
    /// <param name="Reset">End of the window, seconds since the epoch.</param>
    /// <param name="Wait">Seconds until then.</param>
    internal readonly record struct Allowance(bool Allowed, int Limit, int Remaining, long Reset, int Wait);

    sealed class Window
    {
        public long Ends;
        public int Used;
    }
}
