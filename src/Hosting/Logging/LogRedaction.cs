using System.Text.RegularExpressions;

namespace Keystone.Hosting;

/// <summary>
/// Takes out of a text what must not be logged: user info, path and query of URLs (providers put their keys there), passwords of connection
/// strings, and tokens: JWTs, and whatever follows <c>Bearer</c> or <c>Basic</c> in a header.
/// </summary>
public static partial class LogRedaction
{
    /// <summary>The text with every URL cut to scheme, host and port, and passwords and tokens replaced by <c>***</c>.</summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string cut = text.Contains("://", StringComparison.Ordinal) ? Url().Replace(text, "$1$3") : text;
        if (cut.Contains("password", StringComparison.OrdinalIgnoreCase)) cut = Password().Replace(cut, "$1***");
        if (cut.Contains("eyJ", StringComparison.Ordinal)) cut = Token().Replace(cut, "***");
        return cut.Contains("bearer ", StringComparison.OrdinalIgnoreCase) || cut.Contains("basic ", StringComparison.OrdinalIgnoreCase)
            ? Credentials().Replace(cut, "$1***")
            : cut;
    }

    [GeneratedRegex("""\b([a-z][a-z0-9+.-]{1,20}://)([^\s"'/@\\?#]*@)?([^\s"'/@\\?#<>,;)\]]+)([/?#][^\s"'\\<>,;)\]]*)?""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    // RFC 7519: the header of a JWT is an object, which is eyJ in base64url.
    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*)?", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // RFC 6750 and RFC 7617: sixteen characters and more, so that "basic authentication" stays.
    [GeneratedRegex(@"\b((?:bearer|basic) +)[A-Za-z0-9+/_.~-]{16,}=*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();

    [GeneratedRegex("""\b(password\s*=\s*)[^;\s"']+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
