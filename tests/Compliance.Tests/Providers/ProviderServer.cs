using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Keystone.Compliance.Tests.Providers;

/// <summary>A provider of screenings: a real HTTP server that answers by a script.</summary>
internal sealed class ProviderServer : IAsyncDisposable
{
    readonly WebApplication _server;

    ProviderServer(WebApplication server) => _server = server;

    /// <summary>Requests in order: headers and body.</summary>
    public ConcurrentQueue<(IReadOnlyDictionary<string, string> Headers, JsonObject Body)> Requests { get; } = new();

    /// <summary>How it answers the next requests.</summary>
    public Func<HttpContext, JsonObject, Task> Script { get; set; } = (_, _) => Task.CompletedTask;

    public string Url => _server.Urls.Single();

    public static async Task<ProviderServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        ProviderServer all = new(server);
        server.MapPost("/base/screenings", async context =>
        {
            JsonObject body = (JsonObject)JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())!;
            // The server uses the headers of a request again.
            all.Requests.Enqueue((context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            await all.Script(context, body);
        });
        server.MapGet("/file/{name}", context => all.Script(context, []));
        await server.StartAsync();
        return all;
    }

    /// <summary>Answers with a status and a JSON text in which <c>CHECK</c> is the id of the check.</summary>
    public static Func<HttpContext, JsonObject, Task> Says(int status, string json) => async (context, request) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json.Replace("CHECK", (string?)request["check_id"] ?? "", StringComparison.Ordinal)));
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
