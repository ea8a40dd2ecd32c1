using System.Globalization;
using Keystone.Hosting.Systemd;
using Keystone.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Keystone.Hosting;

/// <summary>Registers logs, metrics, traces, health and the management port.</summary>
public static class TelemetryRegistration
{
    /// <summary>Adds them once; more calls on one host change nothing.</summary>
    public static IHostApplicationBuilder AddKeystoneTelemetry(this IHostApplicationBuilder builder, KeystoneService service)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        if (services.Any(known => known.ServiceType == typeof(KeystoneService))) return builder;
        services.AddSingleton(service);
        services.TryAddSingleton(TimeProvider.System);

        services.AddCheckedOptions<LogOptions>(builder.Configuration, "Log", options => options.Faults());
        services.AddCheckedOptions<MetricsOptions>(builder.Configuration, "Metrics", options => options.Faults());
        services.AddCheckedOptions<TracingOptions>(builder.Configuration, "Tracing", options => options.Faults());
        services.AddCheckedOptions<ManagementOptions>(builder.Configuration, "Management", options => options.Faults());

        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Logger(builder.Configuration.GetSection("Log").Get<LogOptions>() ?? new LogOptions(), service), dispose: true);
        AddOpenTelemetry(services, builder.Configuration, service);
        services.TryAddSingleton<LoopPulses>();
        services.AddHealthChecks().AddCheck<LoopHealth>("loops", tags: ["live"]);
        services.AddSingleton<ManagementServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
        services.AddSystemdReports();
        return builder;
    }

    static void AddOpenTelemetry(IServiceCollection services, IConfiguration configuration, KeystoneService service)
    {
        // Read here and not by the container, because without a collector for traces there must be no provider: with none, nothing listens to spans and none is made.
        MetricsOptions metrics = Read<MetricsOptions>(configuration.GetSection("Metrics"));
        TracingOptions tracing = Read<TracingOptions>(configuration.GetSection("Tracing"));
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("keystone-" + service.Name))
            .WithMetrics(builder => MetricsRegistration.Configure(builder, metrics));
        if (OtlpSettings.IsUsable(tracing.OtlpEndpoint))
            telemetry.WithTracing(builder => TracingRegistration.Configure(builder, tracing));
    }

    // A value of the wrong type is reported by the validation at the start.
    static T Read<T>(IConfigurationSection section) where T : new()
    {
        try
        {
            return section.Get<T>() ?? new T();
        }
        catch (InvalidOperationException)
        {
            return new T();
        }
    }

    static Serilog.Core.Logger Logger(LogOptions options, KeystoneService service)
    {
        ITextFormatter formatter = options.Format == "json"
            ? new JsonFormatter(renderMessage: true)
            : new MessageTemplateTextFormatter(
                "{Timestamp:HH:mm:ss.fff} {Level:u3} {service} {SourceContext}: {Message:lj}{NewLine}{Exception}", CultureInfo.InvariantCulture);
        LogEventLevel level = Enum.TryParse(options.Level, ignoreCase: true, out LogEventLevel parsed) ? parsed : LogEventLevel.Information;
        return new LoggerConfiguration()
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // What comes with a request is counted and said by the API, once a minute: a sender of junk does not choose how much is logged.
            .MinimumLevel.Override("Microsoft.AspNetCore.Authentication", LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft.AspNetCore.Authorization", LogEventLevel.Error)
            .MinimumLevel.Override("Microsoft.IdentityModel", LogEventLevel.Error)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            // KeystoneHost reports a failed start in one sentence.
            .Filter.ByExcluding(e => e.Properties.TryGetValue("EventId", out LogEventPropertyValue? id)
                && id.ToString().Contains("HostedServiceStartupFaulted", StringComparison.Ordinal))
            .Enrich.FromLogContext()
            .Enrich.WithProperty("service", service.Name)
            .WriteTo.Console(new RedactingFormatter(formatter))
            .CreateLogger();
    }
}
