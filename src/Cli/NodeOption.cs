using System.CommandLine;

namespace Keystone.Cli;

/// <summary>The option that names a node.</summary>
internal static class NodeOption
{
    /// <summary><c>--rpc-url</c>, http or https.</summary>
    public static Option<Uri> Create() => new("--rpc-url")
    {
        Required = true,
        Description = "Node of the chain, http or https.",
        CustomParser = parsed =>
        {
            string text = parsed.Tokens.Count == 1 ? parsed.Tokens[0].Value : "";
            if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") return url;
            parsed.AddError("--rpc-url must begin with http:// or https://.");
            return null;
        },
    };
}
