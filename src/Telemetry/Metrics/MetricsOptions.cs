namespace Keystone.Telemetry;

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>Collector that gets the metrics by OTLP over gRPC; empty for none. The text page is there either way.</summary>
    public string OtlpEndpoint { get; set; } = "";
}
