using System.Globalization;

namespace Keystone.Hosting.Systemd;

/// <summary>Time without a report after which systemd restarts the service; null when it does not watch (systemd.service(5), WatchdogSec).</summary>
internal sealed record WatchdogInterval(TimeSpan? Value)
{
    /// <summary>Reads <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c> as sd_watchdog_enabled(3) says.</summary>
    public static TimeSpan? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("WATCHDOG_PID") is { Length: > 0 } watched
            && watched != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return null;
        return long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) : null;
    }
}
