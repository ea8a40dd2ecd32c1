using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Keystone.Testing;

/// <summary>A collector in this process that keeps what is exported to it: OTLP over gRPC (HTTP/2 without TLS, status in the trailers) or over HTTP.</summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    readonly ConcurrentQueue<(string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers)> _taken = new();
    readonly WebApplication _app;

    OtlpCollector(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Paths that were posted to.</summary>
    public IEnumerable<string> Paths => _taken.Select(one => one.Path);

    /// <summary>Headers of the exports.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Headers => _taken.Select(one => one.Headers);

    /// <summary>All that was exported, a character a byte.</summary>
    public string Text => string.Concat(_taken.Select(one => Encoding.Latin1.GetString(one.Body)));

    /// <summary>The spans among it.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _taken.Where(one => one.Path.Contains("race", StringComparison.Ordinal)).SelectMany(one => OtlpSpan.ReadAll(one.Body))];

    public static async Task<OtlpCollector> StartAsync(bool grpc)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        // A line for each export would hide what a failing test has to say.
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0,
            listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        OtlpCollector collector = new(builder.Build());
        collector._app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            // A gRPC message has five bytes in front: compressed or not, and its length.
            // Copied: the server uses its own dictionary again for the next request.
            Dictionary<string, string> headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            collector._taken.Enqueue((context.Request.Path, body.ToArray()[(grpc ? 5 : 0)..], headers));
            if (!grpc)
            {
                context.Response.ContentType = "application/x-protobuf";
                return;
            }
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
