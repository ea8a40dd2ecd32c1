using System.Globalization;

namespace Keystone.Ethereum;

/// <summary>
/// The timestamp of a block: seconds since 1970-01-01 UTC, as <c>block.timestamp</c> has it. Deadlines on the chain are of this type, and
/// <see cref="IsPast"/> is the only comparison of the two: the service's clock has no say in them.
/// </summary>
/// <param name="Seconds">Seconds since the epoch.</param>
public readonly record struct ChainTime(ulong Seconds)
{
    /// <summary>True when a block of this time comes after the deadline. The contracts still accept a call in the second of the deadline itself.</summary>
    public bool IsPast(ChainTime deadline) => Seconds > deadline.Seconds;

    /// <summary>First block time that is past this one; the largest time has none and gives itself.</summary>
    public ChainTime Next => Plus(1);

    /// <summary>This time and so many seconds; the largest time where the sum would be beyond it.</summary>
    public ChainTime Plus(ulong seconds) => new(Seconds + seconds < Seconds ? ulong.MaxValue : Seconds + seconds);

    /// <summary>Seconds from here to a later time; negative for an earlier one.</summary>
    public long SecondsUntil(ChainTime later) => (long)Int128.Clamp((Int128)later.Seconds - Seconds, long.MinValue, long.MaxValue);

    /// <summary>Seconds as a signed number, as Postgres' <c>bigint</c> holds them. Terms may name any number: one beyond <c>bigint</c> is as good as its end.</summary>
    public long ToInt64() => (long)Math.Min(Seconds, long.MaxValue);

    /// <summary>Reads what <see cref="ToInt64"/> gave.</summary>
    public static ChainTime FromInt64(long seconds) => new((ulong)Math.Max(0, seconds));

    /// <summary>The second that a time is in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Before 1970.</exception>
    public static ChainTime FromDateTime(DateTimeOffset time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time.ToUnixTimeSeconds(), nameof(time));
        return new ChainTime((ulong)time.ToUnixTimeSeconds());
    }

    /// <summary>The time in UTC.</summary>
    /// <exception cref="ArgumentOutOfRangeException">After the year 9999.</exception>
    public DateTimeOffset ToDateTime() => DateTimeOffset.FromUnixTimeSeconds(ToInt64());

    /// <summary>A block's timestamp as it is read from a header or an event.</summary>
    public static implicit operator ChainTime(ulong seconds) => new(seconds);

    /// <summary>The seconds in decimal digits.</summary>
    public override string ToString() => Seconds.ToString(CultureInfo.InvariantCulture);
}
