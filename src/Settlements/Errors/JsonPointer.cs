using System.Text;

namespace Keystone.Settlements.Errors;

/// <summary>Reads JSON pointers (RFC 6901).</summary>
public static class JsonPointer
{
    /// <summary>The unescaped reference tokens; none for the whole document.</summary>
    public static string[] Parts(string pointer)
    {
        ArgumentNullException.ThrowIfNull(pointer);
        return pointer.Length == 0 ? []
            : [.. pointer[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    /// <summary>A member's name as a reference token.</summary>
    public static string Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
    }

    /// <summary>The pointer as people write it: <c>/legs/1/quantity</c> is <c>legs[1].quantity</c>.</summary>
    public static string ToPath(string pointer)
    {
        StringBuilder path = new();
        foreach (string part in Parts(pointer))
            if (part.All(char.IsAsciiDigit))
                path.Append('[').Append(part).Append(']');
            else
                path.Append(path.Length == 0 ? "" : ".").Append(part);
        return path.ToString();
    }
}
