using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Browser.SignIn;
using Keystone.Dashboard.SignIn;
using Keystone.Identity;
using Npgsql;

namespace Keystone.WebBench;

/// <summary>The API with its pages on loopback over a database of its own.</summary>
sealed partial class PageServer : IAsyncDisposable
{
    const long ChainId = 11155111;

    readonly SignInFixture _fixture = new();

    /// <summary>The fixture that holds it.</summary>
    public SignInFixture Fixture => _fixture;

    /// <summary>Superuser.</summary>
    public NpgsqlDataSource Database => _fixture.Database;

    /// <summary>Starts it.</summary>
    public static async Task<PageServer> StartAsync()
    {
        PageServer server = new();
        await server._fixture.InitializeAsync();
        return server;
    }

    /// <summary>A platform with one settlement that the API made, and a member who is signed in.</summary>
    public async Task<(HttpClient Client, CookieContainer Cookies, Guid Settlement)> PlatformAsync()
    {
        string slug = "bench-" + Guid.NewGuid().ToString("n")[..8];
        NewCredential credential = await new PlatformStore(Database, TimeProvider.System).CreateAsync(new NewPlatform(slug, "Bench " + slug, "sandbox", "sandbox", ChainId), static (_, _) => false, CancellationToken.None);
        // Registered tokens are not read from the chain, which this bench does without.
        foreach ((string symbol, byte place, int decimals) in ((string, byte, int)[])[("KBOND", 1, 18), ("USDC", 2, 6)])
            await RunAsync("""
                insert into settlement.instrument (id, environment_id, chain_id, address, symbol, standard, decimals, code_hash, created_at)
                select gen_random_uuid(), e.id, $1, $2, $3, 'ERC-20', $4, $5, now() from identity.environment e join identity.platform p on p.id = e.platform_id where p.slug = $6
                """, ChainId, Enumerable.Repeat(place, 20).ToArray(), symbol, decimals, new byte[32], slug);
        Guid platform = (Guid)(await Database.CreateCommand($"select id from identity.platform where slug = '{slug}'").ExecuteScalarAsync())!;
        (string link, SandboxMember _) = await _fixture.LinkAsync(platform, "approve");
        CookieContainer cookies = new();
        HttpClient client = new(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = new Uri(_fixture.Url), Timeout = TimeSpan.FromMinutes(5) };
        string form = await client.GetStringAsync(link);
        using FormUrlEncodedContent fields = new([new("__RequestVerificationToken", TokenForm().Match(form).Groups["token"].Value)]);
        using HttpRequestMessage post = new(HttpMethod.Post, link) { Content = fields };
        post.Headers.Add("Origin", _fixture.Url);
        (await client.SendAsync(post)).EnsureSuccessStatusCode();
        return (client, cookies, await CreateAsync(credential));
    }

    async Task<Guid> CreateAsync(NewCredential credential)
    {
        using HttpClient client = new() { BaseAddress = new Uri(_fixture.Url) };
        using HttpResponseMessage token = await client.PostAsJsonAsync("/oauth/token", new { client_id = credential.ClientId, client_secret = credential.ClientSecret, grant_type = "client_credentials" });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)(await token.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!);
        static object Party(string role, char digit) => new { role, external_reference = role, wallet_address = "0x" + new string(digit, 40) };
        using HttpResponseMessage made = await client.PostAsJsonAsync("/v1/settlements", new
        {
            idempotency_key = "first",
            template_slug = "dvp-single",
            external_reference = "TRD-1",
            parties = new[] { Party("seller", '3'), Party("buyer", '4') },
            legs = new[]
            {
                new { leg_type = "asset", instrument_id = "KBOND", quantity = "100", direction = "deliver", party_role = "seller" },
                new { leg_type = "payment", instrument_id = "USDC", quantity = "50000", direction = "deliver", party_role = "buyer" },
            },
        });
        JsonObject answer = (await made.Content.ReadFromJsonAsync<JsonObject>())!;
        return made.IsSuccessStatusCode ? Guid.Parse((string)answer["id"]!) : throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>Runs a statement.</summary>
    public async Task RunAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        foreach (object value in values) command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync() => await _fixture.DisposeAsync();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"")]
    private static partial Regex TokenForm();
}
