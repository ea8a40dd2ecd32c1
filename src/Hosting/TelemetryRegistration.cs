using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
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

        services.AddOptions<LogOptions>().Bind(builder.Configuration.GetSection("Log"))
            .Validate(o => o.Format is "text" or "json", "Log:Format must be text or json.")
            .Validate(o => Enum.TryParse<LogEventLevel>(o.Level, ignoreCase: true, out _),
                "Log:Level must be Verbose, Debug, Information, Warning, Error or Fatal.")
            .ValidateOnStart();
        services.AddOptions<MetricsOptions>().Bind(builder.Configuration.GetSection("Metrics")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MetricsOptions>>(new Check<MetricsOptions>(o => o.Faults()));
        services.AddOptions<TracingOptions>().Bind(builder.Configuration.GetSection("Tracing")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TracingOptions>>(new Check<TracingOptions>(o => o.Faults()));
        services.AddOptions<ManagementOptions>().Bind(builder.Configuration.GetSection("Management"))
            .Validate(o => o.Url.Length == 0 || IsHttp(o.Url), "Management:Url must be an http URL such as http://127.0.0.1:9101.")
            .ValidateOnStart();

        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Logger(builder.Configuration.GetSection("Log").Get<LogOptions>() ?? new LogOptions(), service), dispose: true);
        AddOpenTelemetry(services, builder.Configuration, service);
        services.AddHealthChecks();
        services.AddSingleton<ManagementServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
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

    sealed class Check<T>(Func<T, IEnumerable<string>> faultsOf) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            string[] faults = [.. faultsOf(options)];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
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
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            // A failed start is told in one sentence by KeystoneHost.
            .Filter.ByExcluding(e => e.Properties.TryGetValue("EventId", out LogEventPropertyValue? id)
                && id.ToString().Contains("HostedServiceStartupFaulted", StringComparison.Ordinal))
            .Enrich.FromLogContext()
            .Enrich.WithProperty("service", service.Name)
            .WriteTo.Console(new RedactingFormatter(formatter))
            .CreateLogger();
    }

    static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && (uri.Scheme is "http" or "https");
}
