using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Keystone.Dashboard.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Keystone.Dashboard.Assets;

/// <summary>
/// Stylesheet, scripts, font and images out of this assembly, each under a path with its hash, so that browsers keep it for ever and another version has another path. Files on
/// disk would be missing where a program runs from its build folder, and then the page looks right and is dead.
/// </summary>
internal static class EmbeddedAssets
{
    const string Prefix = "assets/";

    static readonly FrozenDictionary<string, Asset> ByName = Load();

    /// <summary>Path of an asset.</summary>
    /// <param name="name">Name of the file in the folder Assets, or <c>blazor.web.js</c>.</param>
    public static string Url(string name) => ByName[name].Path;

    /// <summary>Bytes of an asset, not compressed.</summary>
    public static ReadOnlyMemory<byte> Bytes(string name) => ByName[name].Bytes;

    /// <summary>Serves them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        // A build without the browser's side of the circuit would serve pages that take no click.
        if (!ByName.TryGetValue("blazor.web.js", out Asset? script) || script.Bytes.Length < 100_000)
            throw new InvalidOperationException("This build lacks blazor.web.js; build src/Dashboard again after dotnet restore.");
        foreach (Asset asset in ByName.Values)
            routes.MapGet(asset.Path, context => WriteAsync(context, asset)).AllowAnonymous().ExcludeFromDescription();
    }

    static async Task WriteAsync(HttpContext context, Asset asset)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.Vary = "Accept-Encoding";
        context.Response.ContentType = asset.Type;
        byte[] bytes = asset.Bytes;
        if (asset.Compressed is { } compressed && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            bytes = compressed;
        }
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    static FrozenDictionary<string, Asset> Load()
    {
        Dictionary<string, Asset> assets = new(StringComparer.Ordinal);
        foreach (string resource in typeof(EmbeddedAssets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(name => name.EndsWith(".css", StringComparison.Ordinal)))
        {
            using Stream stream = typeof(EmbeddedAssets).Assembly.GetManifestResourceStream(resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Add(assets, resource[Prefix.Length..], bytes);
        }
        return assets.ToFrozenDictionary(StringComparer.Ordinal);
    }

    // Stylesheets come last: they name other assets, in place of which the paths with hashes are written.
    static void Add(Dictionary<string, Asset> assets, string name, byte[] bytes)
    {
        string extension = Path.GetExtension(name);
        if (extension == ".css")
        {
            string text = Encoding.UTF8.GetString(bytes);
            // Read by people with its indents, sent without them.
            text = string.Join('\n', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            foreach ((string other, Asset asset) in assets) text = text.Replace($"url(\"{other}\")", $"url(\"{asset.Path}\")", StringComparison.Ordinal);
            bytes = Encoding.UTF8.GetBytes(text);
        }
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));
        assets[name] = new Asset($"{DashboardPaths.Assets}/{Path.GetFileNameWithoutExtension(name)}.{hash}{extension}", TypeOf(extension), bytes,
            extension is ".woff2" or ".png" ? null : Compress(bytes));
    }

    static byte[] Compress(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return stream.ToArray();
    }

    static string TypeOf(string extension) => extension switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".woff2" => "font/woff2",
        ".png" => "image/png",
        _ => "text/plain; charset=utf-8",
    };

    sealed record Asset(string Path, string Type, byte[] Bytes, byte[]? Compressed);
}
