using System.Text;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Webhook endpoints as resources; how they are delivered to is tested beside the deliverer.</summary>
[Collection(ApiCollection.Name)]
public sealed class EndpointTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>An environment has one endpoint for a URL, and tests take the same ones.</summary>
    public Task InitializeAsync() => api.RunAsync("delete from webhooks.endpoint");

    public Task DisposeAsync() => Task.CompletedTask;

    const string Path = "/v1/platforms/me/webhooks";

    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> PostAsync(string body, string client = "platform-a") => api.SendAsync(client, HttpMethod.Post, Path, body);

    [Fact]
    public async Task An_endpoint_shows_its_secret_once()
    {
        var (status, made, response) = await PostAsync("{\"url\":\"https://hooks.example.com/keystone\",\"events\":[\"settlement.*\"]}");
        Assert.True(status == 201, made.ToJsonString());
        Assert.Equal($"{Path}/{made["id"]}", response.Headers.Location!.ToString());
        string secret = (string)made["secret"]!;
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", secret);
        Assert.Equal("[\"settlement.*\"]", made["events"]!.ToJsonString());
        Assert.Equal("[\"settlement.*\"]", made["event_types"]!.ToJsonString());
        Assert.Equal("[\"x-keystone-signature\",\"standard-webhooks-v1\"]", made["signature_schemes"]!.ToJsonString());
        Assert.True((bool)made["is_active"]!);
        Assert.Null(made["description"]);

        JsonObject read = await api.GetAsync("platform-a", $"{Path}/{made["id"]}");
        Assert.False(read.ContainsKey("secret"));
        made.Remove("secret");
        Assert.Equal(made.ToJsonString(), read.ToJsonString());
        JsonObject list = await api.GetAsync("platform-a", Path);
        Assert.Equal(read.ToJsonString(), list["items"]![0]!.ToJsonString());
        Assert.DoesNotContain("whsec_", list.ToJsonString(), StringComparison.Ordinal);
        // Nor does the database hold it in the clear.
        byte[] sealedSecret = (byte[])(await api.Database.CreateCommand($"select sealed from webhooks.secret where endpoint_id = '{made["id"]}'").ExecuteScalarAsync())!;
        Assert.DoesNotContain(secret, Encoding.Latin1.GetString(sealedSecret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_of_one_s_own_serves_the_schemes_that_it_can()
    {
        var own = await PostAsync("{\"url\":\"https://hooks.example.com/\",\"events\":[\"*\"],\"secret\":\"sixteen-or-more!\"}");
        Assert.Equal((201, "sixteen-or-more!", "[\"x-keystone-signature\"]"), (own.Status, (string)own.Body["secret"]!, own.Body["signature_schemes"]!.ToJsonString()));
        var standard = await PostAsync("{\"url\":\"https://hooks.example.com/standard\",\"events\":[\"*\"],\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}");
        Assert.Equal((201, "[\"x-keystone-signature\",\"standard-webhooks-v1\"]"), (standard.Status, standard.Body["signature_schemes"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("{\"events\":[\"*\"]}", "/url")]
    [InlineData("{\"url\":\"hooks.example.com\",\"events\":[\"*\"]}", "/url")]
    [InlineData("{\"url\":\"ftp://hooks.example.com\",\"events\":[\"*\"]}", "/url")]
    [InlineData("{\"url\":\"https://user:word@hooks.example.com\",\"events\":[\"*\"]}", "/url")]
    [InlineData("{\"url\":\"https://hooks.example.com/#x\",\"events\":[\"*\"]}", "/url")]
    [InlineData("{\"url\":\"https://hooks.example.com\"}", "/events")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[]}", "/events")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":\"*\"}", "/events")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[\"settlement.state.nowhere\"]}", "/events/0")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"event_types\":[\"*\",\"nonsense.*\"]}", "/event_types/1")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[\"*\"],\"event_types\":[\"settlement.*\"]}", "/event_types")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[\"*\"],\"secret\":\"short\"}", "/secret")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[\"*\"],\"secret\":\"with a space in it\"}", "/secret")]
    [InlineData("{\"url\":\"https://hooks.example.com\",\"events\":[\"*\"],\"description\":7}", "/description")]
    public async Task A_wrong_endpoint_is_422_and_nothing_is_stored(string body, string pointer)
    {
        string before = await api.CountsAsync();
        var (status, answer, _) = await PostAsync(body);
        Assert.True(status == 422, answer.ToJsonString());
        Assert.Contains(pointer, answer["errors"]!.AsArray().Select(e => (string)e!["pointer"]!));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task Http_and_private_addresses_are_for_sandboxes_whose_operator_allows_them()
    {
        Assert.Equal(201, (await PostAsync("{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"]}")).Status);
        foreach (string url in (string[])["http://hooks.example.com", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest"])
            Assert.Equal(422, (await PostAsync($"{{\"url\":\"{url}\",\"events\":[\"*\"]}}", "platform-production")).Status);
        await using var strict = await api.StartAsync(("Webhooks:AllowPrivateTargets", "false"));
        using HttpRequestMessage request = new(HttpMethod.Post, strict.Urls.First() + Path)
        {
            Content = new StringContent("{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"]}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
        Assert.Equal(422, (int)(await api.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task The_alias_of_compliance_events_is_taken() =>
        Assert.Equal(201, (await PostAsync("{\"url\":\"https://hooks.example.com\",\"event_types\":[\"compliance.*\"]}")).Status);

    [Fact]
    public async Task An_endpoint_is_its_environment_s_own_and_can_be_changed_and_removed()
    {
        JsonObject made = (await PostAsync("{\"url\":\"https://hooks.example.com\",\"events\":[\"*\"],\"description\":\"d\"}")).Body;
        string one = $"{Path}/{made["id"]}";
        Assert.Equal(404, (await api.SendAsync("platform-b", HttpMethod.Get, one)).Status);
        Assert.DoesNotContain((string)made["id"]!, (await api.GetAsync("platform-b", Path)).ToJsonString(), StringComparison.Ordinal);
        var (status, changed, _) = await api.SendAsync("platform-a", HttpMethod.Patch, one, "{\"is_active\":false,\"events\":[\"settlement.state.*\"]}");
        Assert.Equal((200, false, "https://hooks.example.com", "d"), (status, (bool)changed["is_active"]!, (string)changed["url"]!, (string)changed["description"]!));
        var (rotated, next, _) = await api.SendAsync("platform-a", HttpMethod.Post, one + "/rotate-secret", "");
        Assert.Equal(200, rotated);
        Assert.NotEqual((string?)made["secret"], (string?)next["new_secret"]);
        Assert.Equal(204, (await api.SendAsync("platform-a", HttpMethod.Delete, one)).Status);
        Assert.Equal(404, (await api.SendAsync("platform-a", HttpMethod.Get, one)).Status);
    }
}
