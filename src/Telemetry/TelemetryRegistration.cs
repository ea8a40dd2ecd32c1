using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Keystone.Telemetry;

/// <summary>Registers logs, metrics, health and the management port.</summary>
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
        services.AddOptions<MetricsOptions>().Bind(builder.Configuration.GetSection("Metrics"))
            .Validate(o => o.OtlpEndpoint.Length == 0 || IsHttp(o.OtlpEndpoint), "Metrics:OtlpEndpoint must be an http or https URL, or empty.")
            .ValidateOnStart();
        services.AddOptions<ManagementOptions>().Bind(builder.Configuration.GetSection("Management"))
            .Validate(o => o.Url.Length == 0 || IsHttp(o.Url), "Management:Url must be an http URL such as http://127.0.0.1:9101.")
            .ValidateOnStart();

        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(Logger(builder.Configuration.GetSection("Log").Get<LogOptions>() ?? new LogOptions(), service), dispose: true);
        services.AddSingleton<MetricsPage>();
        services.AddHealthChecks();
        services.AddSingleton<ManagementServer>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
        return builder;
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
