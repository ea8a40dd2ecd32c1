using System.Text.Json.Nodes;
using Keystone.Identity;

namespace Keystone.Api.Tests;

/// <summary>What surrounds every call: the version of the answer, browsers of other origins, and the activity log.</summary>
[Collection(ApiCollection.Name)]
public sealed class SurroundingsTests(ApiFixture api)
{
    readonly string _tenant = "s" + Guid.NewGuid().ToString("n")[..12];

    async Task<Guid> TenantAsync(string set = "name = null")
    {
        await api.AddPlatformAsync(_tenant, scopes: [.. Scopes.OfTenants.Select(scope => scope.Name)]);
        Guid environment = await api.EnvironmentAsync(_tenant);
        await api.RunAsync($"update identity.environment set {set} where id = $1", environment);
        return environment;
    }

    static string LegTypes(JsonNode settlement) => string.Join(' ', settlement["legs"]!.AsArray().Select(leg => (string)leg!["leg_type"]!));

    [Fact]
    public async Task An_older_version_differs_in_one_word_and_an_unknown_one_is_400()
    {
        await TenantAsync($"api_version = '{ApiVersions.AssetDelivery}'");
        var (status, made, response) = await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString());
        Assert.Equal((201, "asset_delivery payment", ApiVersions.AssetDelivery), (status, LegTypes(made), response.Headers.GetValues("Keystone-Version").Single()));
        string path = $"/v1/settlements/{made["id"]}";
        var (_, current, now) = await api.SendAsync(_tenant, HttpMethod.Get, path, headers: ("Keystone-Version", ApiVersions.Current));
        Assert.Equal(("asset payment", ApiVersions.Current), (LegTypes(current), now.Headers.GetValues("Keystone-Version").Single()));
        JsonObject older = await api.GetAsync(_tenant, path);
        Assert.Equal("asset_delivery payment", LegTypes(older));
        Assert.Equal("asset_delivery payment", LegTypes((await api.GetAsync(_tenant, "/v1/settlements"))["items"]![0]!));
        // In nothing else.
        foreach (JsonNode? leg in older["legs"]!.AsArray()) if ((string?)leg!["leg_type"] == "asset_delivery") leg["leg_type"] = "asset";
        Assert.Equal(current.ToJsonString(), older.ToJsonString());
        foreach (string wrong in (string[])["2026-03-17", "latest", "", "2026-11-20, 2026-03-16"])
        {
            var (refused, problem, _) = await api.SendAsync(_tenant, HttpMethod.Get, path, headers: ("Keystone-Version", wrong));
            Assert.Equal((400, "version_unknown"), (refused, (string)problem["code"]!));
        }
        // Messages have the version that the environment is pinned to, in the same word.
        Assert.Equal(ApiVersions.AssetDelivery, Keystone.Webhooks.Messages.MessageComposer.AssetDeliveryVersion);
        string before = await api.CountsAsync();
        Assert.Equal(401, (await api.SendAsync(null, HttpMethod.Get, path, headers: ("Keystone-Version", "1999-01-01"))).Status);
        Assert.Equal(400, (await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString(), headers: ("Keystone-Version", "1"))).Status);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task Browsers_of_other_origins_are_out_unless_the_environment_names_them()
    {
        await TenantAsync("cors_origins = '{https://app.example.com}'");
        async Task<(int, string?, string?)> CallAsync(string? client, HttpMethod method, string origin, params (string, string)[] more)
        {
            var (status, _, response) = await api.SendAsync(client, method, "/v1/settlements", headers: [("Origin", origin), .. more]);
            return (status, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null,
                response.Headers.TryGetValues("Access-Control-Allow-Credentials", out var credentials) ? credentials.Single() : null);
        }
        (string, string) preflight = ("Access-Control-Request-Method", "POST");
        Assert.Equal((200, "https://app.example.com", null), await CallAsync(_tenant, HttpMethod.Get, "https://app.example.com"));
        Assert.Equal((200, null, null), await CallAsync(_tenant, HttpMethod.Get, "https://evil.example.com"));
        // Another tenant's origin is none of this one's, and off is the rule.
        Assert.Equal((200, null, null), await CallAsync("platform-a", HttpMethod.Get, "https://app.example.com"));
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal((204, "https://app.example.com", null), await CallAsync(null, HttpMethod.Options, "https://app.example.com", preflight));
            Assert.Equal((204, null, null), await CallAsync(null, HttpMethod.Options, "https://evil.example.com", preflight));
            Assert.Equal((204, null, null), await CallAsync(null, HttpMethod.Options, "null", preflight));
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task Everything_that_changes_or_tries_to_has_its_entry_and_only_its_owner_reads_it()
    {
        Guid environment = await TenantAsync();
        await api.AddCredentialAsync(_tenant + "-reader", environment, "settlements:read", "platform:read");
        JsonObject made = await api.CreateAsync(_tenant, api.Single());
        await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", "{\"name\":\"a secret of ours\"}", headers: ("User-Agent", "Robot/7"));
        await api.SendAsync(_tenant + "-reader", HttpMethod.Post, "/v1/settlements", "{}");
        JsonObject credential = (await api.SendAsync(_tenant, HttpMethod.Post, "/v1/platforms/me/credentials", """{"scopes":["settlements:read"]}""", headers: ("X-Request-Id", "given-id"))).Body;
        await api.SendAsync(_tenant, HttpMethod.Delete, $"/v1/platforms/me/credentials/{credential["client_id"]}");
        await api.GetAsync(_tenant, $"/v1/settlements/{made["id"]}");
        JsonObject list = await api.GetAsync(_tenant, "/v1/activity");
        JsonObject[] items = [.. list["items"]!.AsArray().Select(item => (JsonObject)item!)];
        Assert.Equal([
            $"credential.revoked platform info 204 - credential {credential["client_id"]} {_tenant}", $"credential.created platform info 201 - credential {credential["client_id"]} {_tenant}",
            $"settlement.created settlement warning 403 insufficient_scope settlement  {_tenant}-reader", $"settlement.created settlement warning 422 validation_failed settlement  {_tenant}",
            $"settlement.created settlement info 201 - settlement {made["id"]} {_tenant}"],
            items.Select(item => $"{item["type"]} {item["category"]} {item["severity"]} {item["status_code"]} {item["error_code"] ?? "-"} {item["resource_type"]} {item["resource_id"]} {item["actor_id"]}"));
        Assert.Equal(("given-id", "Robot/7", "127.0.0.1", "POST", "/v1/settlements"), ((string)items[1]["request_id"]!, (string)items[3]["user_agent"]!, (string)items[3]["ip_address"]!, (string)items[4]["method"]!, (string)items[4]["path"]!));
        foreach (string secret in (string[])[(string)credential["client_secret"]!, "a secret of ours", "Alice", "alice-001"])
            Assert.Equal(0, await api.CountAsync($"settlement.activity a where a.environment_id = '{environment}' and a::text like '%{secret}%'"));
        // Filters of the page, one after the other.
        string id = (string)items[4]["id"]!;
        foreach ((string query, int found) in new[] { ("type=settlement.created", 3), ("category=platform", 2), ($"resource_id={made["id"]}", 1), ("resource_type=credential", 2), ("search=ROBOT", 0),
            ($"search={_tenant}-READER", 1), ("date_to=2020-01-01T00:00:00Z", 0), ("date_from=2020-01-01T00:00:00Z", 5), ($"environment_id={environment}", 5), ($"environment_id={Guid.NewGuid()}", 0) })
            Assert.True(found == (int)(await api.GetAsync(_tenant, "/v1/activity?" + query))["total"]!, query);
        JsonObject first = await api.GetAsync(_tenant, "/v1/activity?limit=3");
        JsonObject rest = await api.GetAsync(_tenant, $"/v1/activity?limit=3&cursor={first["next_cursor"]}");
        Assert.Equal(items.Select(item => (string)item["id"]!), first["items"]!.AsArray().Concat(rest["items"]!.AsArray()).Select(item => (string)item!["id"]!));
        Assert.Null(rest["next_cursor"]);
        Assert.Equal(items[4].ToJsonString(), (await api.GetAsync(_tenant, $"/v1/activity/{id}")).ToJsonString());
        Assert.Equal(404, (await api.SendAsync("manager-a", HttpMethod.Get, $"/v1/activity/{id}")).Status);
        Assert.DoesNotContain(id, (await api.GetAsync("manager-a", "/v1/activity?limit=200")).ToJsonString(), StringComparison.Ordinal);
        var (status, wrong, _) = await api.SendAsync(_tenant, HttpMethod.Get, "/v1/activity?date_from=yesterday&cursor=x&environment_id=7&limit=0");
        Assert.Equal((422, 4), (status, wrong["errors"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_repeat_and_a_refusal_of_a_settlement_write_one_entry_each()
    {
        Guid environment = await TenantAsync();
        JsonObject body = api.Single();
        await api.CreateAsync(_tenant, body);
        Assert.Equal(200, (await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
        body["external_reference"] = "other";
        Assert.Equal(422, (await api.SendAsync(_tenant, HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
        Assert.Equal([422, 200, 201], (await api.GetAsync(_tenant, "/v1/activity"))["items"]!.AsArray().Select(item => (int)item!["status_code"]!));
        Assert.Equal(3, await api.CountAsync($"settlement.activity where environment_id = '{environment}'"));
    }
}
