using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.EndToEnd;

/// <summary>A receiver on this machine that keeps every request as it came.</summary>
internal sealed class EventReceiver : IAsyncDisposable
{
    readonly WebApplication _app;

    EventReceiver(WebApplication app, ConcurrentQueue<Received> received) => (_app, All) = (app, received);

    public ConcurrentQueue<Received> All { get; }

    public string Url => _app.Urls.First() + "/webhooks";

    /// <param name="url">Where it listens; null for a free port.</param>
    /// <param name="received">What another one on this address had received before it was stopped.</param>
    public static async Task<EventReceiver> StartAsync(string? url = null, ConcurrentQueue<Received>? received = null)
    {
        ConcurrentQueue<Received> all = received ?? new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url ?? "http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            all.Enqueue(new Received(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray()));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await app.StartAsync();
        return new EventReceiver(app, all);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A request.</summary>
    internal sealed record Received(IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public System.Text.Json.Nodes.JsonNode Json => System.Text.Json.Nodes.JsonNode.Parse(Body)!;

        public string Event => (string)Json["event"]!;
    }
}
