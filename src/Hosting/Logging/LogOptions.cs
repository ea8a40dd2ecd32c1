using Serilog.Events;

namespace Keystone.Hosting;

/// <summary>Section <c>Log</c>.</summary>
public sealed class LogOptions
{
    /// <summary><c>text</c> for reading or <c>json</c> for log collectors; one event per line.</summary>
    public string Format { get; set; } = "text";

    /// <summary>Minimum level that is written: <c>Verbose</c>, <c>Debug</c>, <c>Information</c>, <c>Warning</c>, <c>Error</c> or <c>Fatal</c>.</summary>
    public string Level { get; set; } = "Information";

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        if (Format is not ("text" or "json"))
            yield return "Log:Format must be text or json.";
        if (!Enum.TryParse<LogEventLevel>(Level, ignoreCase: true, out _))
            yield return "Log:Level must be Verbose, Debug, Information, Warning, Error or Fatal.";
    }
}
