using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Keystone.Telemetry;

/// <summary>The process's metrics: one provider, a text reader collected on each scrape, and OTLP where a collector is named.</summary>
internal sealed class MetricsPage : IDisposable
{
    static readonly string[] Meters =
        ["Keystone.*", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime"];

    // Everything else is dropped: an id or a URL in a label makes a series for each value and may tell what must not be told.
    static readonly string[] Labels =
    [
        "service", "loop", "node", "method", "outcome", "action", "purpose", "state", "kind", "reason", "chain", "answer", "event", "result", "le",
        "http.request.method", "http.response.status_code", "http.route", "error.type", "network.protocol.version", "db.client.connection.state",
        "db.client.connection.status", "gc.heap.generation", "dotnet.gc.heap.generation", "cpu.mode",
    ];

    static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    readonly Lock _gate = new();
    readonly TextMetricsExporter _exporter = new();
    readonly BaseExportingMetricReader _reader;
    readonly MeterProvider _provider;

    public MetricsPage(IOptions<MetricsOptions> options)
    {
        _reader = new BaseExportingMetricReader(_exporter);
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddView(View).AddReader(_reader);
        if (options.Value.OtlpEndpoint is { Length: > 0 } endpoint)
            builder.AddOtlpExporter((OtlpExporterOptions otlp) => otlp.Endpoint = new Uri(endpoint));
        _provider = builder.Build();
    }

    /// <summary>Collects now; Prometheus text exposition format.</summary>
    public string Collect()
    {
        lock (_gate)
        {
            _reader.Collect();
            return _exporter.Text;
        }
    }

    public void Dispose() => _provider.Dispose();

    static MetricStreamConfiguration View(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Histogram<>) && instrument.Unit == "s"
            ? new ExplicitBucketHistogramConfiguration { TagKeys = Labels, Boundaries = Seconds }
            : new MetricStreamConfiguration { TagKeys = Labels };
}
