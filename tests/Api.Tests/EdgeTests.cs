using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>What comes in from clumsy clients and crawlers: each gets the answer that its standard names.</summary>
[Collection(ApiCollection.Name)]
public sealed class EdgeTests(ApiFixture api)
{
    [Theory]
    [InlineData("/v1/settlements", "gzip")] // the case gzip-body
    [InlineData("/v1/settlements", "br")]
    [InlineData("/v1/platforms/me/webhooks", "gzip, identity")]
    [InlineData("/oauth/token", "deflate")]
    public async Task Gzip_body(string path, string encoding)
    {
        using MemoryStream packed = new();
        await using (GZipStream gzip = new(packed, CompressionMode.Compress, leaveOpen: true)) await gzip.WriteAsync("{\"idempotency_key\":\"g-1\"}"u8.ToArray());
        var (status, body, response) = await api.SendBytesAsync("platform-a", HttpMethod.Post, path, packed.ToArray(), headers: ("X-Request-Id", "gzip"));
        Assert.NotEqual(415, status);
        using HttpRequestMessage request = new(HttpMethod.Post, api.Url + path) { Content = new ByteArrayContent(packed.ToArray()) };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        HttpResponseMessage refused = await api.Client.SendAsync(request);
        Assert.Equal(415, (int)refused.StatusCode);
        Assert.Equal("identity", string.Join(',', refused.Headers.GetValues("Accept-Encoding")));
        Assert.Equal("unsupported_content_encoding", (string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["code"]);
    }

    [Fact]
    public async Task Identity_is_no_encoding()
    {
        var (status, _, _) = await api.SendBytesAsync("platform-a", HttpMethod.Post, "/v1/settlements", "{}"u8.ToArray(), headers: ("Content-Encoding", "identity"));
        Assert.Equal(422, status);
    }

    [Theory]
    [InlineData("/v1/settlements", true)]
    [InlineData("/v1/settlement-templates/dvp-single", true)]
    [InlineData("/v1/platforms/me/webhooks", true)]
    [InlineData("/errors/not-found", false)]
    [InlineData("/.well-known/jwks.json", false)]
    public async Task HEAD_works_where_GET_does_and_OPTIONS_answers_with_the_methods(string path, bool scoped)
    {
        string? client = scoped ? "platform-a" : null;
        var (status, _, got) = await api.SendAsync(client, HttpMethod.Get, path);
        Assert.Equal(200, status);
        var (head, none, response) = await api.SendAsync(client, HttpMethod.Head, path);
        Assert.Equal(200, head);
        Assert.Empty(none);
        Assert.Equal(got.Content.Headers.ContentType, response.Content.Headers.ContentType);
        var (options, _, answer) = await api.SendAsync(null, HttpMethod.Options, path);
        Assert.Equal(204, options);
        Assert.Contains("GET", answer.Content.Headers.Allow);
        Assert.Contains("HEAD", answer.Content.Headers.Allow);
        Assert.Contains("OPTIONS", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task OPTIONS_of_what_is_not_there_is_404_and_other_methods_are_405_with_the_list()
    {
        Assert.Equal(404, (await api.SendAsync(null, HttpMethod.Options, "/v1/nothing")).Status);
        var (status, body, response) = await api.SendAsync("platform-a", HttpMethod.Delete, "/v1/settlements");
        Assert.Equal((405, "method_not_allowed"), (status, (string?)body["code"]));
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], response.Content.Headers.Allow.Order(StringComparer.Ordinal));
        var (only, _, post) = await api.SendAsync(null, HttpMethod.Options, "/oauth/token");
        Assert.Equal(204, only);
        Assert.DoesNotContain("HEAD", post.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("%20%20")]
    [InlineData("%C3%28")]
    [InlineData("%zz")]
    [InlineData("%2e%2e%2f")]
    [InlineData("0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a1")]
    [InlineData("0199a0c27d1e7a449c1f2f6f0c1f8a11")]
    [InlineData("%200199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11")]
    [InlineData("{0199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11}")]
    [InlineData("+199a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11")]
    [InlineData("0x99a0c2-7d1e-7a44-9c1f-2f6f0c1f8a11")]
    public async Task An_id_that_is_no_id_is_404(string id)
    {
        foreach ((HttpMethod method, string path) in new[] { (HttpMethod.Get, $"/v1/settlements/{id}"), (HttpMethod.Get, $"/v1/platforms/me/webhooks/{id}"), (HttpMethod.Post, $"/v1/settlements/{id}/confirm") })
        {
            var (status, body, _) = await api.SendAsync("platform-a", method, path, method == HttpMethod.Post ? "{}" : null);
            Assert.Equal((404, "not_found"), (status, (string?)body["code"]));
        }
    }

    [Fact]
    public async Task An_environment_has_one_endpoint_for_a_URL_and_at_most_20()
    {
        await api.AddPlatformAsync("platform-hooks");
        Task<(int Status, JsonObject Body, HttpResponseMessage Response)> Make(string url) =>
            api.SendAsync("platform-hooks", HttpMethod.Post, "/v1/platforms/me/webhooks", $$"""{"url":"{{url}}","events":["settlement.*"]}""");
        Assert.Equal(201, (await Make("https://hooks.example/1")).Status);
        var (taken, body, _) = await Make("https://HOOKS.example:443/1");
        Assert.Equal((409, "webhook_url_taken"), (taken, (string?)body["code"]));
        // At once: the last places are given to as many as there are.
        (int Status, JsonObject Body, HttpResponseMessage Response)[] all = await Task.WhenAll(Enumerable.Range(2, 24).Select(i => Make($"https://hooks.example/{i}")));
        Assert.Equal(19, all.Count(one => one.Status == 201));
        Assert.All(all.Where(one => one.Status != 201), one => Assert.Equal((409, "webhook_limit_reached"), (one.Status, (string?)one.Body["code"])));
        JsonObject last = all.First(one => one.Status == 201).Body;
        var (moved, why, _) = await api.SendAsync("platform-hooks", HttpMethod.Patch, $"/v1/platforms/me/webhooks/{(string)last["id"]!}", """{"url":"https://hooks.example/1"}""");
        Assert.Equal((409, "webhook_url_taken"), (moved, (string?)why["code"]));
        Assert.Equal(200, (await api.SendAsync("platform-hooks", HttpMethod.Patch, $"/v1/platforms/me/webhooks/{(string)last["id"]!}", $$"""{"url":"{{(string)last["url"]!}}"}""")).Status);
        // Other environments have places of their own.
        Assert.Equal(204, (int)(await api.SendAsync("platform-hooks", HttpMethod.Delete, $"/v1/platforms/me/webhooks/{(string)last["id"]!}")).Status);
        Assert.Equal(201, (await Make("https://hooks.example/again")).Status);
    }
}
