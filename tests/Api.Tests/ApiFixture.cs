using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Api.Sandbox;
using Keystone.Dev.Servers;
using Keystone.Escrow.Contracts.TestTokens;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting.Reports;
using Keystone.Postgres.Migrations;
using Keystone.Settlements.DepositLinks;
using Keystone.Testing;
using Keystone.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>One API for the tests of this project; they run one after the other, so that "nothing was stored" can be counted.</summary>
[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiFixture>
{
    public const string Name = "api";
}

/// <summary>The API on loopback under the database role of the API, over a real Postgres and a real chain, with several platforms.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    static readonly string[] AllScopes = ["settlements:read", "settlements:write", "templates:read", "platform:read", "platform:webhooks:manage", "compliance:decide"];

    readonly string _home = Path.Combine(KeystoneHome.Open(), "test", "api-" + Guid.NewGuid().ToString("n"));
    readonly TestDatabase _database = new();
    readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    WebApplication? _app;

    public TestChain Chain { get; } = new();

    /// <summary>The API's clock; the database keeps the real time.</summary>
    public ShiftedClock Clock { get; } = new();

    /// <summary>Faults of every API of these tests.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _database.Source;

    /// <summary>Of the superuser.</summary>
    public string ConnectionString => _database.ConnectionString;

    public string Url => _app!.Urls.First();

    public HttpClient Client { get; } = new();

    /// <summary>Folder of the keys that sign tokens.</summary>
    public string KeysFolder => Path.Combine(_home, "keys");

    public Address Bond { get; private set; }

    public Address Usdc { get; private set; }

    /// <summary>An ERC-721 and an ERC-1155.</summary>
    public Address Deeds { get; private set; }

    public Address Lots { get; private set; }

    public Address Buyer => Chain.Accounts[1].Address;

    public Address Seller => Chain.Accounts[2].Address;

    public async Task InitializeAsync()
    {
        await Task.WhenAll(Chain.InitializeAsync(), _database.InitializeAsync());
        await new MigrationStore(_database.Source, TimeProvider.System, [.. Keystone.Settlements.Schemas.All, HostingSchema.Migrations]).ApplyAsync(CancellationToken.None);
        Bond = await Chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Usdc = await Chain.DeployTokenAsync("USD Coin", "USDC", 6);
        Deeds = await Chain.DeployAsync(new MintableDeedDeployment());
        Lots = await Chain.DeployAsync(new MintableLotsDeployment());
        foreach (string slug in (string[])["platform-a", "platform-b", "platform-c"])
            await AddPlatformAsync(slug);
        // What a tenant manages itself, for two of them; a second person; the operator.
        string[] all = [.. Keystone.Identity.Scopes.OfTenants.Select(scope => scope.Name)];
        await AddCredentialAsync("manager-a", await EnvironmentAsync("platform-a"), all);
        await AddCredentialAsync("manager-a2", await EnvironmentAsync("platform-a"), all);
        await AddCredentialAsync("manager-c", await EnvironmentAsync("platform-c"), all);
        await AddCredentialAsync("operator", null, "admin", "compliance:decide");
        await AddPlatformAsync("platform-suspended", status: "suspended");
        await AddPlatformAsync("platform-production", kind: "production");
        await RunAsync("insert into chain.position (chain_id, genesis_hash, escrow, code_hash, start_block, number) values ($1, $2, $3, $2, 0, 0)",
            TestChain.ChainId, new byte[32], Chain.Escrow.ToBytes());
        _app = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        await _database.DisposeAsync();
        await Chain.DisposeAsync();
        Client.Dispose();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    /// <summary>A token of a client; its client id is the platform's slug, its secret <c>secret-</c> and the slug.</summary>
    public async Task<string> TokenAsync(string client)
    {
        if (_tokens.TryGetValue(client, out string? known)) return known;
        HttpResponseMessage response = await Client.PostAsJsonAsync(Url + "/oauth/token",
            new { client_id = client, client_secret = "secret-" + client, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" });
        Assert.Equal(200, (int)response.StatusCode);
        return _tokens[client] = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public async Task<(int Status, JsonObject Body, HttpResponseMessage Response)> SendAsync(
        string? client, HttpMethod method, string path, string? body = null, string? contentType = "application/json",
        params (string Name, string Value)[] headers)
    {
        byte[]? bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
        return await SendBytesAsync(client, method, path, bytes, contentType, headers);
    }

    public async Task<(int Status, JsonObject Body, HttpResponseMessage Response)> SendBytesAsync(
        string? client, HttpMethod method, string path, byte[]? body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, Url + path);
        if (client is not null)
            request.Headers.Authorization = new("Bearer", await TokenAsync(client));
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        HttpResponseMessage response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!, response);
    }

    public async Task<JsonObject> GetAsync(string client, string path)
    {
        var (status, body, _) = await SendAsync(client, HttpMethod.Get, path);
        Assert.True(status == 200, body.ToJsonString());
        return body;
    }

    /// <summary>Creates a settlement that is expected to be made.</summary>
    public async Task<JsonObject> CreateAsync(string client, JsonObject body)
    {
        var (status, made, _) = await SendAsync(client, HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        return made;
    }

    /// <summary>Rows of everything that a request may store.</summary>
    public async Task<string> CountsAsync()
    {
        StringBuilder counts = new();
        foreach (string table in (string[])["settlement.settlement", "settlement.party", "settlement.leg", "settlement.event", "settlement.environment_event",
            "settlement.visible_to", "settlement.fact", "settlement.instrument", "settlement.idempotency", "webhooks.message", "webhooks.endpoint", "webhooks.secret"])
            counts.Append(CultureInfo.InvariantCulture, $"{table}={await CountAsync(table)} ");
        return counts.ToString();
    }

    /// <summary>Id of a platform's first environment.</summary>
    public async Task<Guid> EnvironmentAsync(string slug) => (Guid)(await Database.CreateCommand(
        $"select e.id from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = '{slug}' order by e.created_at limit 1").ExecuteScalarAsync())!;

    public async Task<long> CountAsync(string table) => (long)(await Database.CreateCommand($"select count(*) from {table}").ExecuteScalarAsync())!;

    public async Task<int> RunAsync(string sql, params object?[] values)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        foreach (object? value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>A platform with one environment, a credential of the same name and USDC registered.</summary>
    public async Task<Guid> AddPlatformAsync(string slug, string kind = "sandbox", string status = "active", int rateLimit = 1_000_000, string[]? scopes = null)
    {
        Guid platform = Guid.NewGuid();
        await RunAsync("insert into identity.platform (id, slug, name, status, created_at) values ($1, $2, $3, $4, now())", platform, slug, "Name of " + slug, status);
        return await AddEnvironmentAsync(platform, kind, kind, slug, rateLimit, isDefault: true, scopes);
    }

    public async Task<Guid> AddEnvironmentAsync(
        Guid platform, string slug, string kind, string client, int rateLimit = 1_000_000, bool isDefault = false, string[]? scopes = null)
    {
        Guid environment = Guid.NewGuid();
        await RunAsync("""
            insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, rate_limit, created_at)
            values ($1, $2, $3, $4, $5, $6, '2026-11-20', $7, now())
            """, environment, platform, slug, kind, TestChain.ChainId, isDefault, rateLimit);
        await AddCredentialAsync(client, environment, scopes ?? AllScopes);
        await RunAsync("""
            insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
            values ($1, $2, $3, $4, 'USDC', 'ERC-20', 6, $5, now())
            """, Guid.NewGuid(), environment, TestChain.ChainId, Usdc.ToBytes(), new byte[32]);
        return environment;
    }

    public async Task AddCredentialAsync(string client, Guid? environment, params string[] scopes)
    {
        await RunAsync("insert into identity.credential (client_id, environment_id, scopes, created_at) values ($1, $2::uuid, $3, now())", client, environment, scopes);
        await RunAsync("insert into identity.credential_secret (client_id, ordinal, sha256) values ($1, 1, $2)", client,
            SHA256.HashData(Encoding.UTF8.GetBytes("secret-" + client)));
    }

    /// <summary>A credential of the operator, which belongs to no environment.</summary>
    public Task AddOperatorAsync(string client) => AddCredentialAsync(client, null, "admin");

    /// <summary>A credential of the operator with these scopes.</summary>
    public async Task AddOperatorCredentialAsync(string client, params string[] scopes)
    {
        await RunAsync("insert into identity.credential (client_id, scopes, created_at) values ($1, $2, now())", client, scopes);
        await RunAsync("insert into identity.credential_secret (client_id, ordinal, sha256) values ($1, 1, $2)", client, SHA256.HashData(Encoding.UTF8.GetBytes("secret-" + client)));
    }

    /// <summary>The single-platform guide's body with addresses, key and time of this test.</summary>
    public JsonObject Single(string? key = null) => new()
    {
        ["idempotency_key"] = key ?? Guid.NewGuid().ToString(),
        ["template_id"] = "dvp-single",
        ["timeout_at"] = Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture),
        ["parties"] = new JsonArray(
            new JsonObject { ["role"] = "buyer", ["external_reference"] = "alice-001", ["name"] = "Alice (Buyer)", ["wallet_address"] = Buyer.ToString(), ["chain_id"] = 11155111 },
            new JsonObject { ["role"] = "seller", ["external_reference"] = "bob-001", ["name"] = "Bob (Seller)", ["wallet_address"] = Seller.ToString(), ["chain_id"] = 11155111 }),
        ["legs"] = new JsonArray(
            new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = Bond.ToString(), ["quantity"] = "100", ["direction"] = "deliver", ["party_role"] = "seller" },
            new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = "USDC", ["quantity"] = "50000", ["direction"] = "deliver", ["party_role"] = "buyer" }),
    };

    /// <summary>The cross-platform guide's body: the seller is ours, the buyer of <c>platform-b</c>.</summary>
    public JsonObject Cross(string? key = null)
    {
        JsonObject body = Single(key);
        body["template_id"] = "CROSS_PLATFORM_DvP_TEMPLATE";
        ((JsonArray)body["parties"]!).RemoveAt(0);
        body["counterparty_parties"] = new JsonArray(new JsonObject
        {
            ["platform_slug"] = "platform-b",
            ["role"] = "buyer",
            ["wallet_address_hint"] = Buyer.ToString(),
            ["counterparty_reference"] = "Acme Fund LLC",
        });
        return body;
    }

    /// <summary>The cross-platform guide's confirmation.</summary>
    public JsonObject Confirmation() => new()
    {
        ["external_reference"] = "buyer-acct-042",
        ["name"] = "Beta Capital",
        ["wallet_address"] = Buyer.ToString(),
        ["chain_id"] = 11155111,
    };

    /// <summary>Settings of an API on the same database, or of another service of it under its own database role.</summary>
    public async Task<Dictionary<string, string?>> SettingsAsync(string role = "keystone_api")
    {
        Directory.CreateDirectory(_home);
        string keyFile = Path.Combine(_home, "webhooks.key");
        SealingKey.EnsureFile(keyFile);
        return new Dictionary<string, string?>
        {
            ["Storage:ConnectionString"] = await _database.LoginAsync(role),
            ["Identity:KeysDirectory"] = KeysFolder,
            ["Api:PublicUrl"] = "https://keystone.example",
            ["Webhooks:SecretKeyFile"] = keyFile,
            ["Webhooks:AllowPrivateTargets"] = "true",
            ["Chains:0:ChainId"] = TestChain.ChainId.ToString(CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = Chain.Url.ToString(),
            ["Chains:0:Escrow"] = Chain.Escrow.ToString(),
        };
    }

    /// <summary>Starts an API on the same database with some settings changed.</summary>
    public Task<WebApplication> StartAsync(params (string Name, string Value)[] settings) => StartAsync(sandbox: true, settings);

    /// <summary>The same with or without what only a development system has.</summary>
    public async Task<WebApplication> StartAsync(bool sandbox, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string?> all = await SettingsAsync();
        foreach ((string name, string value) in settings)
            all[name] = value;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(all);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Some thousand requests a run: what each is logged costs more than it.
        builder.Logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning);
        builder.Logging.AddProvider(Faults);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.AddEthereumNodes(builder.Configuration);
        if (sandbox) builder.Services.AddSingleton<ISandbox>(new TestSandbox(this)).AddSingleton<IDepositPages, TestDepositPages>();
        builder.Services.AddApi(builder.Configuration);
        WebApplication app = builder.Build();
        app.MapApi();
        await app.StartAsync();
        return app;
    }
}
