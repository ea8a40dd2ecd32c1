using Keystone.Api;
using Keystone.Api.Sandbox;
using Keystone.Cli;
using Keystone.Dashboard.SignIn;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Keystone.Indexer;
using Keystone.Keeper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Keystone.Dev;

/// <summary>
/// The three services in this process. Each has a host, a container and a database role of its own, so that what Postgres refuses to a
/// service that runs apart it refuses here too.
/// </summary>
internal sealed class ServicesInProcess : IAsyncDisposable
{
    readonly Stack<IHost> _hosts = new();

    ServicesInProcess()
    {
    }

    /// <summary>Starts them; ready when this returns.</summary>
    public static async Task<ServicesInProcess> StartAsync(DevFile system, CancellationToken cancellationToken)
    {
        ServicesInProcess services = new();
        try
        {
            await services.StartAsync(Worker(system.Service("indexer"), KeystoneService.Indexer, builder => builder.Services.AddIndexer(builder.Configuration).AddIndexerReports()), cancellationToken);
            await services.StartAsync(Worker(system.Service("keeper"), KeystoneService.Keeper, builder => builder.Services.AddKeeper(builder.Configuration).AddKeeperReports()), cancellationToken);
            await services.StartAsync(Api(system), cancellationToken);
            return services;
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when one of them ended by itself, which is a fault.</summary>
    public async Task WaitForFaultAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource one = CancellationTokenSource.CreateLinkedTokenSource(
            [cancellationToken, .. _hosts.Select(host => host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping)]);
        await Task.Delay(Timeout.Infinite, one.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    public async ValueTask DisposeAsync()
    {
        while (_hosts.TryPop(out IHost? host))
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(10));
            await host.StopAsync(patience.Token).WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
            else host.Dispose();
        }
    }

    static WebApplication Api(DevFile system)
    {
        WebApplicationBuilder builder = KeystoneHost.CreateWebBuilder(["--config", system.Service("api").SettingsFile], KeystoneService.Api);
        builder.Services.AddEthereumNodes(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddReportLoop();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<ISandbox>(new DevSandbox(system));
        builder.Services.AddSingleton<ISandboxMembers>(new DevMembers(system.Members));
        builder.WebHost.UseUrls(system.ApiUrl);
        WebApplication app = builder.Build();
        app.MapApi();
        return app;
    }

    static IHost Worker(DevService service, KeystoneService identity, Action<HostApplicationBuilder> add)
    {
        HostApplicationBuilder builder = KeystoneHost.CreateBuilder(["--config", service.SettingsFile], identity);
        add(builder);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        return builder.Build();
    }

    async Task StartAsync(IHost host, CancellationToken cancellationToken)
    {
        _hosts.Push(host);
        KeystoneHost.ValidateSettings(host.Services);
        await host.StartAsync(cancellationToken);
    }
}
