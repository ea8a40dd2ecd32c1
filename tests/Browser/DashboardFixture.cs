using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Dev.Servers;
using Keystone.Testing;
using Microsoft.Playwright;

namespace Keystone.Browser;

/// <summary>One system and one browser for the tests of this project.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>
{
    public const string Name = "dashboard";
}

/// <summary>
/// Postgres, a chain, keeper, indexer and the API with its dashboard, as a checkout starts them; two platforms with settlements in many states; and a Chromium.
/// </summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    readonly string _home = Path.Combine(KeystoneHome.Open(), "test", $"browser-{Environment.ProcessId}");
    readonly HttpClient _client = new();
    DevEnvironment? _environment;
    ServicesInProcess? _services;
    IPlaywright? _playwright;

    internal DevFile System => _environment!.File;

    internal StoryBook Book { get; private set; } = null!;

    /// <summary>The browser.</summary>
    public IBrowser Chromium { get; private set; } = null!;

    /// <summary>Address of the dashboard, by name: browsers keep a cookie for https on localhost too.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Folder of the screenshots.</summary>
    public static string Screens { get; } = Directory.CreateDirectory(Path.Combine(NativeTool.RepositoryRoot, "artifacts", "screens")).FullName;

    /// <summary>Settlements by what they are for; under <c>day</c> the day, UTC, of the one that is final.</summary>
    public Dictionary<string, string> Settlements { get; } = [];

    public async Task InitializeAsync()
    {
        if (ChromiumFinder.Path is not { } path) return;
        DevOptions options = new(_home) { Durable = false, ApiPort = 0, RpcPort = 0, ManagementPort = 0, LeaseSeconds = 2, LogLevel = "Warning" };
        _environment = await DevEnvironment.StartAsync(options, _ => { }, CancellationToken.None);
        await RateLimits.LiftAsync(System.OwnerConnection);
        _services = await ServicesInProcess.StartAsync(_environment.File, CancellationToken.None);
        Url = new UriBuilder(System.ApiUrl) { Host = "localhost" }.Uri.ToString().TrimEnd('/');
        Book = await StoryBook.OpenAsync(System, _environment.Node, new Narrator(TextWriter.Null), TimeProvider.System, CancellationToken.None);
        await PlantAsync();
        _playwright = await Playwright.CreateAsync();
        Chromium = await Browsers.LaunchAsync(_playwright, path);
    }

    public async Task DisposeAsync()
    {
        if (_environment is null) return;
        await Chromium.DisposeAsync();
        _playwright?.Dispose();
        await Book.DisposeAsync();
        if (_services is not null) await _services.DisposeAsync();
        await _environment.DisposeAsync();
        _client.Dispose();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    /// <summary>A page of the first member of a platform, or of the operator, or of the member with this e-mail, signed in, whose faults end the test.</summary>
    internal async Task<WatchedPage> OpenAsync(string platform, string path, BrowserNewContextOptions? options = null, string? email = null)
    {
        options ??= new();
        options.BaseURL = Url;
        options.ReducedMotion = ReducedMotion.Reduce;
        IBrowserContext context = await Chromium.NewPatientContextAsync(options);
        WatchedPage page = await WatchedPage.CreateAsync(context, Url);
        await page.Page.GotoAsync(System.Members.First(member => member.Platform == platform && (email is null || member.Email == email)).SignInUrl);
        await page.Page.ClickAsync("button[type=submit]");
        await page.Page.LeavesAsync("/sandbox/sign-in");
        await page.GoAsync(path);
        return page;
    }

    /// <summary>Calls the API as a platform.</summary>
    internal async Task<JsonObject> CallAsync(string platform, HttpMethod method, string path, JsonObject? body = null)
    {
        using HttpRequestMessage request = await RequestAsync(platform, method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        HttpResponseMessage response = await _client.SendAsync(request);
        if ((int)response.StatusCode == 204) return [];
        JsonObject answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.True(response.IsSuccessStatusCode, answer.ToJsonString());
        return answer;
    }

    /// <summary>What the API answers a platform in another form than JSON.</summary>
    internal async Task<string> TextAsync(string platform, string path, string accept)
    {
        using HttpRequestMessage request = await RequestAsync(platform, HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using HttpResponseMessage response = await _client.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    async Task<HttpRequestMessage> RequestAsync(string platform, HttpMethod method, string path)
    {
        DevPlatform known = System.Platform(platform);
        using HttpResponseMessage token = await _client.PostAsJsonAsync(System.ApiUrl + "/oauth/token",
            new { client_id = known.ClientId, client_secret = known.ClientSecret, grant_type = "client_credentials" });
        HttpRequestMessage request = new(method, System.ApiUrl + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string)(await token.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!);
        return request;
    }

    /// <summary>Instructs a settlement of platform A; with a counterparty its buyer is platform B's.</summary>
    internal async Task<string> CreateAsync(string reference, bool cross, string quantity = "500", string? wallet = null, int hours = 20, string? template = null)
    {
        JsonObject party(string role, string name, string address) => new()
        {
            ["role"] = role,
            ["external_reference"] = $"{reference}-{role}",
            ["name"] = name,
            ["wallet_address"] = address,
            ["chain_id"] = System.ChainId,
        };
        JsonObject body = new()
        {
            ["idempotency_key"] = Guid.NewGuid().ToString(),
            ["template_slug"] = template ?? (cross ? "dvp-cross-platform" : "dvp-single"),
            ["external_reference"] = reference,
            ["timeout_at"] = DateTimeOffset.UtcNow.AddHours(hours).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["parties"] = cross ? new JsonArray(party("seller", "Acme Securities", Book.Acme.Address.ToString()))
                : new JsonArray(party("seller", "Acme Securities", Book.Acme.Address.ToString()), party("buyer", "Beta Capital", wallet ?? Book.Beta.Address.ToString())),
            ["legs"] = new JsonArray(
                new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = "KBOND", ["quantity"] = quantity, ["direction"] = "deliver", ["party_role"] = "seller" },
                new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = "USDC", ["quantity"] = "125000.5", ["direction"] = "deliver", ["party_role"] = "buyer" }),
        };
        if (cross)
            body["counterparty_parties"] = new JsonArray(new JsonObject
            {
                ["platform_slug"] = "platform-b",
                ["role"] = "buyer",
                ["wallet_address_hint"] = Book.Beta.Address.ToString(),
                ["counterparty_reference"] = "Beta Capital",
            });
        return (string)(await CallAsync("platform-a", HttpMethod.Post, "/v1/settlements", body))["id"]!;
    }

    // Settlements in states that stay as they are while the tests look at them, and two that ended.
    async Task PlantAsync()
    {
        await Book.SinglePlatformAsync(CancellationToken.None);
        await Book.RejectedAsync(CancellationToken.None);
        Settlements["confirm"] = await CreateAsync("TRD-2026-0088", cross: true);
        Settlements["deposits"] = await CreateAsync("TRD-2026-0089", cross: false, hours: 1);
        Settlements["review"] = await CreateAsync("TRD-2026-0091", cross: false, quantity: "1200", wallet: Ethereum.Address.Parse(DevAccounts.FlaggedWallet).ToString());
        Settlements["hold"] = await CreateAsync("TRD-2026-0092", cross: true, quantity: "75.25");
        await CallAsync("platform-a", HttpMethod.Post, $"/v1/settlements/{Settlements["hold"]}/hold", new JsonObject { ["reason"] = "Client asked to wait" });
        JsonArray settlements = (JsonArray)(await CallAsync("platform-a", HttpMethod.Get, "/v1/settlements?state=FINALIZED"))["items"]!;
        Settlements["final"] = (string)settlements[0]!["id"]!;
        Settlements["day"] = ((string)settlements[0]!["created_at"]!)[..10];
        for (int i = 0; i < 3; i++) await CreateAsync($"TRD-2026-01{i}0", cross: i % 2 == 0, quantity: (100 * (i + 1)).ToString(CultureInfo.InvariantCulture));
        await Keystone.Testing.Eventually.TrueAsync(async () => (string)(await CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{Settlements["deposits"]}"))["state"]! == "AWAITING_DEPOSITS"
            && (string)(await CallAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{Settlements["review"]}"))["state"]! == "COMPLIANCE_CHECKING", TimeSpan.FromMinutes(1), "The planted settlements do not reach their states.");
    }
}
