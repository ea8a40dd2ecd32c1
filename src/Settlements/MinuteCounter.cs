using System.Collections.Concurrent;

namespace Keystone.Settlements;

/// <summary>Counts what each environment does in a minute, in windows of a whole minute and in this process.</summary>
internal sealed class MinuteCounter(TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, Window> _windows = new();

    /// <summary>Takes one, if the environment has any left.</summary>
    /// <param name="environment">Whose.</param>
    /// <param name="limit">Most in a minute; 0 for no bound.</param>
    /// <returns>Null when it was taken, else the seconds until the next window.</returns>
    public int? Take(Guid environment, int limit)
    {
        if (limit == 0) return null;
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        Window window = _windows.GetOrAdd(environment, _ => new Window());
        lock (window)
        {
            // A clock that was set back begins a new window.
            if (now >= window.Ends || now < window.Ends - 60) (window.Ends, window.Used) = (now - now % 60 + 60, 0);
            if (window.Used >= limit) return (int)(window.Ends - now);
            window.Used++;
            return null;
        }
    }

    sealed class Window
    {
        public long Ends;
        public int Used;
    }
}
