using System.Collections.Concurrent;

namespace Keystone.Postgres;

/// <summary>
/// Tells loops that there may be something to do: at once in this process, and through Postgres in the others. Raised after the commit
/// that made it so. A lost signal costs one poll and nothing else.
/// </summary>
public sealed class WakeSignals
{
    /// <summary>Loop that moves settlements.</summary>
    public const string Engine = "engine";

    /// <summary>Loop that screens parties.</summary>
    public const string Screening = "screening";

    /// <summary>Loop that reads the mirror's feed.</summary>
    public const string Feed = "feed";

    /// <summary>Loop that relays signatures of depositors.</summary>
    public const string Relay = "relay";

    /// <summary>Loop that numbers messages and makes deliveries of them.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Loop that sends webhooks.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Loop that ends the open pages of sessions that are over.</summary>
    public const string Sessions = "sessions";

    readonly ConcurrentDictionary<string, TaskCompletionSource> _loops = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, byte> _toPublish = new(StringComparer.Ordinal);
    readonly SemaphoreSlim _telling = new(0, 1);

    /// <summary>Wakes a loop here and, within some 20 ms, in the other processes.</summary>
    public void Raise(string loop)
    {
        RaiseHere(loop);
        if (!_toPublish.TryAdd(loop, 0)) return;
        try
        {
            _telling.Release();
        }
        catch (SemaphoreFullException)
        {
            // The notifier is awake already and will find it.
        }
    }

    /// <summary>
    /// Ends with the next signal for a loop. Take it before looking for work, and wait for it (or for the poll) afterwards: what is raised
    /// during the look then makes another one follow.
    /// </summary>
    public Task Next(string loop) => Loop(loop).Task;

    /// <summary>Waits for a signal that was taken by <see cref="Next"/>, or for the poll.</summary>
    public static async Task WaitAsync(Task next, TimeSpan poll, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        try
        {
            await next.WaitAsync(poll, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The poll.
        }
    }

    /// <summary>Wakes a loop of this process only.</summary>
    public void RaiseHere(string loop)
    {
        TaskCompletionSource current = Loop(loop);
        _loops.TryUpdate(loop, Fresh(), current);
        current.TrySetResult();
    }

    internal void RaiseAllHere()
    {
        foreach (string loop in _loops.Keys) RaiseHere(loop);
    }

    internal async Task<string[]> NextToPublishAsync(CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken).ConfigureAwait(false);
        string[] loops = [.. _toPublish.Keys];
        foreach (string loop in loops) _toPublish.TryRemove(loop, out _);
        return loops;
    }

    TaskCompletionSource Loop(string name) => _loops.GetOrAdd(name, _ => Fresh());

    static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
