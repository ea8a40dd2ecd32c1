using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Identity;

namespace Keystone.Api.Tests;

/// <summary>Wallets that parties may use, where the environment's switch asks for that: a new one waits for a day or for a second person.</summary>
[Collection(ApiCollection.Name)]
public sealed class WalletTests(ApiFixture api)
{
    const string Path = "/v1/wallets";

    readonly string _tenant = "w" + Guid.NewGuid().ToString("n")[..12];

    async Task<Guid> TenantAsync()
    {
        await api.AddPlatformAsync(_tenant, scopes: [.. Scopes.OfTenants.Select(scope => scope.Name)]);
        Guid environment = await api.EnvironmentAsync(_tenant);
        await api.AddCredentialAsync(_tenant + "-second", environment, "wallets:manage", "platform:manage");
        await api.RunAsync("update identity.environment set wallets_required = true where id = $1", environment);
        return environment;
    }

    async Task<JsonObject> DoAsync(string client, HttpMethod method, string path, string? body = null, int expected = 200)
    {
        var (status, answer, _) = await api.SendAsync(client, method, path, body);
        Assert.True(status == expected, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    async Task<string> RegisterAsync(Address wallet, string? client = null) =>
        (string)(await DoAsync(client ?? _tenant, HttpMethod.Post, Path, new JsonObject { ["wallet_address"] = wallet.ToString(), ["label"] = "Treasury" }.ToJsonString(), 201))["id"]!;

    [Fact]
    public async Task A_party_uses_registered_wallets_only_and_a_new_one_waits_for_a_second_person()
    {
        await TenantAsync();
        JsonObject none = await DoAsync(_tenant, HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString(), 422);
        Assert.Equal(["/parties/0/wallet_address wallet_not_registered", "/parties/1/wallet_address wallet_not_registered"],
            none["errors"]!.AsArray().Select(error => $"{error!["pointer"]} {error["code"]}"));
        string buyer = await RegisterAsync(api.Buyer), seller = await RegisterAsync(api.Seller, _tenant + "-second");
        JsonObject waits = await DoAsync(_tenant, HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString(), 422);
        Assert.All(waits["errors"]!.AsArray(), error => Assert.Equal("wallet_waits", (string?)error!["code"]));
        Assert.Equal("second_person_needed", (string?)(await DoAsync(_tenant, HttpMethod.Post, $"{Path}/{buyer}/approve", expected: 403))["code"]);
        // A credential that the same person made is no second person.
        JsonObject own = await DoAsync(_tenant, HttpMethod.Post, "/v1/platforms/me/credentials", """{"scopes":["wallets:manage"]}""", 201);
        (string, string) bearer = ("Authorization", "Bearer " + (await api.SendAsync(null, HttpMethod.Post, "/oauth/token",
            $$"""{"client_id":"{{own["client_id"]}}","client_secret":"{{own["client_secret"]}}","grant_type":"client_credentials"}""")).Body["access_token"]);
        Assert.Equal("second_person_needed", (string?)(await api.SendAsync(null, HttpMethod.Post, $"{Path}/{buyer}/approve", headers: bearer)).Body["code"]);
        Assert.Equal("pending", (string?)(await DoAsync(_tenant, HttpMethod.Get, $"{Path}/{buyer}"))["status"]);
        JsonObject approved = await DoAsync(_tenant + "-second", HttpMethod.Post, $"{Path}/{buyer}/approve");
        Assert.Equal(("usable", _tenant, _tenant + "-second"), ((string)approved["status"]!, (string)approved["registered_by"]!, (string)approved["approved_by"]!));
        Assert.Equal(approved.ToJsonString(), (await DoAsync(_tenant + "-second", HttpMethod.Post, $"{Path}/{buyer}/approve")).ToJsonString());
        await DoAsync(_tenant, HttpMethod.Post, $"{Path}/{seller}/approve");
        JsonObject body = api.Single();
        await api.CreateAsync(_tenant, body);
        await DoAsync(_tenant, HttpMethod.Delete, $"{Path}/{seller}", expected: 204);
        await DoAsync(_tenant, HttpMethod.Get, $"{Path}/{seller}", expected: 404);
        Assert.Equal("/parties/1/wallet_address", (string?)(await DoAsync(_tenant, HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString(), 422))["errors"]![0]!["pointer"]);
        // What was instructed before is the same request still.
        Assert.Equal(200, (await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
    }

    [Fact]
    public async Task A_wallet_waits_for_a_day_and_no_longer()
    {
        await TenantAsync();
        string id = await RegisterAsync(api.Buyer);
        JsonObject wallet = await DoAsync(_tenant, HttpMethod.Get, $"{Path}/{id}");
        TimeSpan wait = DateTimeOffset.Parse((string)wallet["usable_from"]!, null) - DateTimeOffset.Parse((string)wallet["created_at"]!, null);
        Assert.Equal(("pending", TimeSpan.FromHours(24)), ((string)wallet["status"]!, wait));
        await api.RunAsync("update settlement.wallet set usable_from = now() where id = $1", Guid.Parse(id));
        Assert.Equal("usable", (string?)(await DoAsync(_tenant, HttpMethod.Get, $"{Path}/{id}"))["status"]);
    }

    [Fact]
    public async Task A_counterparty_confirms_with_its_own_registered_wallet_alone()
    {
        await TenantAsync();
        JsonObject cross = api.Cross();
        cross["counterparty_parties"]![0]!["platform_slug"] = _tenant;
        JsonObject made = await api.CreateAsync("platform-a", cross);
        string confirm = $"/v1/settlements/{made["id"]}/confirm";
        Assert.Equal("wallet_not_registered", (string?)(await DoAsync(_tenant, HttpMethod.Post, confirm, api.Confirmation().ToJsonString(), 422))["errors"]![0]!["code"]);
        await DoAsync(_tenant + "-second", HttpMethod.Post, $"{Path}/{await RegisterAsync(api.Buyer)}/approve");
        await DoAsync(_tenant, HttpMethod.Post, confirm, api.Confirmation().ToJsonString());
    }

    [Theory]
    [InlineData("{}", "/wallet_address", "missing")]
    [InlineData("{\"wallet_address\":\"0x12\"}", "/wallet_address", "invalid_address")]
    [InlineData("{\"wallet_address\":\"0x0000000000000000000000000000000000000000\"}", "/wallet_address", "zero_address")]
    [InlineData("{\"wallet_address\":\"0x70997970C51812dc3A010C7d01b50e0d17dc79c8\"}", "/wallet_address", "address_checksum")]
    public async Task A_wrong_wallet_is_not_registered(string body, string pointer, string code)
    {
        await TenantAsync();
        JsonObject refused = await DoAsync(_tenant, HttpMethod.Post, Path, body, 422);
        Assert.Equal((pointer, code), ((string)refused["errors"]![0]!["pointer"]!, (string)refused["errors"]![0]!["code"]!));
        Assert.Equal(0, (int)(await DoAsync(_tenant, HttpMethod.Get, Path))["total"]!);
        await RegisterAsync(api.Buyer);
        Assert.Equal("wallet_exists", (string?)(await DoAsync(_tenant, HttpMethod.Post, Path, new JsonObject { ["wallet_address"] = api.Buyer.ToString().ToLowerInvariant() }.ToJsonString(), 409))["code"]);
    }
}
