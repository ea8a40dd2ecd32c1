using System.Text.RegularExpressions;

namespace Keystone.Telemetry;

/// <summary>
/// Takes out of a text what must not be logged: user info, path and query of URLs (providers put their keys there) and passwords
/// of connection strings.
/// </summary>
public static partial class LogRedaction
{
    /// <summary>The text with every URL cut to scheme, host and port, and passwords replaced by <c>***</c>.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cut = text.Contains("://", StringComparison.Ordinal) ? Url().Replace(text, "$1$3") : text;
        return cut.Contains("password", StringComparison.OrdinalIgnoreCase) ? Password().Replace(cut, "$1***") : cut;
    }

    [GeneratedRegex("""\b([a-z][a-z0-9+.-]{1,20}://)([^\s"'/@\\?#]*@)?([^\s"'/@\\?#<>,;)\]]+)([/?#][^\s"'\\<>,;)\]]*)?""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex("""\b(password\s*=\s*)[^;\s"']+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
