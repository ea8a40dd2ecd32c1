using Microsoft.Extensions.Configuration;

namespace Keystone.Hosting;

/// <summary>
/// The argument <c>--health</c> of each service: asks the management port of the running process with the same settings, and ends with 0 when it is
/// ready. It is the health check of the containers, which have no shell and no HTTP client.
/// </summary>
internal static class HealthProbe
{
    public const string Argument = "--health";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <returns>Exit code: 0 when the process is ready, 1 with a sentence when it is not.</returns>
    public static async Task<int> RunAsync(string[] args, KeystoneService service)
    {
        try
        {
            using ConfigurationManager configuration = new();
            KeystoneConfiguration.Read(configuration, [.. args.Where(argument => argument != Argument)]);
            Uri page = PageOf(configuration["Management:Url"], service);
            using HttpClient client = new() { Timeout = Limit };
            using HttpResponseMessage response = await client.GetAsync(page);
            if (response.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync(LogRedaction.Redact(await response.Content.ReadAsStringAsync()));
        }
        catch (Exception fault) when (fault is SettingsException or HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(LogRedaction.Redact($"{service.Name} does not respond on its management port: {fault.Message}"));
        }
        return 1;
    }

    /// <summary>The readiness page as this machine reaches it: a server that listens on every address is asked on the loopback.</summary>
    internal static Uri PageOf(string? managementUrl, KeystoneService service)
    {
        string url = string.IsNullOrEmpty(managementUrl) ? $"http://127.0.0.1:{service.ManagementPort}" : managementUrl;
        UriBuilder page = new(url.Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal)) { Path = "/health/ready" };
        if (page.Host is "0.0.0.0") page.Host = "127.0.0.1";
        if (page.Host is "[::]") page.Host = "[::1]";
        return page.Uri;
    }
}
