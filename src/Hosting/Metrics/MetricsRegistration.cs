using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Keystone.Hosting;

/// <summary>What is measured, with which labels and buckets, and where it goes: the page <c>/metrics</c>, and a collector where one is named.</summary>
internal static class MetricsRegistration
{
    // Everything else is dropped: an id or a URL in a label makes a series for each value and may disclose a secret.
    static readonly string[] Labels =
    [
        "service", "loop", "node", "method", "outcome", "action", "purpose", "state", "kind", "reason", "chain", "answer", "event", "result", "le",
        "http.request.method", "http.response.status_code", "http.route", "error.type", "network.protocol.version", "db.client.connection.state",
        "db.client.connection.status", "gc.heap.generation", "dotnet.gc.heap.generation", "cpu.mode",
    ];

    // The library's default boundaries are milliseconds; instruments of unit s would have almost all values in the first bucket.
    static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    public static void Configure(MeterProviderBuilder builder, MetricsOptions options)
    {
        builder.AddMeter("Keystone.*", "Npgsql")
            .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
            .AddView(View)
            .AddPrometheusExporter(page =>
            {
                // Series as they were before the library wrote the page: no label otel_scope_name, no metric target_info, and each scrape collects.
                page.ScopeInfoEnabled = false;
                page.TargetInfoEnabled = false;
                page.ScrapeResponseCacheDurationMilliseconds = 0;
            });
        if (OtlpSettings.IsUsable(options.OtlpEndpoint))
            builder.AddOtlpExporter((otlp, reader) =>
            {
                OtlpSettings.Apply(otlp, options.OtlpEndpoint, options.OtlpProtocol, options.OtlpHeaders, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = options.OtlpIntervalSeconds * 1000;
            });
    }

    static MetricStreamConfiguration View(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>) && instrument.Unit == "s"
            ? new ExplicitBucketHistogramConfiguration { TagKeys = Labels, Boundaries = Seconds }
            : new MetricStreamConfiguration { TagKeys = Labels };
}
