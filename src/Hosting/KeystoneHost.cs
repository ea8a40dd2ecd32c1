using Keystone.Hosting.Clock;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Keystone.Hosting;

/// <summary>Builds and runs a service: settings, telemetry, management port, and a start that names what is wrong in plain sentences.</summary>
public static class KeystoneHost
{
    static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(4);

    /// <summary>A web host with our settings and telemetry; it serves nothing yet beside the management port.</summary>
    /// <exception cref="SettingsException">A setting is missing or wrong.</exception>
    public static WebApplicationBuilder CreateWebBuilder(string[] args, KeystoneService service, bool secretsInEnvironment = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Keystone." + service.Name });
        KeystoneConfiguration.Read(builder.Configuration, args, secretsInEnvironment);
        builder.Services.AddServiceClocks(builder.Configuration);
        builder.AddKeystoneTelemetry(service);
        return builder;
    }

    /// <summary>A host without public endpoints, with our settings and telemetry.</summary>
    /// <exception cref="SettingsException">A setting is missing or wrong.</exception>
    public static HostApplicationBuilder CreateBuilder(string[] args, KeystoneService service, bool secretsInEnvironment = false)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ApplicationName = "Keystone." + service.Name });
        KeystoneConfiguration.Read(builder.Configuration, args, secretsInEnvironment);
        builder.Services.AddServiceClocks(builder.Configuration);
        builder.AddKeystoneTelemetry(service);
        return builder;
    }

    /// <summary>Runs a service without public endpoints until it is stopped.</summary>
    /// <returns>Exit code: 0 after an orderly stop, 1 when it could not start or a loop failed.</returns>
    public static Task<int> RunAsync(string[] args, KeystoneService service, Action<HostApplicationBuilder> add) =>
        args.Contains(HealthProbe.Argument) ? HealthProbe.RunAsync(args, service) : GuardAsync(() =>
        {
            HostApplicationBuilder builder = CreateBuilder(args, service);
            add(builder);
            return builder.Build();
        });

    /// <summary>Runs a service with public endpoints until it is stopped.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="service">Which one.</param>
    /// <param name="url">Reads the address to listen on from the settings.</param>
    /// <param name="add">Registers services.</param>
    /// <param name="map">Maps endpoints.</param>
    /// <returns>Exit code: 0 after an orderly stop, 1 when it could not start or a loop failed.</returns>
    public static Task<int> RunWebAsync(
        string[] args, KeystoneService service, Func<WebApplicationBuilder, string> url, Action<WebApplicationBuilder> add,
        Action<WebApplication> map) =>
        args.Contains(HealthProbe.Argument) ? HealthProbe.RunAsync(args, service) : GuardAsync(() =>
        {
            WebApplicationBuilder builder = CreateWebBuilder(args, service);
            add(builder);
            builder.WebHost.UseUrls(url(builder));
            WebApplication app = builder.Build();
            // Before the endpoints are mapped: mapping resolves services, and the first wrong setting would hide the others.
            ValidateSettings(app.Services);
            map(app);
            return app;
        }, urlSetting: $"{char.ToUpperInvariant(service.Name[0])}{service.Name[1..]}:Url");

    /// <summary>Checks every validated option at once, before anything is started.</summary>
    /// <exception cref="SettingsException">With all faults.</exception>
    public static void ValidateSettings(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception e) when (SettingsFaults(e) is { Count: > 0 } faults)
        {
            throw new SettingsException(faults);
        }
    }

    static async Task<int> GuardAsync(Func<IHost> build, string? urlSetting = null)
    {
        IHost? host = null;
        bool started = false;
        try
        {
            if (GlobalizationSupport.Missing is { } missing) throw new SettingsException([missing]);
            host = build();
            ValidateSettings(host.Services);
            await host.StartAsync();
            started = true;
            await host.WaitForShutdownAsync();
            bool failed = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(loop => loop.ExecuteTask is { IsFaulted: true });
            return failed ? 1 : Environment.ExitCode;
        }
        catch (Exception e) when (!started)
        {
            // A start that fails is answered to a person at a terminal: the sentence, not a stack.
            IReadOnlyList<string> faults = SettingsFaults(e);
            string said = (e is IOException or System.Net.Sockets.SocketException) && urlSetting is not null ? $"{urlSetting}: {e.Message}" : e.Message;
            foreach (string line in faults.Count > 0 ? faults : [said])
                await Console.Error.WriteLineAsync(LogRedaction.Redact(line));
            return 1;
        }
        finally
        {
            if (host is not null) await ReleaseAsync(host);
        }
    }

    // A service that waits for a database that is gone may wait for ever. Everything that must be kept is committed by now, so the process ends.
    static async Task ReleaseAsync(IHost host)
    {
        Task released = Task.Run(async () =>
        {
            if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
            else host.Dispose();
        });
        await Task.WhenAny(released, Task.Delay(ReleaseTime, TimeProvider.System));
        if (released.IsCompleted) await released;
        else await Console.Error.WriteLineAsync($"Some parts had not stopped after {ReleaseTime.TotalSeconds:0} s; the process ends without them.");
    }

    static IReadOnlyList<string> SettingsFaults(Exception exception) => exception switch
    {
        SettingsException settings => settings.Faults,
        OptionsValidationException options => [.. options.Failures],
        // Options that read others report the same fault again.
        AggregateException many => [.. many.InnerExceptions.SelectMany(SettingsFaults).Distinct(StringComparer.Ordinal)],
        // The configuration binder: "Failed to convert configuration value 'x' at 'Section:Key' to type 'System.Int32'."
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } binder => [binder.Message],
        _ => [],
    };
}
