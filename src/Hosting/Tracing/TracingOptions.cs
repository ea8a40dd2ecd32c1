namespace Keystone.Hosting;

/// <summary>Section <c>Tracing</c>.</summary>
public sealed class TracingOptions
{
    /// <summary>URL of the collector to which spans are exported by OTLP, for example <c>http://127.0.0.1:4317</c>; empty disables tracing.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary><c>grpc</c> or <c>http/protobuf</c>; with the latter <c>/v1/traces</c> is added to an endpoint without a path.</summary>
    public string OtlpProtocol { get; set; } = OtlpSettings.Grpc;

    /// <summary>Headers sent to the collector, <c>name=value,name=value</c>. If they contain a key, set <c>OtlpHeadersFile</c> instead.</summary>
    public string OtlpHeaders { get; set; } = "";

    /// <summary>
    /// Share of traces that are recorded, 0 to 1, decided by the trace id. Set the same value for all services, so that a trace is recorded by all or by none.
    /// The sampling flag of a client's <c>traceparent</c> is ignored.
    /// </summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in OtlpSettings.Faults("Tracing", OtlpEndpoint, OtlpProtocol, OtlpHeaders)) yield return fault;
        if (SampleRatio is not (>= 0 and <= 1)) yield return "Tracing:SampleRatio must be between 0 and 1.";
    }
}
