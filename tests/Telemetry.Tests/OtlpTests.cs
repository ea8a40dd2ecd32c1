using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace Keystone.Telemetry.Tests;

public class OtlpTests
{
    /// <summary>A collector that takes what comes (OTLP over gRPC: HTTP/2 without TLS, status in the trailers).</summary>
    [Fact]
    public async Task Metrics_go_to_the_collector_that_is_named_without_the_labels_that_are_nobodys_business()
    {
        ConcurrentQueue<(string Path, byte[] Body)> taken = new();
        WebApplicationBuilder collector = WebApplication.CreateSlimBuilder();
        collector.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        await using WebApplication app = collector.Build();
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            taken.Enqueue((context.Request.Path, body.ToArray()));
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await app.StartAsync();

        using (IHost host = KeystoneHost.CreateBuilder(["--Management:Url", "http://127.0.0.1:0", "--Metrics:OtlpEndpoint", app.Urls.First()], KeystoneService.Indexer).Build())
        {
            await host.StartAsync();
            using Meter meter = new("Keystone.Telemetry.Otlp.Tests");
            meter.CreateCounter<long>("keystone.test.sent").Add(2, new("kind", "extend"), new("settlement_id", "secret"));
            await host.StopAsync();
        }

        // What was counted last is sent when the process ends.
        Assert.All(taken, one => Assert.Equal("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", one.Path));
        string said = string.Concat(taken.Select(one => Encoding.Latin1.GetString(one.Body)));
        Assert.Contains("keystone.test.sent", said, StringComparison.Ordinal);
        Assert.Contains("extend", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        await app.StopAsync();
    }
}
