using System.Collections.Concurrent;

namespace Keystone.Api.Http;

/// <summary>Failed attempts a minute per name and address, against guessing of secrets. Counted in this process.</summary>
internal sealed class FailureLimits(TimeProvider time)
{
    const int Allowed = 10;
    const int Capacity = 100_000;
    readonly ConcurrentDictionary<string, (long Ends, int Count)> _windows = new(StringComparer.Ordinal);

    /// <summary>Seconds to wait; 0 when another attempt is allowed.</summary>
    public int WaitFor(string name)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        return _windows.TryGetValue(name, out (long Ends, int Count) window) && window.Ends > now && window.Count >= Allowed ? (int)(window.Ends - now) : 0;
    }

    public void Failed(string name)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        if (_windows.Count > Capacity)
            foreach ((string old, (long Ends, int Count) window) in _windows)
                if (window.Ends <= now)
                    _windows.TryRemove(old, out _);
        _windows.AddOrUpdate(name, (now + 60, 1), (_, window) => window.Ends <= now ? (now + 60, 1) : (window.Ends, window.Count + 1));
    }
}
