using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Identity.Platforms;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary>What a tenant manages itself: its platform, environments, credentials, networks and members; and what it cannot.</summary>
[Collection(ApiCollection.Name)]
public sealed class TenantTests(ApiFixture api)
{
    const string Me = "/v1/platforms/me", Environments = Me + "/environments", Credentials = Me + "/credentials", Rules = Me + "/ip-rules", Members = Me + "/members";

    static readonly HttpMethod Post = HttpMethod.Post, Get = HttpMethod.Get, Patch = HttpMethod.Patch, Delete = HttpMethod.Delete;

    readonly string _name = "t" + Guid.NewGuid().ToString("n")[..12];

    // A platform of this test with a credential that may do everything a tenant may.
    async Task<string> TenantAsync(string suffix = "", string kind = "sandbox")
    {
        await api.AddPlatformAsync(_name + suffix, kind, scopes: [.. Keystone.Identity.Scopes.OfTenants.Select(scope => scope.Name)]);
        return _name + suffix;
    }

    async Task<JsonObject> DoAsync(string client, HttpMethod method, string path, string? body = null, int expected = 200)
    {
        var (status, answer, _) = await api.SendAsync(client, method, path, body);
        Assert.True(status == expected, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    static string Pointer(JsonObject problem) => (string)problem["errors"]!.AsArray()[0]!["pointer"]!;

    // A wrong secret is refused by 429 too, when other tests have failed often enough from this address within the minute.
    async Task<int> TokenStatusAsync(string client, string secret) => (await api.SendAsync(null, Post, "/oauth/token",
        $$"""{"client_id":"{{client}}","client_secret":"{{secret}}","grant_type":"client_credentials"}""")).Status is int status and not 429 ? status : 401;

    async Task<(string, string)> BearerAsync(string client, string secret) => ("Authorization", "Bearer " + (string)(await api.SendAsync(null, Post, "/oauth/token",
        $$"""{"client_id":"{{client}}","client_secret":"{{secret}}","grant_type":"client_credentials"}""")).Body["access_token"]!);

    [Fact]
    public async Task A_platform_is_read_and_changed_by_its_own_and_its_name_stays_unmistakable()
    {
        string tenant = await TenantAsync();
        JsonObject me = await DoAsync(tenant, Get, Me);
        Assert.Equal((tenant, "active", "sandbox"), ((string)me["slug"]!, (string)me["status"]!, (string)me["environment_slug"]!));
        JsonObject changed = await DoAsync(tenant, Patch, Me, """{"support_email":"help@example.com","support_url":"https://example.com/help"}""");
        Assert.Equal(("help@example.com", (string)me["name"]!), ((string)changed["support_email"]!, (string)changed["name"]!));
        Assert.Null((await DoAsync(tenant, Patch, Me, """{"support_email":null}"""))["support_email"]);
        Assert.Equal("https://example.com/help", (string?)(await DoAsync(tenant, Get, Me))["support_url"]);
        // Cyrillic a in the name of platform-a.
        JsonObject taken = await DoAsync(tenant, Patch, Me, "{\"name\":\"N\u0430me of platform-a\"}", 422);
        Assert.Equal(("/name", "name_confusable"), (Pointer(taken), (string)taken["errors"]![0]!["code"]!));
        Assert.Equal("/logo_url", Pointer(await DoAsync(tenant, Patch, Me, """{"logo_url":"http://example.com/x.png"}""", 422)));
        Assert.Equal((string?)me["name"], (string?)(await DoAsync(tenant, Get, Me))["name"]);
    }

    [Fact]
    public async Task The_operator_makes_a_platform_whose_first_credential_works_and_nobody_else_can()
    {
        string body = $$"""{"name":"Name {{_name}}","slug":"{{_name}}","kind":"development"}""";
        JsonObject made = await DoAsync("operator", Post, "/v1/platforms", body, 201);
        Assert.Equal(("sandbox", "sandbox", 11155111L), ((string)made["environment"]!["slug"]!, (string)made["environment"]!["kind"]!, (long)made["environment"]!["chain_id"]!));
        Assert.Equal(200, (await api.SendAsync(null, Get, "/v1/settlements", headers: await BearerAsync((string)made["credential"]!["client_id"]!, (string)made["credential"]!["client_secret"]!))).Status);
        Assert.Equal("platform_name_taken", (string?)(await DoAsync("operator", Post, "/v1/platforms", body, 409))["code"]);
        JsonObject wrong = await DoAsync("operator", Post, "/v1/platforms", """{"slug":"Bad Slug","kind":"test","chain_id":5}""", 422);
        Assert.Equal(["/name", "/slug", "/kind", "/chain_id"], wrong["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        Assert.Equal(403, (await api.SendAsync(await TenantAsync("x"), Post, "/v1/platforms", body.Replace(_name, _name + "y", StringComparison.Ordinal))).Status);
        Assert.Equal(0, await api.CountAsync($"identity.platform where slug = '{_name}y'"));
    }

    [Fact]
    public async Task A_suspended_platform_is_out_within_five_seconds_and_comes_back()
    {
        string tenant = await TenantAsync();
        PlatformAccountStore platforms = new(api.Database, TimeProvider.System);
        Guid id = await platforms.IdAsync(tenant, CancellationToken.None);
        await DoAsync(tenant, Get, Me);
        try
        {
            await platforms.SetStatusAsync(id, active: false, CancellationToken.None);
            api.Clock.Shift = TimeSpan.FromSeconds(5.1);
            Assert.Equal("invalid_token", (string?)(await DoAsync(tenant, Get, Me, expected: 401))["code"]);
            Assert.Equal(401, await TokenStatusAsync(tenant, "secret-" + tenant));
            await platforms.SetStatusAsync(id, active: true, CancellationToken.None);
            api.Clock.Shift = TimeSpan.FromSeconds(10.2);
            await DoAsync(tenant, Get, Me);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task An_environment_is_made_with_a_credential_that_has_no_more_than_its_maker()
    {
        string tenant = await TenantAsync();
        Guid own = await api.EnvironmentAsync(tenant);
        await api.AddCredentialAsync(tenant + "-few", own, "platform:manage", "platform:read", "settlements:read");
        JsonObject made = await DoAsync(tenant + "-few", Post, Environments, $$"""{"slug":"second"}""", 201);
        JsonNode environment = made["environment"]!, credential = made["credential"]!;
        Assert.Equal(("second", "sandbox", "2026-11-20", 86400, false), ((string)environment["name"]!, (string)environment["kind"]!, (string)environment["api_version"]!, (int)environment["default_timeout_seconds"]!, (bool)environment["is_default"]!));
        Assert.Equal("[\"settlements:read\",\"platform:read\",\"platform:manage\"]", credential["scopes"]!.ToJsonString());
        (string, string) bearer = await BearerAsync((string)credential["client_id"]!, (string)credential["client_secret"]!);
        Assert.Equal("second", (string?)(await api.SendAsync(null, Get, Me, headers: bearer)).Body["environment_slug"]);
        Assert.Equal(2, (int)(await DoAsync(tenant, Get, Environments))["total"]!);
        Assert.Equal("environment_slug_taken", (string?)(await DoAsync(tenant, Post, Environments, """{"slug":"second"}""", 409))["code"]);
        JsonObject wrong = await DoAsync(tenant, Post, Environments, """{"slug":"Second","kind":"test","chain_id":1}""", 422);
        Assert.Equal(["/slug", "/kind", "/chain_id"], wrong["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        // What a sandbox's credential may not make or change is production.
        Assert.Equal("operator_only", (string?)(await DoAsync(tenant, Post, Environments, """{"slug":"production"}""", 422))["errors"]![0]!["code"]);
        Assert.Equal(2, (int)(await DoAsync(tenant, Get, Environments))["total"]!);
    }

    [Fact]
    public async Task A_deactivated_environment_is_out_within_five_seconds_and_nobody_locks_himself_out()
    {
        string tenant = await TenantAsync();
        JsonObject made = await DoAsync(tenant, Post, Environments, """{"slug":"second"}""", 201);
        string id = (string)made["environment"]!["id"]!;
        (string, string) bearer = await BearerAsync((string)made["credential"]!["client_id"]!, (string)made["credential"]!["client_secret"]!);
        try
        {
            Assert.Equal(200, (await api.SendAsync(null, Get, Me, headers: bearer)).Status);
            Assert.False((bool)(await DoAsync(tenant, Post, $"{Environments}/{id}/deactivate"))["is_active"]!);
            api.Clock.Shift = TimeSpan.FromSeconds(5.1);
            Assert.Equal(401, (await api.SendAsync(null, Get, Me, headers: bearer)).Status);
            await DoAsync(tenant, Patch, $"{Environments}/{id}", """{"is_active":true}""");
            api.Clock.Shift = TimeSpan.FromSeconds(10.2);
            Assert.Equal(200, (await api.SendAsync(null, Get, Me, headers: bearer)).Status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
        Guid own = await api.EnvironmentAsync(tenant);
        Assert.Equal("would_lock_out", (string?)(await DoAsync(tenant, Patch, $"{Environments}/{own}", """{"is_active":false}""", 422))["errors"]![0]!["code"]);
        Assert.Equal("would_lock_out", (string?)(await DoAsync(tenant, Post, $"{Environments}/{own}/deactivate", expected: 422))["errors"]![0]!["code"]);
    }

    [Fact]
    public async Task Limits_are_lowered_by_a_tenant_and_raised_by_the_operator_and_count_at_once()
    {
        string tenant = await TenantAsync(kind: "production");
        string one = $"{Environments}/{await api.EnvironmentAsync(tenant)}";
        JsonObject changed = await DoAsync(tenant, Patch, one,
            """{"name":"Live","rate_limit_rpm":500,"max_open_settlements":1,"max_registrations_per_hour":5,"four_eyes":true,"wallets_required":true,"disclose_name_before_confirmation":true,"default_timeout_seconds":7200,"compliance_min_hold":600}""");
        Assert.Equal(("Live", 500, 1, 5, true, 600, 7200), ((string)changed["name"]!, (int)changed["rate_limit_rpm"]!, (int)changed["max_open_settlements"]!, (int)changed["max_registrations_per_hour"]!, (bool)changed["four_eyes"]!, (int)changed["compliance_min_hold"]!, (int)changed["default_timeout_seconds"]!));
        JsonObject raised = await DoAsync(tenant, Patch, one, """{"rate_limit_rpm":501,"max_open_settlements":2,"four_eyes":false,"wallets_required":false,"default_timeout_seconds":59,"compliance_min_hold":86401,"cors_origins":["*"]}""", 422);
        Assert.Equal(["/default_timeout_seconds", "/rate_limit_rpm", "/max_open_settlements", "/four_eyes", "/wallets_required", "/compliance_min_hold", "/cors_origins/0"], raised["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        Assert.Equal(changed.ToJsonString(), (await DoAsync(tenant, Get, one)).ToJsonString());
        await new Keystone.Identity.Environments.EnvironmentAccountStore(api.Database, TimeProvider.System).UpdateAsync(
            await new PlatformAccountStore(api.Database, TimeProvider.System).IdAsync(tenant, CancellationToken.None), Keystone.Identity.Actor.Operator, await api.EnvironmentAsync(tenant),
            new() { RateLimitRpm = 900, WalletsRequired = false }, new(), CancellationToken.None);
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(5.1);
            var (_, _, response) = await api.SendAsync(tenant, Get, Me);
            Assert.Equal("900", response.Headers.GetValues("X-RateLimit-Limit").Single());
            JsonObject body = api.Single();
            body.Remove("timeout_at");
            JsonObject settlement = await api.CreateAsync(tenant, body);
            TimeSpan time = DateTimeOffset.Parse((string)settlement["timeout_at"]!, CultureInfo.InvariantCulture) - DateTimeOffset.Parse((string)settlement["created_at"]!, CultureInfo.InvariantCulture);
            Assert.InRange(time.TotalSeconds, 7198, 7200);
            Assert.Equal("quota_reached", (string?)(await DoAsync(tenant, Post, "/v1/settlements", api.Single().ToJsonString(), 429))["code"]);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task A_credential_shows_its_secret_once_and_nobody_gives_what_he_lacks()
    {
        string tenant = await TenantAsync();
        await api.AddCredentialAsync(tenant + "-few", await api.EnvironmentAsync(tenant), "platform:manage", "settlements:read");
        JsonObject made = await DoAsync(tenant, Post, Credentials, """{"name":"Back office","scopes":["settlements:read","settlements:read"],"expires_at":"2099-01-01T00:00:00Z"}""", 201);
        (string client, string secret) = ((string)made["client_id"]!, (string)made["client_secret"]!);
        Assert.Equal(("Back office", "active", "[\"settlements:read\"]", 1), ((string)made["name"]!, (string)made["status"]!, made["scopes"]!.ToJsonString(), made["secrets"]!.AsArray().Count));
        foreach (string path in (string[])[Credentials, $"{Credentials}/{client}"])
        {
            string shown = (await DoAsync(tenant, Get, path)).ToJsonString();
            Assert.Contains(client, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain("client_secret", shown, StringComparison.Ordinal);
        }
        Assert.Equal(0, await api.CountAsync($"identity.credential_secret s where s::text like '%{secret}%'"));
        Assert.Equal(200, (await api.SendAsync(null, Get, "/v1/settlements", headers: await BearerAsync(client, secret))).Status);
        JsonObject used = await DoAsync(tenant, Get, $"{Credentials}/{client}");
        Assert.NotNull(used["last_used_at"]);
        Assert.Equal("127.0.0.1", (string?)used["last_used_address"]);
        JsonObject refused = await DoAsync(tenant + "-few", Post, Credentials, """{"scopes":["settlements:read","settlements:write","admin","nonsense"],"expires_at":"2020-01-01T00:00:00Z"}""", 422);
        Assert.Equal(["/scopes/1", "/scopes/2", "/scopes/3", "/expires_at"], refused["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        Assert.Equal("/scopes", Pointer(await DoAsync(tenant, Post, Credentials, """{"scopes":[]}""", 422)));
        Assert.Equal("admin", Assert.Single(Keystone.Identity.Scopes.OfOperator, scope => scope.Name == "admin").Name);
    }

    [Fact]
    public async Task Two_secrets_live_while_one_takes_the_other_s_place()
    {
        string tenant = await TenantAsync();
        JsonObject made = await DoAsync(tenant, Post, Credentials, """{"scopes":["settlements:read"]}""", 201);
        string client = (string)made["client_id"]!, one = (string)made["client_secret"]!, path = $"{Credentials}/{client}/rotate-secret";
        JsonObject second = await DoAsync(tenant, Post, path, "");
        string two = (string)second["client_secret"]!;
        Assert.Equal(2, second["secrets"]!.AsArray().Count);
        Assert.Equal((200, 200), (await TokenStatusAsync(client, one), await TokenStatusAsync(client, two)));
        string three = (string)(await DoAsync(tenant, Post, path, """{"overlap_seconds":60}"""))["client_secret"]!;
        // The oldest ended with the rotation; of the two that are left the older ends after its time.
        Assert.Equal((401, 200, 200), (await TokenStatusAsync(client, one), await TokenStatusAsync(client, two), await TokenStatusAsync(client, three)));
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(61);
            Assert.Equal((401, 200), (await TokenStatusAsync(client, two), await TokenStatusAsync(client, three)));
            Assert.Single((await DoAsync(tenant, Get, $"{Credentials}/{client}"))["secrets"]!.AsArray());
            Assert.Equal("/overlap_seconds", Pointer(await DoAsync(tenant, Post, path, """{"overlap_seconds":604801}""", 422)));
            Assert.Equal(200, await TokenStatusAsync(client, three));
            (string, string) bearer = await BearerAsync(client, three);
            Assert.Equal(200, (await api.SendAsync(null, Get, "/v1/settlements", headers: bearer)).Status);
            await DoAsync(tenant, Delete, $"{Credentials}/{client}", expected: 204);
            Assert.Equal(404, (await api.SendAsync(tenant, Delete, $"{Credentials}/{client}")).Status);
            api.Clock.Shift = TimeSpan.FromSeconds(67);
            Assert.Equal((401, 401), ((await api.SendAsync(null, Get, "/v1/settlements", headers: bearer)).Status, await TokenStatusAsync(client, three)));
            Assert.Equal("revoked", (string?)(await DoAsync(tenant, Get, $"{Credentials}/{client}"))["status"]);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task A_rotation_is_no_way_to_another_person_and_an_end_is_an_end()
    {
        string tenant = await TenantAsync();
        Guid environment = await api.EnvironmentAsync(tenant);
        await api.AddCredentialAsync(tenant + "-second", environment, "platform:manage", "settlements:read");
        Assert.Equal("credential_of_another", (string?)(await DoAsync(tenant + "-second", Post, $"{Credentials}/{tenant}/rotate-secret", "", 403))["code"]);
        await DoAsync(tenant, Post, $"{Credentials}/{tenant}-second/rotate-secret", "");
        await DoAsync(tenant, Patch, $"{Environments}/{environment}", """{"four_eyes":true}""");
        JsonObject own = await DoAsync(tenant, Post, Credentials, """{"scopes":["settlements:read"],"expires_at":"2098-01-01T00:00:00Z"}""", 201);
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal("credential_of_another", (string?)(await DoAsync(tenant, Post, $"{Credentials}/{tenant}-second/rotate-secret", "", 403))["code"]);
            await DoAsync(tenant, Post, $"{Credentials}/{own["client_id"]}/rotate-secret", "");
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
        await api.RunAsync("update identity.credential set expires_at = now() - interval '1 second' where client_id = $1", (string)own["client_id"]!);
        Assert.Equal(401, await TokenStatusAsync((string)own["client_id"]!, (string)own["client_secret"]!));
        Assert.Equal("expired", (string?)(await DoAsync(tenant, Get, $"{Credentials}/{own["client_id"]}"))["status"]);
    }

    [Fact]
    public async Task A_network_closes_the_environment_to_all_others_and_never_to_whoever_adds_it()
    {
        string tenant = await TenantAsync();
        await using WebApplication app = await api.StartAsync(("Http:TrustedProxies:0", "127.0.0.1"));
        async Task<(int Status, string? Code)> FromAsync(string address, HttpMethod method, string path, string? body = null)
        {
            using HttpRequestMessage request = new(method, app.Urls.First() + path);
            request.Headers.Authorization = new("Bearer", await api.TokenAsync(tenant));
            request.Headers.Add("X-Forwarded-For", address);
            if (body is not null) request.Content = new StringContent(body);
            if (body is not null) request.Content!.Headers.ContentType = new("application/json");
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            return ((int)response.StatusCode, text.Length == 0 ? null : (string?)JsonNode.Parse(text)!["code"]);
        }
        Assert.Equal((201, null), await FromAsync("203.0.113.9", Post, Rules, """{"cidr":"203.0.113.0/24","description":"Office"}"""));
        Assert.Equal((201, null), await FromAsync("203.0.113.9", Post, Rules, """{"cidr":"2001:db8::/32"}"""));
        Assert.Equal((409, "ip_rule_exists"), await FromAsync("203.0.113.9", Post, Rules, """{"cidr":"2001:db8::/32"}"""));
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal((200, null), await FromAsync("203.0.113.255", Get, Me));
            Assert.Equal((200, null), await FromAsync("::ffff:203.0.113.1", Get, Me));
            Assert.Equal((200, null), await FromAsync("2001:db8:1::7", Get, Me));
            Assert.Equal((403, "address_not_allowed"), await FromAsync("203.0.114.1", Get, Me));
            Assert.Equal((403, "address_not_allowed"), await FromAsync("2001:db9::1", Get, Me));
            // Through the API that trusts no proxy the header is anybody's and changes nothing.
            Assert.Equal(403, (await api.SendAsync(tenant, Get, Me, headers: ("X-Forwarded-For", "203.0.113.9"))).Status);
            string office = (string)(await ListAsync("203.0.113.9"))[0]!["id"]!;
            Assert.Equal((409, "would_lock_out"), await FromAsync("203.0.113.9", Delete, $"{Rules}/{office}"));
            Assert.Equal((204, null), await FromAsync("2001:db8::1", Delete, $"{Rules}/{office}"));
            Assert.Equal((404, "not_found"), await FromAsync("2001:db8::1", Delete, $"{Rules}/{office}"));
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }

        async Task<JsonArray> ListAsync(string address)
        {
            using HttpRequestMessage request = new(Get, app.Urls.First() + Rules);
            request.Headers.Authorization = new("Bearer", await api.TokenAsync(tenant));
            request.Headers.Add("X-Forwarded-For", address);
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["items"]!.AsArray();
        }
    }

    [Theory]
    [InlineData("203.0.113.0/24", "would_lock_out")]
    [InlineData("127.0.0.1/8", "invalid_network")]
    [InlineData("127.0.0.0/33", "invalid_network")]
    [InlineData("127.1", "invalid_network")]
    [InlineData("::1%lo", "invalid_network")]
    [InlineData("localhost", "invalid_network")]
    [InlineData("", "length")]
    public async Task A_network_that_is_wrong_or_shuts_its_maker_out_is_refused(string cidr, string code)
    {
        string tenant = await TenantAsync();
        JsonObject refused = await DoAsync(tenant, Post, Rules, new JsonObject { ["cidr"] = cidr }.ToJsonString(), 422);
        Assert.Equal(("/cidr", code), (Pointer(refused), (string)refused["errors"]![0]!["code"]!));
        Assert.Equal(0, (int)(await DoAsync(tenant, Get, Rules))["total"]!);
    }

    [Fact]
    public async Task Members_are_invited_changed_and_removed_with_what_they_made()
    {
        string tenant = await TenantAsync();
        JsonObject made = await DoAsync(tenant, Post, Members, """{"email":"Ann.Lee@example.com","name":"Ann","roles":["read_only"]}""", 201);
        string id = (string)made["member"]!["id"]!, token = (string)made["invitation_token"]!;
        Assert.Equal(("invited", "Ann.Lee@example.com"), ((string)made["member"]!["status"]!, (string)made["member"]!["email"]!));
        Assert.Equal(1, await api.CountAsync("identity.person where normalized_email = 'ANN.LEE@EXAMPLE.COM'"));
        Assert.Equal(0, await api.CountAsync($"identity.member m where m::text like '%{token}%'"));
        Assert.Equal("member_exists", (string?)(await DoAsync(tenant, Post, Members, """{"email":"ann.lee@EXAMPLE.com","roles":["instruct"]}""", 409))["code"]);
        Assert.Equal("[\"instruct\",\"compliance\"]", (await DoAsync(tenant, Patch, $"{Members}/{id}", """{"roles":["instruct","compliance"]}"""))["roles"]!.ToJsonString());
        await api.AddCredentialAsync(tenant + "-members", await api.EnvironmentAsync(tenant), "members:manage", "platform:read", "settlements:read", "templates:read");
        Assert.Equal("/roles/0", Pointer(await DoAsync(tenant + "-members", Patch, $"{Members}/{id}", """{"roles":["platform_manager"]}""", 422)));
        JsonObject wrong = await DoAsync(tenant, Post, Members, """{"email":"nobody","roles":["king"]}""", 422);
        Assert.Equal(["/email", "/roles/0"], wrong["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
        // A credential that the member made ends with its place; nobody removes himself by one.
        await api.RunAsync("update identity.credential set member_id = $1 where client_id = $2", Guid.Parse(id), tenant + "-members");
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal("member_is_self", (string?)(await DoAsync(tenant + "-members", Delete, $"{Members}/{id}", expected: 403))["code"]);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
        await DoAsync(tenant, Delete, $"{Members}/{id}", expected: 204);
        Assert.Equal(1, await api.CountAsync($"identity.credential where client_id = '{tenant}-members' and status = 'revoked'"));
        Assert.Equal(0, (int)(await DoAsync(tenant, Get, Members))["total"]!);
        await DoAsync(tenant, Post, Members, """{"email":"ann.lee@example.com","roles":["instruct"]}""", 201);
    }
}
