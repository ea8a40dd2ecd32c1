using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Keystone.Api;
using Keystone.Dashboard.SignIn;
using Keystone.Dev.Servers;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Keystone.Identity;
using Keystone.Identity.Errors;
using Keystone.Identity.Members;
using Keystone.Identity.Platforms;
using Keystone.Postgres.Migrations;
using Keystone.Testing;
using Keystone.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Npgsql;

namespace Keystone.Browser.SignIn;

/// <summary>One API with its pages for the tests of sign-in, which run one after the other, and a browser. No chain: nothing of it is looked at.</summary>
[CollectionDefinition(Name)]
public sealed class SignInCollection : ICollectionFixture<SignInFixture>
{
    public const string Name = "sign-in";
}

/// <summary>The API with its dashboard under the database role of the API, a database, and a Chromium. Its clock can be moved.</summary>
public sealed class SignInFixture : IAsyncLifetime, ISandboxMembers
{
    readonly string _home = Path.Combine(KeystoneHome.Open(), "test", "sign-in-" + Guid.NewGuid().ToString("n"));
    readonly TestDatabase _database = new();
    readonly Dictionary<string, SandboxMember> _links = [];
    readonly List<WebApplication> _apps = [];
    readonly List<IBrowserContext> _contexts = [];
    IPlaywright? _playwright;

    public ShiftedClock Clock { get; } = new();

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _database.Source;

    /// <summary>Services of the first process.</summary>
    public IServiceProvider Services => _apps[0].Services;

    /// <summary>Address of the pages.</summary>
    public string Url { get; private set; } = "";

    public IBrowser Chromium { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _database.InitializeAsync();
        await new MigrationStore(_database.Source, TimeProvider.System, [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations]).ApplyAsync(CancellationToken.None);
        Url = (await StartAsync()).Url;
        if (ChromiumFinder.Path is not { } path) return;
        _playwright = await Playwright.CreateAsync();
        Chromium = await Browsers.LaunchAsync(_playwright, path);
    }

    /// <summary>One more process of the API on the same database and the same keys.</summary>
    internal Task<(WebApplication App, string Url)> StartAsync(params (string Name, string Value)[] settings) => StartAsync(withLinks: true, settings);

    /// <summary>The same, with or without the port of links that sign in.</summary>
    internal Task<(WebApplication App, string Url)> StartAsync(bool withLinks, params (string Name, string Value)[] settings) => StartAsync(FreePort(), withLinks, settings);

    /// <summary>Ends a process and starts another one at its address, on the same database and keys.</summary>
    internal async Task<WebApplication> RestartAsync(WebApplication app)
    {
        int port = new Uri(app.Urls.First()).Port;
        _apps.Remove(app);
        await app.DisposeAsync();
        return (await StartAsync(port, withLinks: true)).App;
    }

    async Task<(WebApplication App, string Url)> StartAsync(int port, bool withLinks, params (string Name, string Value)[] settings)
    {
        Directory.CreateDirectory(_home);
        string keyFile = Path.Combine(_home, "webhooks.key");
        SealingKey.EnsureFile(keyFile);
        string url = $"http://localhost:{port.ToString(CultureInfo.InvariantCulture)}";
        Dictionary<string, string?> all = new()
        {
            ["Storage:ConnectionString"] = await _database.LoginAsync("keystone_api"),
            ["Identity:KeysDirectory"] = Path.Combine(_home, "keys"),
            ["Api:Url"] = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
            ["Dashboard:Enabled"] = "true",
            ["Webhooks:SecretKeyFile"] = keyFile,
            ["Chains:0:ChainId"] = "11155111",
            ["Chains:0:RpcUrls:0"] = "http://127.0.0.1:1",
            ["Chains:0:Escrow"] = "0x" + new string('1', 40),
        };
        foreach ((string name, string value) in settings) all[name] = value;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(all);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}");
        builder.Services.AddSingleton<TimeProvider>(Clock);
        if (withLinks) builder.Services.AddSingleton<ISandboxMembers>(this);
        builder.Services.AddEthereumNodes(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        WebApplication app = builder.Build();
        KeystoneHost.ValidateSettings(app.Services);
        app.MapApi();
        await app.StartAsync();
        _apps.Add(app);
        return (app, url);
    }

    public async Task DisposeAsync()
    {
        if (Chromium is not null) await Chromium.DisposeAsync();
        _playwright?.Dispose();
        foreach (WebApplication app in _apps) await app.DisposeAsync();
        await _database.DisposeAsync();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    /// <inheritdoc/>
    public Task<SandboxMember?> FindAsync(string token, CancellationToken cancellationToken) => Task.FromResult(_links.GetValueOrDefault(token));

    /// <summary>A new platform.</summary>
    internal async Task<(Guid Id, string Slug)> PlatformAsync()
    {
        string slug = "p" + Guid.NewGuid().ToString("n")[..10];
        await new PlatformStore(Database, Clock).CreateAsync(new NewPlatform(slug, "Bank " + slug, "sandbox", "sandbox", 11155111), static (_, _) => false, CancellationToken.None);
        return (await new PlatformAccountStore(Database, Clock).IdAsync(slug, CancellationToken.None), slug);
    }

    internal static string Email() => $"lea.{Guid.NewGuid():n}@example.com";

    internal async Task<InvitedMember> InviteAsync(Guid platform, string email, params string[] roles) =>
        (await new MemberStore(Database, Clock).InviteAsync(platform, Actor.Operator, email, "Lea Kim", roles, new MemberFaults(), CancellationToken.None)).Require();

    /// <summary>A link that signs in a member with these roles; without a platform one of the operator.</summary>
    internal async Task<(string Link, SandboxMember Member)> LinkAsync(Guid? platform, params string[] roles)
    {
        string token = Guid.NewGuid().ToString("n"), email = Email();
        (Guid person, Guid member) = await new OperatorMemberStore(Database, Clock).EnsureActiveAsync(platform, email, "Lea Kim", roles, CancellationToken.None);
        SandboxMember made = new(person, member, email);
        _links[token] = made;
        return ("/sandbox/sign-in/" + token, made);
    }

    /// <summary>A browser of its own.</summary>
    internal async Task<IPage> PageAsync(string? url = null)
    {
        IBrowserContext context = await Chromium.NewPatientContextAsync(new() { BaseURL = url ?? Url });
        _contexts.Add(context);
        return await context.NewPageAsync();
    }

    /// <summary>At the end of a test: closes its browsers and ends its processes beside the first, which would poll on and slow the tests that follow.</summary>
    internal async Task CloseAsync()
    {
        foreach (IBrowserContext context in _contexts) await context.CloseAsync();
        _contexts.Clear();
        foreach (WebApplication app in _apps[1..]) await app.DisposeAsync();
        _apps.RemoveRange(1, _apps.Count - 1);
    }

    /// <summary>Signs a member in by its link.</summary>
    internal static async Task SignInAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await page.ClickAsync("button[type=submit]");
        await page.LeavesAsync("/sandbox/");
    }

    internal async Task<T> ScalarAsync<T>(string sql) => (T)(await Database.CreateCommand(sql).ExecuteScalarAsync())!;

    internal async Task RunAsync(string sql) => await Database.CreateCommand(sql).ExecuteNonQueryAsync();

    internal static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
