using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using OpenTelemetry.Trace;

namespace Keystone.Hosting;

/// <summary>What is traced: requests of the API, calls to others, SQL, and our own work (sources <c>Keystone.*</c>).</summary>
internal static class TracingRegistration
{
    /// <summary>Option of an outgoing request: the name of what is called, since its URL may hold a key. See <see cref="SpanRedaction"/>.</summary>
    static readonly HttpRequestOptionsKey<string> Target = new("keystone.target");

    public static void Configure(TracerProviderBuilder builder, TracingOptions options)
    {
        // Baggage of a caller would go on to nodes and receivers; the trace context alone is taken.
        Sdk.SetDefaultTextMapPropagator(new TraceContextPropagator());
        Sampler ratio = new TraceIdRatioBasedSampler(options.SampleRatio);
        Npgsql.TracerProviderBuilderExtensions.AddNpgsql(builder)
            // A caller may name the trace; that it wants it recorded costs us, so the ratio decides. Deliveries of a message decide alike by the same id.
            .SetSampler(new ParentBasedSampler(ratio, remoteParentSampled: ratio, remoteParentNotSampled: ratio))
            .AddSource("Keystone.*")
            .AddAspNetCoreInstrumentation(server =>
            {
                server.RecordException = false;
                server.Filter = context => !IsProbe(context.Request.Path) && !HoldsSecret(context.Request.Path);
            })
            .AddHttpClientInstrumentation(client =>
            {
                client.RecordException = false;
                // Polls of nodes belong to no trace; each would be one of its own.
                client.FilterHttpRequestMessage = _ => Activity.Current is { ParentId: not null };
                client.EnrichWithHttpRequestMessage = (span, request) =>
                    SpanRedaction.NameTarget(span, request.RequestUri, request.Options.TryGetValue(Target, out string? name) ? name : null);
            })
            .AddProcessor(new SpanRedaction())
            .AddOtlpExporter(otlp => OtlpSettings.Apply(otlp, options.OtlpEndpoint, options.OtlpProtocol, options.OtlpHeaders, "v1/traces"));
    }

    // A span names the path, and the path of a link that lets somebody in is the secret.
    static bool HoldsSecret(PathString path) => path.StartsWithSegments("/invite", StringComparison.Ordinal) || path.StartsWithSegments("/sandbox", StringComparison.Ordinal)
        || path.StartsWithSegments("/deposit", StringComparison.Ordinal);

    static bool IsProbe(PathString path) => path.StartsWithSegments("/health", StringComparison.Ordinal) || path == "/metrics";
}
