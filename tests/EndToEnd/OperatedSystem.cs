using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Testing;

namespace Keystone.EndToEnd;

// Inside the namespace, where it comes before the client's record of that name.
using Wallet = Keystone.Dev.Demo.Wallet;

/// <summary>Tests that need services as processes of their own and share them.</summary>
[CollectionDefinition(Name)]
public sealed class OperatedCollection : ICollectionFixture<OperatedSystem>
{
    public const string Name = "operated system";
}

/// <summary>A whole system as an operator runs it: three processes whose whole output, spans and metrics are kept, and the commands as programs.</summary>
public sealed class OperatedSystem : IAsyncLifetime
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    readonly ConcurrentDictionary<string, Leash> _services = new(StringComparer.Ordinal);

    internal LocalSystem System { get; private set; } = null!;

    internal DevFile File => System.File;

    internal OtlpCollector Collector { get; private set; } = null!;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("keystone-operated-").FullName;

    public async Task InitializeAsync()
    {
        Collector = await OtlpCollector.StartAsync(grpc: true);
        System = await LocalSystem.StartAsync(services: false);
        foreach (DevService service in File.Services) StartService(service);
        foreach (DevService service in File.Services)
            await Eventually.TrueAsync(async () => await ServiceProcess.StatusAsync(new Uri(service.ManagementUrl + "/health/ready")) == 200, Limit, $"{service.Name} does not get ready: {LogOf(service.Name)}");
    }

    void StartService(DevService service) => _services[service.Name] = Leash.Start("sh",
    [
        "-c", "exec dotnet \"$@\" > \"$0\" 2>&1", LogPath(service.Name), service.Assembly, "--config", service.SettingsFile, "--Log:Level", "Debug", "--Log:Format", "json",
        "--Tracing:OtlpEndpoint", Collector.Url, "--Metrics:OtlpEndpoint", Collector.Url, "--Metrics:OtlpIntervalSeconds", "1",
    ]);

    string LogPath(string service) => Path.Combine(Folder, service + ".log");

    /// <summary>Everything that a service has printed.</summary>
    internal string LogOf(string service) => global::System.IO.File.Exists(LogPath(service)) ? global::System.IO.File.ReadAllText(LogPath(service)) : "";

    /// <summary>The page of metrics of a service.</summary>
    internal async Task<string> PageOfAsync(string service)
    {
        using HttpClient client = new();
        return await client.GetStringAsync(new Uri(File.Service(service).ManagementUrl + "/metrics"));
    }

    /// <summary>A client of a platform.</summary>
    internal KeystoneClient Open(HttpClient http, string platform) => new(http, new KeystoneClientOptions
    {
        Url = new Uri(File.ApiUrl),
        ClientId = File.Platform(platform).ClientId,
        ClientSecret = File.Platform(platform).ClientSecret,
    });

    /// <summary>Two parties of one platform, and what they exchange.</summary>
    internal static CreateSettlementRequest Single(PrivateKeySigner seller, PrivateKeySigner buyer, DevFile file) => new()
    {
        TemplateId = "dvp-single",
        Parties =
        [
            new PartyRequest { Role = "seller", ExternalReference = "seller-001", WalletAddress = seller.Address.ToString() },
            new PartyRequest { Role = "buyer", ExternalReference = "buyer-001", WalletAddress = buyer.Address.ToString() },
        ],
        Legs =
        [
            new LegRequest { LegType = "asset", InstrumentId = file.Token("KBOND").Address, Quantity = "100", Direction = "deliver", PartyRole = "seller" },
            new LegRequest { LegType = "payment", InstrumentId = file.Token("USDC").Address, Quantity = "50000", Direction = "deliver", PartyRole = "buyer" },
        ],
    };

    /// <summary>Waits until a settlement is in a state.</summary>
    internal static async Task<Settlement> ReachAsync(KeystoneClient client, Guid id, string state)
    {
        Settlement? seen = null;
        await Eventually.TrueAsync(async () => (seen = await client.GetSettlementAsync(id)).State == state, Limit, $"The settlement {id} does not come to {state}.");
        return seen!;
    }

    /// <summary>Gives a party's wallet what its leg delivers.</summary>
    internal async Task MintAsync(PrivateKeySigner party, Leg leg)
    {
        // The signer stays the caller's: a wallet would take it along at its end.
#pragma warning disable CA2000
        Wallet wallet = new(leg.PartyRole, party, System.Environment.Node);
#pragma warning restore CA2000
        await wallet.MintAsync(Address.Parse(leg.Token.Address), UInt256.Parse(leg.Amount), CancellationToken.None);
    }

    /// <summary>Runs a command as the credential of a platform.</summary>
    internal async Task<(int Status, string Output, string Error)> RunAsync(string platform, params string[] arguments)
    {
        using CancellationTokenSource deadline = new(Limit);
        using Process process = Process.Start(Command(platform, File.ApiUrl, arguments))!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        string error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, error);
    }

    /// <summary>Runs a command that has to end well; its output.</summary>
    internal async Task<string> DoAsync(string platform, params string[] arguments)
    {
        (int status, string output, string error) = await RunAsync(platform, arguments);
        Assert.True(status == 0, $"{string.Join(' ', arguments)} ended with {status}: {output}{error}");
        return output;
    }

    /// <summary>How a command is started: the API and the credential are variables, as <c>keystone dev env</c> prints them.</summary>
    internal ProcessStartInfo Command(string platform, string api, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "keystone-dev.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Folder,
        };
        start.Environment["KEYSTONE_HOME"] = Path.Combine(Folder, "home");
        start.Environment["KEYSTONE_URL"] = api;
        start.Environment["CLIENT_ID"] = File.Platform(platform).ClientId;
        start.Environment["CLIENT_SECRET"] = File.Platform(platform).ClientSecret;
        return start;
    }

    /// <summary>A file with a key of the local chain, for <c>--private-key-file</c>.</summary>
    internal string KeyFile(string key)
    {
        string path = Path.Combine(Folder, $"key-{Guid.NewGuid():n}");
        global::System.IO.File.WriteAllText(path, key + "\n");
        return path;
    }

    /// <summary>A call whose answer is seen whole, headers too.</summary>
    internal async Task<(HttpStatusCode Status, HttpResponseHeaders Headers, JsonObject Body)> CallAsync(HttpClient http, HttpMethod method, string path, string? token, JsonObject body, string? traceparent = null)
    {
        using HttpRequestMessage request = new(method, new Uri(File.ApiUrl + path)) { Content = JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (traceparent is not null) request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        HttpResponseMessage response = await http.SendAsync(request);
        return (response.StatusCode, response.Headers, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    public async Task DisposeAsync()
    {
        foreach (Leash leash in _services.Values) await leash.DisposeAsync();
        if (System is not null) await System.DisposeAsync();
        if (Collector is not null) await Collector.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
