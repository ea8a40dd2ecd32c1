using System.Globalization;

namespace Keystone.Postgres;

/// <summary>Times as text, the only forms in which the services write them: RFC 3339 in UTC with <c>Z</c>.</summary>
public static class Timestamps
{
    const string WholeSeconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Exactly as Postgres keeps it: without a fraction when the second is whole, else with six digits.</summary>
    public static string Text(DateTimeOffset instant)
    {
        DateTimeOffset utc = instant.ToUniversalTime();
        return utc.ToString(utc.Ticks % TimeSpan.TicksPerSecond == 0 ? WholeSeconds : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Cut down to the second: what the chain knows and webhooks say.</summary>
    public static string Seconds(DateTimeOffset instant) => instant.ToUniversalTime().ToString(WholeSeconds, CultureInfo.InvariantCulture);
}
