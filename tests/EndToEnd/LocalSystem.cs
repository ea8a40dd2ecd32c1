using System.Text.Json.Nodes;
using Keystone.Cli.Demo;
using Keystone.Cli.Dev;
using Keystone.Local;
using Xunit.Abstractions;

namespace Keystone.EndToEnd;

/// <summary>A whole system for one test class: Postgres, chain, contracts, platforms; the services in this process or apart.</summary>
public sealed class LocalSystem : IAsyncDisposable
{
    readonly string _home;
    ServicesInProcess? _services;

    LocalSystem(string home, DevEnvironment environment) => (_home, Environment) = (home, environment);

    internal DevEnvironment Environment { get; }

    internal DevFile File => Environment.File;

    internal static async Task<LocalSystem> StartAsync(Func<DevOptions, DevOptions>? change = null, bool services = true)
    {
        string home = Path.Combine(KeystoneHome.Open(), "test", $"system-{System.Environment.ProcessId}-{Guid.NewGuid():n}");
        DevOptions options = new(home) { Durable = false, ApiPort = 0, RpcPort = 0, ManagementPort = 0, LeaseSeconds = 2, LogLevel = "Warning" };
        DevEnvironment environment = await DevEnvironment.StartAsync(change?.Invoke(options) ?? options, _ => { }, CancellationToken.None);
        LocalSystem system = new(home, environment);
        try
        {
            if (services) system._services = await ServicesInProcess.StartAsync(environment.File, CancellationToken.None);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    internal Task<StoryBook> OpenBookAsync(ITestOutputHelper? output = null) =>
        StoryBook.OpenAsync(File, Environment.Node, new Narrator(output is null ? TextWriter.Null : new OutputWriter(output)), TimeProvider.System, CancellationToken.None);

    /// <summary>Asks the chain as it is asked on the wire, also for what only a development chain does.</summary>
    internal async Task<JsonNode?> AskChainAsync(string method, params object[] parameters)
    {
        using HttpClient client = new();
        using HttpResponseMessage response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            client, File.RpcUrl, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(answer["error"] is null, answer.ToJsonString());
        return answer["result"];
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await Environment.DisposeAsync();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    sealed class OutputWriter(ITestOutputHelper output) : StringWriter
    {
        public override void WriteLine(string? value) => output.WriteLine(value);
    }
}
