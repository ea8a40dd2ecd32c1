using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;

namespace Keystone.Hosting;

/// <summary>Redacts the finished line, so that exception texts and rendered values pass through the same sieve.</summary>
internal sealed class RedactingFormatter(ITextFormatter inner) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using StringWriter line = new(CultureInfo.InvariantCulture);
        inner.Format(logEvent, line);
        output.Write(LogRedaction.Redact(line.ToString()));
    }
}
