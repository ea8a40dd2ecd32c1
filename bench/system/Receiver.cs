using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.SystemBench;

/// <summary>Takes the webhooks of the platforms.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly HashSet<string> _finalized = [];

    Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.First() + "/hooks";

    /// <summary>Settlements of which the last state was delivered.</summary>
    public int Finalized
    {
        get
        {
            lock (_finalized) return _finalized.Count;
        }
    }

    public static async Task<Receiver> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        Receiver receiver = new(app);
        app.MapPost("/hooks", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task ReceiveAsync(HttpContext context)
    {
        JsonNode message = (await JsonNode.ParseAsync(context.Request.Body))!;
        if ((string?)message["event"] == "settlement.state.finalized")
            lock (_finalized) _finalized.Add((string)message["data"]!["settlement_id"]!);
    }
}
