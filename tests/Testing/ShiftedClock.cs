namespace Keystone.Testing;

/// <summary>The real time, moved: timers run as ever, the clock shows what a test wants.</summary>
public sealed class ShiftedClock : TimeProvider
{
    /// <summary>How far the clock is ahead of the real time.</summary>
    public TimeSpan Shift { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
