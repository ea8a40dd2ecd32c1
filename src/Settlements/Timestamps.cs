using System.Globalization;

namespace Keystone.Settlements;

/// <summary>Times as text: UTC with <c>Z</c>, without a fraction when the second is whole, else with six digits.</summary>
public static class Timestamps
{
    /// <summary>The time as text.</summary>
    public static string Text(DateTimeOffset instant)
    {
        DateTimeOffset utc = instant.ToUniversalTime();
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
    }
}
