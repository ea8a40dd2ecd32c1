namespace Keystone.Postgres;

/// <summary>Business time of a development system: this machine's time and an offset that is moved forward. Intervals and timers stay real.</summary>
/// <param name="machine">This machine's time.</param>
public sealed class BusinessTime(TimeProvider machine) : TimeProvider
{
    long _offset;

    /// <summary>This machine's time.</summary>
    public TimeProvider Machine => machine;

    /// <summary>How far business time is ahead of this machine's.</summary>
    public TimeSpan Offset
    {
        get => new(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow() + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => machine.CreateTimer(callback, state, dueTime, period);
}
