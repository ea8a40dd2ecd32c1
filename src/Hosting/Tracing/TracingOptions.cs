namespace Keystone.Hosting;

/// <summary>Section <c>Tracing</c>.</summary>
public sealed class TracingOptions
{
    /// <summary>URL of the collector that gets the spans by OTLP, such as <c>http://127.0.0.1:4317</c>; empty for none, and then nothing is recorded at all.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary><c>grpc</c> or <c>http/protobuf</c>; with the latter <c>/v1/traces</c> is added to an endpoint without a path.</summary>
    public string OtlpProtocol { get; set; } = OtlpSettings.Grpc;

    /// <summary>Headers for the collector, <c>name=value,name=value</c>. They often hold a key, so give them as <c>OtlpHeadersFile</c>.</summary>
    public string OtlpHeaders { get; set; } = "";

    /// <summary>
    /// Share of the traces that is recorded, 0 to 1, chosen by the trace id: give all services the same value, and a trace is recorded by all or by none.
    /// What a caller's <c>traceparent</c> says about it is not followed.
    /// </summary>
    public double SampleRatio { get; set; } = 1;

    /// <summary>All faults as sentences that name the setting.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (string fault in OtlpSettings.Faults("Tracing", OtlpEndpoint, OtlpProtocol, OtlpHeaders)) yield return fault;
        if (SampleRatio is not (>= 0 and <= 1)) yield return "Tracing:SampleRatio must be between 0 and 1.";
    }
}
