using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace Keystone.Api.Tests;

/// <summary>What one environment can make the operator pay for is bounded, and the answer says which bound and when it ends.</summary>
[Collection(ApiCollection.Name)]
public sealed class QuotaTests(ApiFixture api)
{
    [Fact]
    public async Task Open_settlements_of_an_environment_are_bounded()
    {
        await api.AddPlatformAsync("platform-open");
        await using WebApplication app = await api.StartAsync(("Api:MaxOpenSettlements", "3"));
        List<JsonObject> bodies = [.. Enumerable.Range(0, 4).Select(_ => api.Single())];
        foreach (JsonObject body in bodies.Take(3)) Assert.Equal(201, (await PostAsync(app, "platform-open", body)).Status);
        (int status, JsonNode answer, TimeSpan? wait) = await PostAsync(app, "platform-open", bodies[3]);
        Assert.Equal((429, "quota_reached", true), (status, (string)answer["code"]!, (bool)answer["retryable"]!));
        Assert.Contains("3 settlements may be open", (string)answer["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(wait);
        // A repeat makes nothing new, and another environment has its own bound.
        Assert.Equal(200, (await PostAsync(app, "platform-open", bodies[0])).Status);
        Assert.Equal(201, (await PostAsync(app, "platform-c", api.Single())).Status);
    }

    [Fact]
    public async Task Settlements_an_hour_are_bounded_and_the_answer_says_when_the_next_may_be_made()
    {
        await api.AddPlatformAsync("platform-hourly");
        await using WebApplication app = await api.StartAsync(("Api:MaxRegistrationsPerHour", "2"));
        for (int i = 0; i < 2; i++) Assert.Equal(201, (await PostAsync(app, "platform-hourly", api.Single())).Status);
        (int status, JsonNode answer, TimeSpan? wait) = await PostAsync(app, "platform-hourly", api.Single());
        Assert.Equal((429, "quota_reached"), (status, (string)answer["code"]!));
        Assert.InRange(wait!.Value.TotalSeconds, 3_000, 3_600);
        Assert.Equal(422, (await PostAsync(app, "platform-hourly", [])).Status);
    }

    // Also of requests that are refused for something else, and by whatever route: what is bounded is what the node is asked.
    [Fact]
    public async Task Legs_checked_at_the_chain_in_a_minute_are_bounded()
    {
        await using WebApplication app = await api.StartAsync(("Api:MaxPreflightLegsPerMinute", "3"));
        TimeSpan before = api.Clock.Shift;
        api.Clock.Shift += TimeSpan.FromSeconds(61 - api.Clock.GetUtcNow().Second);
        try
        {
            (string path, _) = await DepositTests.FreezeAsync(api, await api.CreateAsync("platform-a", api.Single()));
            // Two legs each time: the second answer would take one too many.
            Assert.Equal(200, (await GetAsync("/deposit-instructions")).Status);
            (int status, JsonNode answer, TimeSpan? wait) = await GetAsync("/deposit-instructions");
            Assert.Equal((429, "quota_reached"), (status, (string)answer["code"]!));
            Assert.InRange(wait!.Value.TotalSeconds, 1, 60);
            // A preview is answered without what it could not check.
            (status, answer, _) = await PostAsync(app, "platform-a", api.Single(), "/v1/settlements/preview");
            Assert.Equal((200, true), (status, (bool)answer["would_create"]!));
            api.Clock.Shift += TimeSpan.FromSeconds(wait.Value.TotalSeconds + 1);
            Assert.Equal(200, (await GetAsync("/deposit-instructions")).Status);

            async Task<(int Status, JsonNode Answer, TimeSpan? Wait)> GetAsync(string part)
            {
                using HttpRequestMessage request = new(HttpMethod.Get, app.Urls.First() + path + part);
                request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
                using HttpResponseMessage response = await api.Client.SendAsync(request);
                return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response.Headers.RetryAfter?.Delta);
            }
        }
        finally
        {
            api.Clock.Shift = before;
            await SettlementScene.ClearAsync(api);
        }
    }

    [Fact]
    public async Task Unknown_tokens_a_minute_are_bounded()
    {
        foreach (string slug in (string[])["platform-reads", "platform-reads-not"]) await api.AddPlatformAsync(slug);
        await api.AddCredentialAsync("platform-reads-tokens", await api.EnvironmentAsync("platform-reads"), "instruments:manage");
        await using WebApplication app = await api.StartAsync(("Api:MaxTokenReadsPerMinute", "3"));
        // A window that ends between two requests would be another one.
        TimeSpan before = api.Clock.Shift;
        api.Clock.Shift += TimeSpan.FromSeconds(61 - api.Clock.GetUtcNow().Second);
        try
        {
            JsonObject many = api.Single();
            many["timeout_at"] = "yesterday";
            many["legs"] = new JsonArray([.. Enumerable.Range(0, 3).Select(_ => Leg())]);
            Assert.Equal(422, (await PostAsync(app, "platform-reads", many)).Status);
            (int status, JsonNode answer, TimeSpan? wait) = await PostAsync(app, "platform-reads", many);
            Assert.Equal((429, "quota_reached"), (status, (string)answer["code"]!));
            Assert.InRange(wait!.Value.TotalSeconds, 1, 60);
            Assert.Equal(429, (await PostAsync(app, "platform-reads-tokens", new JsonObject { ["address"] = api.Bond.ToString() }, "/v1/instruments")).Status);
            // Tokens that are known are not read again, and other environments have readings of their own.
            JsonObject known = api.Single();
            known["legs"]![0]!["instrument_id"] = "USDC";
            Assert.Equal(201, (await PostAsync(app, "platform-reads", known)).Status);
            Assert.Equal(201, (await PostAsync(app, "platform-reads-not", api.Single())).Status);
            api.Clock.Shift += TimeSpan.FromSeconds(wait.Value.TotalSeconds + 1);
            Assert.Equal(201, (await PostAsync(app, "platform-reads", api.Single())).Status);
        }
        finally
        {
            api.Clock.Shift = before;
        }

        static JsonObject Leg() => new()
        {
            ["leg_type"] = "asset",
            ["instrument_id"] = new Ethereum.Address([.. Guid.NewGuid().ToByteArray(), 0, 0, 0, 1]).ToString(),
            ["quantity"] = "1",
            ["direction"] = "deliver",
            ["party_role"] = "seller",
        };
    }

    async Task<(int Status, JsonNode Body, TimeSpan? Wait)> PostAsync(WebApplication app, string client, JsonObject body, string path = "/v1/settlements")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await api.TokenAsync(client));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response.Headers.RetryAfter?.Delta);
    }
}
