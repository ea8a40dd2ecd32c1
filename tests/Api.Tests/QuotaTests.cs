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

    async Task<(int Status, JsonNode Body, TimeSpan? Wait)> PostAsync(WebApplication app, string client, JsonObject body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + "/v1/settlements") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await api.TokenAsync(client));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response.Headers.RetryAfter?.Delta);
    }
}
