using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Keystone.Cli;
using Keystone.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Keystone.Dev.Demo;

/// <summary>A platform's listening endpoint: checks the signature as the guide asks receivers to, and keeps the messages.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly IPAddress _address;
    readonly TaskCompletionSource<string> _secret = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentDictionary<string, JsonObject> _messages = new(StringComparer.Ordinal);
    int _forged;

    WebhookReceiver(WebApplication app, IPAddress address) => (_app, _address) = (app, address);

    /// <summary>Where the keeper reaches it.</summary>
    public Uri Url => new UriBuilder(_app.Urls.First()) { Host = _address.ToString(), Path = "/webhooks" }.Uri;

    /// <summary>Deliveries with a wrong signature.</summary>
    public int Forged => _forged;

    /// <param name="address">Address of this machine at which the keeper reaches it.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<WebhookReceiver> StartAsync(IPAddress address, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseUrls($"http://{address}:0");
        WebApplication app = builder.Build();
        WebhookReceiver receiver = new(app, address);
        app.MapPost("/webhooks", receiver.ReceiveAsync);
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>The secret that the registration returned; deliveries wait for it.</summary>
    public void Trust(string secret) => _secret.TrySetResult(secret);

    /// <summary>What was said of a settlement, each message once, in its order.</summary>
    public IReadOnlyList<JsonObject> Of(string settlement) =>
        [.. _messages.Values.Where(message => (string?)message["data"]?["settlement_id"] == settlement).OrderBy(message => (long)message["sequence"]!)];

    /// <summary>Events of a settlement in their order.</summary>
    public IReadOnlyList<string> EventsOf(string settlement) => [.. Of(settlement).Select(message => (string)message["event"]!)];

    public async ValueTask DisposeAsync()
    {
        _secret.TrySetCanceled();
        await _app.DisposeAsync();
    }

    async Task ReceiveAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        string secret = await _secret.Task.WaitAsync(context.RequestAborted);
        WebhookVerifier verifier = new(secret);
        IHeaderDictionary headers = context.Request.Headers;
        if (!verifier.IsKeystone(body.ToArray(), headers["X-Keystone-Signature"])
            || !verifier.IsStandard(body.ToArray(), headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"]))
        {
            Interlocked.Increment(ref _forged);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        JsonObject message = (JsonObject)JsonNode.Parse(body.ToArray())!;
        // Delivery is at least once: a repetition has the same id.
        _messages.TryAdd((string)message["id"]!, message);
    }
}
