using System.Globalization;

namespace Keystone.Indexer;

/// <summary>Progress of a backfill.</summary>
/// <param name="Number">Height of the mirror.</param>
/// <param name="Target">Target height.</param>
/// <param name="BlocksPerSecond">Blocks per second, recently.</param>
/// <param name="EventsPerSecond">Logs per second, recently.</param>
/// <param name="Left">Remaining time at this rate; null while unknown.</param>
public readonly record struct BackfillReport(long Number, long Target, double BlocksPerSecond, double EventsPerSecond, TimeSpan? Left)
{
    /// <summary>Text for logs and commands.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"block {Number} of {Target}, {BlocksPerSecond:0} blocks/s, {EventsPerSecond:0} events/s{(Left is { } left && Number < Target ? $", {left:hh\\:mm\\:ss} left" : "")}");
}

/// <summary>Measures a backfill over the last 30 seconds, because the rate over all of it is misleading when later blocks have more logs.</summary>
internal sealed class BackfillProgress
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    readonly TimeProvider _time;
    readonly Queue<(long At, long Number, long Events)> _samples = new();
    long _events;

    /// <param name="time">Clock.</param>
    /// <param name="from">Height that was mirrored when it began.</param>
    public BackfillProgress(TimeProvider time, long from)
    {
        _time = time;
        _samples.Enqueue((time.GetTimestamp(), from, 0));
    }

    /// <summary>A step was committed.</summary>
    public BackfillReport Step(long number, long target, int events)
    {
        long now = _time.GetTimestamp();
        _events += events;
        while (_samples.Count > 1 && _time.GetElapsedTime(_samples.Peek().At, now) > Window) _samples.Dequeue();
        (long at, long before, long eventsBefore) = _samples.Peek();
        _samples.Enqueue((now, number, _events));
        double seconds = _time.GetElapsedTime(at, now).TotalSeconds;
        if (seconds <= 0) return new BackfillReport(number, target, 0, 0, null);
        double blocks = (number - before) / seconds;
        TimeSpan? left = blocks > 0 && (target - number) / blocks < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds((target - number) / blocks) : null;
        return new BackfillReport(number, target, blocks, (_events - eventsBefore) / seconds, left);
    }
}
