namespace Keystone.Postgres;

/// <summary>Times that are stored.</summary>
public static class Clocks
{
    /// <summary>Now in UTC, whole microseconds: Postgres keeps no more, so the first answer and later ones show the same time.</summary>
    public static DateTimeOffset UtcNowMicroseconds(this TimeProvider time) => new(time.GetUtcNow().Ticks / 10 * 10, TimeSpan.Zero);
}
