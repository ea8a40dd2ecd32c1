using System.CommandLine;
using System.CommandLine.Parsing;

namespace Keystone.Cli;

/// <summary>Options that take a URL. The library converts text to many types, to <see cref="Uri"/> it does not.</summary>
internal static class UrlOption
{
    /// <summary><c>--rpc-url</c>, http or https.</summary>
    public static Option<Uri> Node(bool required = true)
    {
        Option<Uri> node = Create("--rpc-url", "Node of the chain, http or https.");
        node.Required = required;
        return node;
    }

    /// <summary>A required URL, http or https.</summary>
    public static Option<Uri> Create(string name, string description) => new(name) { Required = true, Description = description, CustomParser = parsed => Read(name, parsed) };

    /// <summary>A URL that may be left out.</summary>
    public static Option<Uri?> CreateOptional(string name, string description) => new(name) { Description = description, CustomParser = parsed => Read(name, parsed) };

    static Uri? Read(string name, ArgumentResult parsed)
    {
        string text = parsed.Tokens.Count == 1 ? parsed.Tokens[0].Value : "";
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https") return url;
        parsed.AddError($"{name} must begin with http:// or https://.");
        return null;
    }
}
