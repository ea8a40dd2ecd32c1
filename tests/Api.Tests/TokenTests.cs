using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Tests;

/// <summary>Tokens: how they are given, what they hold, and what is not one.</summary>
[Collection(ApiCollection.Name)]
public sealed class TokenTests(ApiFixture api)
{
    const string Hosted = "https://api.keystoneos.xyz";

    async Task<(int Status, JsonObject Body, HttpResponseMessage Response)> AskAsync(string body, string contentType = "application/json")
    {
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        HttpResponseMessage response = await api.Client.PostAsync(api.Url + "/oauth/token", content);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response);
    }

    static JsonObject Request(string client = "platform-a") => new()
    {
        ["client_id"] = client,
        ["client_secret"] = "secret-" + client,
        ["audience"] = Hosted,
        ["grant_type"] = "client_credentials",
    };

    static JsonObject Claims(JsonObject answer) => (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(((string)answer["access_token"]!).Split('.')[1]))!;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task A_token_lives_for_a_day_exactly(string contentType)
    {
        var (status, body, response) = await AskAsync(Request().ToJsonString(), contentType);
        Assert.Equal(200, status);
        Assert.Equal("Bearer", (string?)body["token_type"]);
        Assert.Equal(86400, (int)body["expires_in"]!);
        Assert.Equal("settlements:read settlements:write templates:read platform:read platform:webhooks:manage compliance:decide", (string?)body["scope"]);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        Assert.False(response.Headers.Contains("Keystone-Version"));
        JsonObject claims = Claims(body);
        Assert.Equal(86400, (long)claims["exp"]! - (long)claims["iat"]!);
        Assert.Equal(("platform-a@clients", "platform-a", "client-credentials", Hosted),
            ((string)claims["sub"]!, (string)claims["azp"]!, (string)claims["gty"]!, (string)claims["aud"]!));
        foreach (string claim in (string[])["iss", "jti", "scope", "platform_id", "environment_id"])
            Assert.NotEmpty((string)claims[claim]!);
    }

    [Fact]
    public async Task A_form_and_the_header_of_a_client_work_too()
    {
        Assert.Equal(200, (await AskAsync("grant_type=client_credentials&client_id=platform-a&client_secret=secret-platform-a", "application/x-www-form-urlencoded")).Status);
        using HttpRequestMessage basic = new(HttpMethod.Post, api.Url + "/oauth/token") { Content = new StringContent("grant_type=client_credentials", Encoding.UTF8, "application/x-www-form-urlencoded") };
        basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("platform-a:secret-platform-a"u8));
        Assert.Equal(200, (int)(await api.Client.SendAsync(basic)).StatusCode);
    }

    [Theory]
    [InlineData("grant_type=client_credentials", 200)] // the case client-id-beside-basic
    [InlineData("grant_type=client_credentials&client_id=platform-a", 200)]
    [InlineData("grant_type=client_credentials&client_id=another", 400)]
    [InlineData("{\"grant_type\":\"client_credentials\",\"client_id\":\"platform-a\"}", 200)]
    [InlineData("{\"grant_type\":\"client_credentials\",\"client_id\":\"another\"}", 400)]
    [InlineData("grant_type=client_credentials&client_id=platform-a&client_id=platform-a", 400)]
    [InlineData("grant_type=client_credentials&client_id=platform-a&client_secret=secret-platform-a", 400)]
    public async Task Client_id_beside_basic(string body, int status)
    {
        using HttpRequestMessage basic = new(HttpMethod.Post, api.Url + "/oauth/token")
        {
            Content = new StringContent(body, Encoding.UTF8, body[0] == '{' ? "application/json" : "application/x-www-form-urlencoded"),
        };
        basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("platform-a:secret-platform-a"u8));
        Assert.Equal(status, (int)(await api.Client.SendAsync(basic)).StatusCode);
    }

    [Theory]
    [InlineData(null, Hosted)]
    [InlineData("", Hosted)]
    [InlineData(Hosted, Hosted)]
    [InlineData("https://keystone.example", "https://keystone.example")]
    public async Task The_audience_is_the_one_asked_for_else_the_first(string? asked, string given)
    {
        JsonObject request = Request();
        request["audience"] = asked;
        var (status, body, _) = await AskAsync(request.ToJsonString());
        Assert.Equal(200, status);
        Assert.Equal(given, (string?)Claims(body)["aud"]);
        Assert.Equal(200, await CallAsync("Bearer " + body["access_token"]));
    }

    [Fact]
    public async Task An_unknown_audience_is_403()
    {
        JsonObject request = Request();
        request["audience"] = "https://elsewhere.example";
        var (status, body, _) = await AskAsync(request.ToJsonString());
        Assert.Equal(403, status);
        Assert.Equal("{\"error\":\"access_denied\",\"error_description\":\"Service not enabled within domain: https://elsewhere.example\"}", body.ToJsonString());
    }

    [Theory]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("client_id", null, "invalid_request")]
    [InlineData("client_secret", null, "invalid_request")]
    [InlineData("scope", "settlements:read admin", "invalid_scope")]
    public async Task A_wrong_request_has_the_errors_of_RFC_6749(string member, string? value, string error)
    {
        JsonObject request = Request();
        request[member] = value;
        var (status, body, response) = await AskAsync(request.ToJsonString());
        Assert.Equal((400, error), (status, (string)body["error"]!));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["error", "error_description"], body.Select(m => m.Key));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"client_id\":1}")]
    [InlineData("{\"client_id\":\"a\",\"client_id\":\"b\"}")]
    public async Task A_body_that_is_none_is_an_invalid_request(string text)
    {
        var (status, body, _) = await AskAsync(text);
        Assert.Equal((400, "invalid_request"), (status, (string)body["error"]!));
    }

    [Fact]
    public async Task Unknown_clients_and_wrong_secrets_get_the_same_answer_and_soon_have_to_wait()
    {
        // An API of its own: the others' failures come from this address too.
        await using WebApplication app = await api.StartAsync();
        async Task<(int Status, JsonObject Body, HttpResponseMessage Response)> GuessAsync(string client, string secret)
        {
            JsonObject request = Request(client);
            request["client_secret"] = secret;
            using StringContent content = new(request.ToJsonString(), Encoding.UTF8, "application/json");
            HttpResponseMessage response = await api.Client.PostAsync(app.Urls.First() + "/oauth/token", content);
            return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response);
        }
        List<string> answers = [];
        foreach (string client in (string[])["nobody", "platform-b"])
        {
            var (status, body, response) = await GuessAsync(client, "wrong");
            Assert.Equal(401, status);
            Assert.Equal("Basic realm=\"keystone\"", response.Headers.WwwAuthenticate.ToString());
            answers.Add(body.ToJsonString());
        }
        Assert.Equal(["{\"error\":\"invalid_client\",\"error_description\":\"Unknown client or wrong secret.\"}"], answers.Distinct());

        await api.AddPlatformAsync("platform-guessed");
        for (int i = 0; i < 8; i++) Assert.Equal(401, (await GuessAsync("platform-guessed", "wrong")).Status);
        var (limited, _, wait) = await GuessAsync("platform-guessed", "wrong");
        Assert.Equal(429, limited);
        Assert.InRange(wait.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        // The address waits as well, whatever client it names. A right secret does not, of this client or another.
        Assert.Equal(429, (await GuessAsync("platform-c", "wrong")).Status);
        Assert.Equal(200, (await GuessAsync("platform-guessed", "secret-platform-guessed")).Status);
        Assert.Equal(200, (await GuessAsync("platform-a", "secret-platform-a")).Status);
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(61);
            Assert.Equal(401, (await GuessAsync("platform-guessed", "wrong")).Status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    // Keys of clients (RFC 7523) are not taken, and the metadata do not offer them: whatever an assertion says, also beside a right secret, it opens nothing.
    [Theory]
    [InlineData("right", 0, true)]
    [InlineData("for another audience", 0, false)]
    [InlineData("ten minutes behind", -600, true)]
    [InlineData("ten minutes ahead", 600, true)]
    public async Task S5_A_client_assertion_opens_nothing_the_first_time_and_again(string name, int shift, bool audience)
    {
        using System.Security.Cryptography.RSA key = System.Security.Cryptography.RSA.Create(2048);
        DateTime now = api.Clock.GetUtcNow().AddSeconds(shift).UtcDateTime;
        string assertion = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "platform-a",
            Audience = audience ? api.Url + "/oauth/token" : "https://elsewhere.example",
            Claims = new Dictionary<string, object> { ["sub"] = "platform-a", ["jti"] = Guid.NewGuid().ToString() },
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(key), SecurityAlgorithms.RsaSha256),
        });
        const string type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        JsonObject alone = new() { ["grant_type"] = "client_credentials", ["client_assertion_type"] = type, ["client_assertion"] = assertion }, beside = Request();
        beside["client_assertion"] = assertion;
        // The second time each is a replay.
        foreach ((string body, string format) in ((string, string)[])[(alone.ToJsonString(), "application/json"), (beside.ToJsonString(), "application/json"),
            ($"grant_type=client_credentials&client_assertion_type={Uri.EscapeDataString(type)}&client_assertion={assertion}", "application/x-www-form-urlencoded"), (alone.ToJsonString(), "application/json")])
        {
            var (status, answer, response) = await AskAsync(body, format);
            Assert.True((401, "invalid_client") == (status, (string?)answer["error"]), $"{name}: {answer.ToJsonString()}");
            Assert.Equal("Basic realm=\"keystone\"", response.Headers.WwwAuthenticate.ToString());
        }
        JsonObject metadata = (JsonObject)JsonNode.Parse(await api.Client.GetStringAsync(api.Url + "/.well-known/oauth-authorization-server"))!;
        Assert.Equal(["client_secret_post", "client_secret_basic"], metadata["token_endpoint_auth_methods_supported"]!.AsArray().Select(method => (string)method!));
        // None of them counts as a wrong secret.
        Assert.Equal(200, (await AskAsync(Request().ToJsonString())).Status);
    }

    [Fact]
    public async Task What_is_no_good_token_is_401_and_never_500()
    {
        string token = await api.TokenAsync("platform-a");
        string[] parts = token.Split('.');
        Assert.Equal(200, await CallAsync("Bearer " + token));
        Assert.Equal(200, await CallAsync("BEARER " + token));
        Assert.Equal(200, await CallAsync("bearer " + token));
        // Blanks around the token are no part of it.
        Assert.Equal(200, await CallAsync("Bearer    " + token));
        Assert.Equal(200, await CallAsync("Bearer " + token + " "));
        string none = Base64Url.EncodeToString("{\"alg\":\"none\",\"typ\":\"at+jwt\"}"u8);
        string other = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("platform-a", "platform-b", StringComparison.Ordinal)));
        foreach (string wrong in (string[])["Bearer", "Bearer ", "Bearer   ", "Bearer" + token, $"Bearer {token} {token}", $"Bearer {token}, Bearer {token}", "Bearer x", "Bearer a.b.c", "Bearer ..", "Basic " + token, token, "Bearer " + token + "x",
            "Bearer " + token + "=", $"Bearer {none}.{parts[1]}.", $"Bearer {parts[0]}.{other}.{parts[2]}", $"Bearer {parts[0]}.{parts[1]}", "Bearer " + new string('a', 9000)])
            Assert.True(await CallAsync(wrong) == 401, wrong);
    }

    [Fact]
    public async Task A_token_ends_after_a_day_and_with_its_credential()
    {
        await api.AddPlatformAsync("platform-short");
        string token = await api.TokenAsync("platform-short");
        try
        {
            api.Clock.Shift = TimeSpan.FromSeconds(86400);
            Assert.Equal(200, await CallAsync("Bearer " + token));
            api.Clock.Shift = TimeSpan.FromSeconds(86400 + 31);
            var (status, body, response) = await api.SendAsync("platform-short", HttpMethod.Get, "/v1/settlements");
            Assert.Equal((401, "invalid_token", "The token has expired."), (status, (string)body["code"]!, (string)body["detail"]!));
            Assert.Equal("Bearer realm=\"keystone\", error=\"invalid_token\", error_description=\"The token has expired.\"", response.Headers.WwwAuthenticate.ToString());

            api.Clock.Shift = TimeSpan.Zero;
            await api.AddPlatformAsync("platform-revoked");
            token = await api.TokenAsync("platform-revoked");
            Assert.Equal(200, await CallAsync("Bearer " + token));
            await api.RunAsync("update identity.credential set status = 'revoked' where client_id = 'platform-revoked'");
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal(401, await CallAsync("Bearer " + token));
            Assert.Equal(401, (await AskAsync(Request("platform-revoked").ToJsonString())).Status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task A_call_needs_its_scope()
    {
        Guid environment = await api.AddPlatformAsync("platform-scopes");
        await api.AddCredentialAsync("reader", environment, "settlements:read");
        Assert.Equal(200, (await api.SendAsync("reader", HttpMethod.Get, "/v1/settlements")).Status);
        string before = await api.CountsAsync();
        var (status, body, response) = await api.SendAsync("reader", HttpMethod.Post, "/v1/settlements", "{nonsense");
        Assert.Equal((403, "insufficient_scope", "This call needs the scope settlements:write."), (status, (string)body["code"]!, (string)body["detail"]!));
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"settlements:write\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(403, (await api.SendAsync("reader", HttpMethod.Get, "/v1/settlement-templates")).Status);
        Assert.Equal(403, (await api.SendAsync("reader", HttpMethod.Get, "/v1/platforms/me/webhooks")).Status);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task The_public_keys_are_public()
    {
        JsonNode keys = JsonNode.Parse(await api.Client.GetStringAsync(api.Url + "/.well-known/jwks.json"))!;
        JsonNode key = Assert.Single(keys["keys"]!.AsArray())!;
        Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], ((JsonObject)key).Select(m => m.Key));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    public async Task The_issuer_describes_itself(string path)
    {
        JsonNode document = JsonNode.Parse(await api.Client.GetStringAsync(api.Url + path))!;
        Assert.Equal("https://auth.keystoneos.xyz/", (string?)document["issuer"]);
        Assert.Equal("https://keystone.example/.well-known/jwks.json", (string?)document["jwks_uri"]);
        Assert.Equal("https://keystone.example/oauth/token", (string?)document["token_endpoint"]);
        Assert.Equal(["client_credentials"], document["grant_types_supported"]!.AsArray().Select(grant => (string)grant!));
        // What the standard requires of every such document.
        foreach (string member in (string[])["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"])
            Assert.NotNull(document[member]);
    }

    /// <summary>By discovery and the key set, as a party that knows the address alone.</summary>
    [Fact]
    public async Task Others_can_verify_our_tokens_by_the_discovery_document()
    {
        await using WebApplication app = await api.StartAsync(("Identity:Issuer", "https://issuer.example"));
        using HttpResponseMessage answer = await api.Client.PostAsync(app.Urls.First() + "/oauth/token", new StringContent(Request().ToJsonString()));
        string token = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
        OpenIdConnectConfiguration issuer = OpenIdConnectConfiguration.Create(await api.Client.GetStringAsync(app.Urls.First() + "/.well-known/openid-configuration"));
        JsonWebKeySet keys = new(await api.Client.GetStringAsync(app.Urls.First() + new Uri(issuer.JwksUri).AbsolutePath));
        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudience = Hosted,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidTypes = ["at+jwt"],
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.Equal("https://issuer.example", result.Issuer);
    }

    async Task<int> CallAsync(string authorization)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url + "/v1/settlements?limit=1");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return (int)response.StatusCode;
    }
}
