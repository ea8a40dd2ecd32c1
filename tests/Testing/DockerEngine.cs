using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using DotNet.Testcontainers.Configurations;

namespace Keystone.Testing;

/// <summary>
/// Whether a Docker engine answers here, asked once a process. Where nothing names an engine, the answer costs a look for a few files and
/// Testcontainers is not loaded.
/// </summary>
public static class DockerEngine
{
    const string ApiVersionVariable = "DOCKER_API_VERSION";

    /// <summary>The version of the engine's API that Testcontainers 4.16 asks for. An older engine refuses it, so it has to be asked for its own.</summary>
    static readonly Version Asked = new(1, 44);

    static readonly Lazy<Task<string?>> Missing = new(() => FindAsync(Environment.GetEnvironmentVariable, TimeSpan.FromSeconds(5)));

    /// <summary>Null when an engine answers, and Testcontainers is set up for it; else the reason why there is none, as part of a sentence.</summary>
    public static Task<string?> WhyMissingAsync() => Missing.Value;

    /// <summary>As <see cref="WhyMissingAsync"/>, with the environment and the time that an engine has to answer.</summary>
    /// <param name="environment">Value of a variable of the environment, or null.</param>
    /// <param name="patience">How long an engine may take to say its version.</param>
    public static async Task<string?> FindAsync(Func<string, string?> environment, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(environment);
        string? address = environment("DOCKER_HOST") is { Length: > 0 } host ? host : Socket(environment);
        if (address is null && !HasConfiguration(environment)) return "no Docker engine is set up here (no DOCKER_HOST and no socket)";
        if (address is not null && IsPlain(address, environment))
        {
            try
            {
                Version version = await ApiVersionAsync(new Uri(address), patience).ConfigureAwait(false);
                if (version < Asked && environment(ApiVersionVariable) is not { Length: > 0 })
                    Environment.SetEnvironmentVariable(ApiVersionVariable, version.ToString(2));
            }
            catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException or SocketException
                or UriFormatException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
            {
                string cause = fault is OperationCanceledException ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.#} s") : fault.Message;
                return $"the Docker engine at {address} does not answer: {cause}";
            }
        }
        // The reaper is a second image, which often cannot be pulled. Containers of killed runs are removed by PostgresContainer.
        TestcontainersSettings.ResourceReaperEnabled = false;
        IsLocal = address is null || address.StartsWith("unix:", StringComparison.Ordinal) || (Uri.TryCreate(address, UriKind.Absolute, out Uri? at) && at.IsLoopback);
        if (address is null || address.StartsWith("unix:", StringComparison.Ordinal)) TestcontainersSettings.DockerHostOverride ??= "127.0.0.1";
        return TestcontainersSettings.OS.DockerEndpointAuthConfig is null ? "Testcontainers finds no Docker engine that it can use" : null;
    }

    /// <summary>Whether the engine that was found runs on this machine, so that what it publishes on 127.0.0.1 is reached from here.</summary>
    public static bool IsLocal { get; private set; } = true;

    static bool IsPlain(string address, Func<string, string?> environment) =>
        address.StartsWith("unix://", StringComparison.Ordinal)
        || (address.StartsWith("tcp://", StringComparison.Ordinal) && environment("DOCKER_TLS_VERIFY") is not { Length: > 0 });

    /// <summary>The sockets at which Testcontainers looks, too.</summary>
    static string? Socket(Func<string, string?> environment)
    {
        string home = environment("HOME") ?? "/nonexistent", run = environment("XDG_RUNTIME_DIR") ?? "/nonexistent";
        string[] places = ["/var/run/docker.sock", $"{run}/docker.sock", $"{home}/.docker/run/docker.sock", $"{home}/.docker/desktop/docker.sock"];
        return places.FirstOrDefault(File.Exists) is { } socket ? $"unix://{socket}" : null;
    }

    /// <summary>An engine may be named in other ways, which Testcontainers can read and this class cannot.</summary>
    static bool HasConfiguration(Func<string, string?> environment) =>
        environment("DOCKER_CONTEXT") is { Length: > 0 }
        || File.Exists(Path.Combine(environment("HOME") ?? "/nonexistent", ".testcontainers.properties"))
        || File.Exists(Path.Combine(environment("HOME") ?? "/nonexistent", ".docker", "config.json"))
        || OperatingSystem.IsWindows();

    static async Task<Version> ApiVersionAsync(Uri address, TimeSpan patience)
    {
        using SocketsHttpHandler handler = new();
        bool isSocket = address.Scheme == "unix";
        if (isSocket)
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancel).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        using HttpClient client = new(handler);
        using CancellationTokenSource deadline = new(patience);
        Uri version = isSocket ? new Uri("http://localhost/version") : new Uri($"http://{address.Authority}/version");
        JsonElement answer = await client.GetFromJsonAsync<JsonElement>(version, deadline.Token).ConfigureAwait(false);
        return Version.Parse(answer.GetProperty("ApiVersion").GetString()!);
    }
}
