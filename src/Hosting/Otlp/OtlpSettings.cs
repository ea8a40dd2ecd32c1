using OpenTelemetry.Exporter;

namespace Keystone.Hosting;

/// <summary>Settings that metrics and traces have in common: where a collector is and how it is spoken to (OTLP 1.x).</summary>
internal static class OtlpSettings
{
    public const string Grpc = "grpc", HttpProtobuf = "http/protobuf";

    /// <summary>True for an endpoint that the validation lets pass; a wrong one must not stop the registration before the validation names it.</summary>
    public static bool IsUsable(string endpoint) => endpoint.Length > 0 && !Faults("", endpoint, Grpc, "").Any();

    /// <summary>Sentences about wrong settings of a section.</summary>
    public static IEnumerable<string> Faults(string section, string endpoint, string protocol, string headers)
    {
        if (protocol is not (Grpc or HttpProtobuf)) yield return $"{section}:OtlpProtocol must be {Grpc} or {HttpProtobuf}.";
        if (headers.Length > 0 && headers.Split(',').Any(header => header.IndexOf('=', StringComparison.Ordinal) < 1))
            yield return $"{section}:OtlpHeaders must be name=value, several of them separated by commas.";
        if (endpoint.Length == 0) yield break;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            yield return $"{section}:OtlpEndpoint must be an http or https URL such as http://127.0.0.1:4317, or empty.";
        else if (url.UserInfo.Length > 0)
            yield return $"{section}:OtlpEndpoint must not hold a user name or password; give {section}:OtlpHeadersFile instead.";
    }

    /// <summary>Sets up an exporter.</summary>
    /// <param name="otlp">Options of the exporter.</param>
    /// <param name="endpoint">The setting.</param>
    /// <param name="protocol">The setting.</param>
    /// <param name="headers">The setting.</param>
    /// <param name="path">Path of the signal for HTTP; the library adds it only to an endpoint from its own variables.</param>
    public static void Apply(OtlpExporterOptions otlp, string endpoint, string protocol, string headers, string path)
    {
        Uri url = new(endpoint);
        otlp.Protocol = protocol == Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = protocol == HttpProtobuf && url.AbsolutePath == "/" ? new Uri(url, path) : url;
        if (headers.Length > 0) otlp.Headers = headers;
    }
}
