using System.Collections.Concurrent;

namespace Keystone.Postgres;

/// <summary>
/// When each loop of this process turned last. A loop that waits for work turns at its poll, whatever its database or node does, because every call has a
/// limit; one that no longer turns hangs, and only a restart helps.
/// </summary>
public sealed class LoopPulses(TimeProvider time)
{
    // Several statements that each wait for their limit.
    static readonly TimeSpan Usual = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<string, (long At, TimeSpan Limit)> _turns = new(StringComparer.Ordinal);

    /// <summary>Reports a turn of a loop.</summary>
    /// <param name="loop">Its name.</param>
    /// <param name="limit">Longest time to the next turn of a loop that works; default: two minutes.</param>
    public void Turn(string loop, TimeSpan? limit = null) => _turns[loop] = (time.GetTimestamp(), limit ?? Usual);

    /// <summary>Reports that a loop has ended as it should.</summary>
    public void End(string loop) => _turns.TryRemove(loop, out _);

    /// <summary>Loops that have not turned within their limit, by name.</summary>
    public IReadOnlyList<string> Late() => [.. _turns.Where(one => time.GetElapsedTime(one.Value.At) > one.Value.Limit).Select(one => one.Key).Order(StringComparer.Ordinal)];
}
