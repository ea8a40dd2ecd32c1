using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Keystone.Api.Identity;
using Keystone.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Keystone.Api.Tests;

/// <summary>Tokens of an issuer that is not ours, by its discovery document.</summary>
[Collection(ApiCollection.Name)]
public sealed class ExternalIssuerTests(ApiFixture api)
{
    static readonly string[] Read = ["settlements:read"];

    /// <summary>No token of another key need come for a key that was taken away to be forgotten.</summary>
    [Fact]
    public async Task The_keys_of_an_external_issuer_are_read_again_every_five_minutes()
    {
        await using WebApplication app = await api.StartAsync(("Auth:Authority", "http://127.0.0.1:1"));
        JwtBearerOptions options = app.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(BearerRegistration.ExternalSchemeName);
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.IsAssignableFrom<BaseConfigurationManager>(options.ConfigurationManager).AutomaticRefreshInterval);
    }

    [Fact]
    public async Task Tokens_of_an_external_issuer_speak_for_the_credentials_registered_with_it()
    {
        await using TestIssuer issuer = new();
        await issuer.StartAsync();
        await using WebApplication app = await api.StartAsync(("Auth:Authority", issuer.Url));
        await RegisterAsync("platform-a", "sandbox", issuer.Url, "machine", Read);
        try
        {
            string token = await issuer.TokenAsync("machine");
            Assert.Equal(200, (await CallAsync(app, token)).Status);
            Assert.Equal(200, (await CallAsync(app, await api.TokenAsync("platform-a"))).Status);
            // The credential's row bounds what the token says, and the token what the row says.
            Assert.Equal((403, "insufficient_scope"), await CallAsync(app, token, HttpMethod.Post));
            Assert.Equal(403, (await CallAsync(app, await issuer.TokenAsync("machine", scope: "settlements:write"))).Status);
            Assert.Equal((401, "invalid_token"), await CallAsync(app, await issuer.TokenAsync("machine", "https://elsewhere.example")));
            Assert.Equal((401, "invalid_token"), await CallAsync(app, await issuer.TokenAsync("stranger")));
            // An API without the setting refuses them.
            using HttpResponseMessage without = await SendAsync(api.Url, token, HttpMethod.Get);
            Assert.Equal(401, (int)without.StatusCode);
            // A token that was changed, one that lies about its issuer, and one of ours that says it is from there.
            string[] parts = token.Split('.'), own = (await api.TokenAsync("platform-a")).Split('.');
            foreach (string wrong in (string[])[$"{parts[0]}.{parts[1]}.{own[2]}", $"{own[0]}.{parts[1]}.{own[2]}", $"{parts[0]}.{own[1]}.{parts[2]}", token + "x", token[..^6]])
                Assert.Equal((401, "invalid_token"), await CallAsync(app, wrong));

            await api.RunAsync("update identity.credential set status = 'revoked' where client_id = 'machine'");
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal((401, "invalid_token"), await CallAsync(app, token));
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
            await ForgetAsync();
        }
    }

    [Fact]
    public async Task A_client_id_of_ours_at_another_issuer_is_somebody_else()
    {
        await using TestIssuer issuer = new();
        await issuer.StartAsync();
        await using WebApplication app = await api.StartAsync(("Auth:Authority", issuer.Url));
        // The same id, as a credential of the built-in issuer.
        Guid environment = await api.AddPlatformAsync("platform-same-id");
        await api.AddCredentialAsync("machine", environment, Read);
        try
        {
            Assert.Equal((401, "invalid_token"), await CallAsync(app, await issuer.TokenAsync("machine")));
            // And the other way round: a credential of the issuer gets no token of ours, with whatever secret.
            await api.RunAsync("update identity.credential set issuer = $1 where client_id = 'machine'", issuer.Url);
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal(200, (await CallAsync(app, await issuer.TokenAsync("machine"))).Status);
            var (status, _, _) = await api.SendAsync(null, HttpMethod.Post, "/oauth/token",
                """{"client_id":"machine","client_secret":"secret-machine","grant_type":"client_credentials"}""");
            Assert.Equal(401, status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
            await ForgetAsync();
        }
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_found_and_known_keys_outlive_the_issuer()
    {
        await using TestIssuer issuer = new();
        await issuer.StartAsync();
        await using WebApplication app = await api.StartAsync(("Auth:Authority", issuer.Url));
        await RegisterAsync("platform-a", "sandbox", issuer.Url, "machine", Read);
        try
        {
            string old = await issuer.TokenAsync("machine");
            Assert.Equal(200, (await CallAsync(app, old)).Status);
            await issuer.StopAsync();
            Assert.Equal(200, (await CallAsync(app, old)).Status);
            issuer.NewKey();
            await issuer.StartAsync();
            // At the first request already, not one refused before.
            Assert.Equal(200, (await CallAsync(app, await issuer.TokenAsync("machine"))).Status);
            Assert.Equal((401, "invalid_token"), await CallAsync(app, old));
        }
        finally
        {
            await ForgetAsync();
        }
    }

    [Fact]
    public async Task An_issuer_that_is_down_at_the_start_is_503_until_it_answers()
    {
        await using TestIssuer issuer = new();
        await issuer.StartAsync();
        string token = await issuer.TokenAsync("machine");
        await issuer.StopAsync();
        await using WebApplication app = await api.StartAsync(("Auth:Authority", issuer.Url));
        await RegisterAsync("platform-a", "sandbox", issuer.Url, "machine", Read);
        try
        {
            using HttpResponseMessage down = await SendAsync(app.Urls.First(), token, HttpMethod.Get);
            JsonNode body = JsonNode.Parse(await down.Content.ReadAsStringAsync())!;
            Assert.Equal((503, "issuer_unavailable", true), ((int)down.StatusCode, (string)body["code"]!, (bool)body["retryable"]!));
            Assert.Equal("application/problem+json", down.Content.Headers.ContentType!.MediaType);
            Assert.Equal(5, down.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            // Our own tokens do not need it, and a call without one is what it was.
            Assert.Equal(200, (await CallAsync(app, await api.TokenAsync("platform-a"))).Status);
            Assert.Equal(401, (await CallAsync(app, null)).Status);
            Assert.Equal((401, "invalid_token"), await CallAsync(app, "nonsense"));

            await issuer.StartAsync();
            // Not asked again before the pause is over.
            Assert.Equal(503, (await CallAsync(app, token)).Status);
            api.Clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal(200, (await CallAsync(app, token)).Status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
            await ForgetAsync();
        }
    }

    [Theory]
    [InlineData("tenant.auth0.com", "must be an https URL")]
    [InlineData("http://tenant.auth0.com/", "must be an https URL")]
    [InlineData("https://tenant.auth0.com/?x=1", "must have no user name, query or fragment")]
    [InlineData("https://user@tenant.auth0.com/", "must have no user name, query or fragment")]
    [InlineData("https://auth.keystoneos.xyz", "is Identity:Issuer")]
    public async Task A_wrong_authority_stops_the_start_with_a_sentence(string authority, string sentence)
    {
        OptionsValidationException fault = await Assert.ThrowsAsync<OptionsValidationException>(() => api.StartAsync(("Auth:Authority", authority)));
        Assert.Contains($"Auth:Authority {sentence}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auth0", "machine", "issuer must be")]
    [InlineData("https://tenant.auth0.com/", "", "client id has")]
    [InlineData("https://tenant.auth0.com/", "platform-a", "a credential platform-a already")]
    public async Task A_registration_that_cannot_work_is_refused(string issuer, string client, string sentence)
    {
        long before = await api.CountAsync("identity.credential");
        PlatformException fault = await Assert.ThrowsAsync<PlatformException>(() => RegisterAsync("platform-a", "sandbox", issuer, client, Read));
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, await api.CountAsync("identity.credential"));
    }

    Task RegisterAsync(string platform, string environment, string issuer, string client, string[] scopes) =>
        new PlatformStore(api.Database, TimeProvider.System).AddExternalCredentialAsync(platform, environment, scopes, issuer, client, CancellationToken.None);

    async Task ForgetAsync()
    {
        await api.RunAsync("delete from identity.credential_secret where client_id = 'machine'");
        await api.RunAsync("delete from identity.credential where client_id = 'machine'");
    }

    async Task<(int Status, string Code)> CallAsync(WebApplication app, string? token, HttpMethod? method = null)
    {
        using HttpResponseMessage response = await SendAsync(app.Urls.First(), token, method ?? HttpMethod.Get);
        return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"] ?? "");
    }

    async Task<HttpResponseMessage> SendAsync(string url, string? token, HttpMethod method)
    {
        using HttpRequestMessage request = new(method, url + "/v1/settlements");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await api.Client.SendAsync(request);
    }
}
