using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Testing.Scripted;

/// <summary>An endpoint on the loopback that answers as the test says, for what no sound node would say.</summary>
public sealed class ScriptedEndpoint : IAsyncDisposable
{
    readonly WebApplication _application;

    ScriptedEndpoint(WebApplication application) => _application = application;

    public Uri Url { get; private set; } = null!;

    public static Task<ScriptedEndpoint> AnsweringAsync(string body, int status = 200, params (string Name, string Value)[] headers) =>
        StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            foreach ((string name, string value) in headers) context.Response.Headers[name] = value;
            await context.Response.WriteAsync(body);
        });

    public static Task<ScriptedEndpoint> StartSocketAsync(Func<WebSocket, Task> talk) => StartAsync(async context =>
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await talk(socket);
        }
        catch (WebSocketException)
        {
            // The other side is gone.
        }
    });

    public static async Task<ScriptedEndpoint> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        application.UseWebSockets();
        application.Run(answer);
        ScriptedEndpoint endpoint = new(application);
        await application.StartAsync();
        IServerAddressesFeature addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        endpoint.Url = new Uri(addresses.Addresses.Single());
        return endpoint;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
