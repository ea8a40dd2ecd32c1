using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Keystone.Hosting;

/// <summary>
/// The management port as a server of its own: no public endpoint can be reached through it, nor it through a public port. Started before
/// every other service of the host, so that a start that hangs can be seen.
/// </summary>
internal sealed partial class ManagementServer : IHostedService, IAsyncDisposable
{
    readonly IServiceProvider _owner;
    readonly string _url;
    readonly ILogger<ManagementServer> _log;
    WebApplication? _app;

    /// <summary>Made by the container.</summary>
    public ManagementServer(IServiceProvider owner, KeystoneService service, IOptions<ManagementOptions> options, ILogger<ManagementServer> log)
    {
        _owner = owner;
        _log = log;
        _url = options.Value.Url is { Length: > 0 } url ? url : $"http://127.0.0.1:{service.ManagementPort}";
    }

    /// <summary>The address it listens on, with the real port; null before the start.</summary>
    public string? Address { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        // The outer host owns signals; a second console lifetime would take them away from it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseUrls(_url);
        _app = builder.Build();
        _app.MapKeystoneManagement(_owner);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            throw new SettingsException([$"Management:Url: cannot listen on {_url}: {e.Message}"]);
        }
        Address = _app.Urls.First();
        Listening(Address);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    [LoggerMessage(3001, LogLevel.Information, "Health and metrics on {Address}")]
    partial void Listening(string address);

    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
