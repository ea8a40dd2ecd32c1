namespace Keystone.Client;

/// <summary>An operation of the API.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Template">Path with its parameters in braces.</param>
/// <param name="Repeatable">The same request again changes nothing, so that it is sent again when no answer came.</param>
internal sealed record Route(HttpMethod Method, string Template, bool Repeatable)
{
    /// <summary>The path with its parameters filled in, in their order.</summary>
    public string Path(params string[] values)
    {
        string path = Template;
        foreach (string value in values)
        {
            int open = path.IndexOf('{', StringComparison.Ordinal), close = path.IndexOf('}', StringComparison.Ordinal);
            path = path[..open] + Uri.EscapeDataString(value) + path[(close + 1)..];
        }
        return path;
    }
}
