using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace Keystone.Hosting;

/// <summary>Health and metrics, for the management port only.</summary>
internal static class ManagementEndpoints
{
    static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps <c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c> and <c>/metrics</c>, answered from the services of
    /// <paramref name="owner"/>. Live and ready run the health checks tagged <c>live</c> and <c>ready</c>.
    /// </summary>
    public static IEndpointRouteBuilder MapKeystoneManagement(this IEndpointRouteBuilder endpoints, IServiceProvider owner)
    {
        IHostApplicationLifetime lifetime = owner.GetRequiredService<IHostApplicationLifetime>();
        endpoints.MapMethods("/health/live", Reading, (HttpContext http) => WriteAsync(http, owner, "live", started: true));
        endpoints.MapMethods("/health/ready", Reading, (HttpContext http) => WriteAsync(http, owner, "ready",
            lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested));
        endpoints.MapMethods("/health/startup", Reading, (HttpContext http) =>
            WriteAsync(http, owner, tag: null, lifetime.ApplicationStarted.IsCancellationRequested));
        endpoints.MapPrometheusScrapingEndpoint("/metrics", owner.GetRequiredService<MeterProvider>(), configureBranchedPipeline: null, optionsName: null);
        return endpoints;
    }

    static async Task WriteAsync(HttpContext http, IServiceProvider owner, string? tag, bool started)
    {
        HealthReport? report = started && tag is not null
            ? await owner.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(tag), http.RequestAborted)
            : null;
        bool healthy = started && report is not { Status: HealthStatus.Unhealthy };
        http.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        await using Utf8JsonWriter json = new(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", healthy ? "ok" : started ? "failing" : "starting");
        json.WriteStartObject("checks");
        foreach ((string name, HealthReportEntry entry) in report?.Entries ?? new Dictionary<string, HealthReportEntry>())
        {
            json.WriteStartObject(name);
            json.WriteString("status", entry.Status.ToString().ToLowerInvariant());
            if (entry.Description is { } text) json.WriteString("detail", LogRedaction.Redact(text));
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }
}
