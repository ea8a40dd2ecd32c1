namespace Keystone.Hosting;

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>URL of the collector to which metrics are exported by OTLP, for example <c>http://127.0.0.1:4317</c>; empty disables the export. The page <c>/metrics</c> is served in both cases.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary><c>grpc</c> or <c>http/protobuf</c>; with the latter <c>/v1/metrics</c> is added to an endpoint without a path.</summary>
    public string OtlpProtocol { get; set; } = OtlpSettings.Grpc;

    /// <summary>Headers sent to the collector, <c>name=value,name=value</c>. If they contain a key, set <c>OtlpHeadersFile</c> instead.</summary>
    public string OtlpHeaders { get; set; } = "";

    /// <summary>Interval of the export, seconds, 1 to 3600.</summary>
    public int OtlpIntervalSeconds { get; set; } = 60;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in OtlpSettings.Faults("Metrics", OtlpEndpoint, OtlpProtocol, OtlpHeaders)) yield return fault;
        if (OtlpIntervalSeconds is < 1 or > 3600) yield return "Metrics:OtlpIntervalSeconds must be between 1 and 3600.";
    }
}
