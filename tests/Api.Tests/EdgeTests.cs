using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Api.Http;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

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
    public async Task With_a_database_that_hangs_requests_are_answered_within_the_statement_timeout_and_a_second()
    {
        await using CutProxy line = new((await api.SettingsAsync())["Storage:ConnectionString"]!);
        await using WebApplication app = await api.StartAsync(("Storage:ConnectionString", line.ConnectionString), ("Storage:StatementTimeoutSeconds", "1"));
        string url = app.Urls.First(), token = await api.TokenAsync("platform-a");
        async Task<(int Status, TimeSpan Took)> AskAsync(HttpMethod method, string path, string? body)
        {
            using HttpRequestMessage request = new(method, url + path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new("Bearer", token);
            long started = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await api.Client.SendAsync(request);
            return ((int)response.StatusCode, Stopwatch.GetElapsedTime(started));
        }
        Assert.Equal(200, (await AskAsync(HttpMethod.Get, "/v1/settlements", null)).Status);
        line.Stall();
        (int Status, TimeSpan Took)[] all = await Task.WhenAll(
            AskAsync(HttpMethod.Get, "/v1/settlements", null), AskAsync(HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString()),
            AskAsync(HttpMethod.Get, $"/v1/settlements/{Guid.NewGuid()}", null),
            AskAsync(HttpMethod.Post, "/oauth/token", """{"grant_type":"client_credentials","client_id":"platform-b","client_secret":"secret-platform-b"}"""));
        line.Resume();
        Assert.All(all, one => Assert.Equal(503, one.Status));
        // Half a second after the statement timeout; a busy machine takes longer to say so, and the driver by itself a quarter of a minute.
        Assert.All(all, one => Assert.InRange(one.Took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
        await Eventually.TrueAsync(async () => (await AskAsync(HttpMethod.Get, "/v1/settlements", null)).Status == 200);
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7")] // the proxy's word
    [InlineData("10.0.0.0/8", "203.0.113.7", "127.0.0.1")] // a stranger's
    [InlineData("", "203.0.113.7", "127.0.0.1")]
    [InlineData("127.0.0.0/8", "203.0.113.9, 203.0.113.7", "203.0.113.7")] // forged in front of what the proxy added
    public async Task A_forwarded_address_counts_when_a_trusted_proxy_says_it(string trusted, string forwarded, string counted)
    {
        await api.AddPlatformAsync("platform-" + Guid.NewGuid().ToString("n")[..8]);
        await using WebApplication app = await api.StartAsync(trusted.Length == 0 ? [] : [("Http:TrustedProxies:0", trusted)]);
        async Task<int> GuessAsync(string? from)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + "/oauth/token")
            {
                Content = new StringContent("""{"grant_type":"client_credentials","client_id":"nobody-at-all","client_secret":"wrong"}""", Encoding.UTF8, "application/json"),
            };
            if (from is not null) request.Headers.TryAddWithoutValidation("X-Forwarded-For", from);
            return (int)(await api.Client.SendAsync(request)).StatusCode;
        }
        for (int i = 0; i < 10; i++) Assert.Equal(401, await GuessAsync(forwarded));
        Assert.Equal(429, await GuessAsync(forwarded));
        // The address that the failures were counted for, asked from as itself.
        Assert.Equal(counted == "127.0.0.1" ? 429 : 401, await GuessAsync(null));
        if (counted != "127.0.0.1") Assert.Equal(429, await GuessAsync(counted));
    }

    [Fact]
    public async Task A_thousand_wrong_secrets_do_not_delay_the_right_one()
    {
        await using WebApplication app = await api.StartAsync();
        async Task<int> AskAsync(string secret)
        {
            using StringContent content = new($$"""{"grant_type":"client_credentials","client_id":"platform-b","client_secret":"{{secret}}"}""", Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await api.Client.PostAsync(app.Urls.First() + "/oauth/token", content);
            return (int)response.StatusCode;
        }
        for (int i = 0; i < 1_000; i++) Assert.True(await AskAsync("wrong") is 401 or 429);
        Assert.Equal(200, await AskAsync("secret-platform-b"));
    }

    [Fact]
    public async Task TLS_is_served_from_files_and_a_new_certificate_is_taken_without_a_restart()
    {
        string folder = Directory.CreateTempSubdirectory("keystone-tls-").FullName, pem = Path.Combine(folder, "tls.pem"), key = Path.Combine(folder, "tls.key");
        try
        {
            string first = WriteCertificate(pem, key, "first.example");
            ShiftedClock clock = new();
            ServerCertificate served = new(pem, key, clock, NullLogger<ServerCertificate>.Instance);
            Assert.Equal(first, served.Current.Thumbprint);
            string second = WriteCertificate(pem, key, "second.example");
            File.SetLastWriteTimeUtc(pem, DateTime.UtcNow.AddSeconds(2));
            clock.Shift = TimeSpan.FromSeconds(6);
            Assert.Equal(second, served.Current.Thumbprint);
            // One that is broken leaves the one before in use.
            await File.WriteAllTextAsync(pem, "none");
            clock.Shift = TimeSpan.FromSeconds(12);
            Assert.Equal(second, served.Current.Thumbprint);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080", "", "Http:TrustedProxies")]
    [InlineData("https://127.0.0.1:8443", "", "Http:Certificate")]
    [InlineData("http://127.0.0.1:8080", "", null)]
    [InlineData("http://0.0.0.0:8080", "10.0.0.7", null)]
    public void Plain_http_is_for_the_loopback_or_behind_a_named_proxy(string url, string proxy, string? named)
    {
        string[] faults = [.. new ApiOptions { Url = url }.Faults(new HttpOptions { TrustedProxies = proxy.Length == 0 ? [] : [proxy] })];
        if (named is null) Assert.Empty(faults);
        else Assert.Contains(named, Assert.Single(faults), StringComparison.Ordinal);
    }

    static string WriteCertificate(string pem, string key, string name)
    {
        using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 made = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(pem, made.ExportCertificatePem());
        File.WriteAllText(key, own.ExportPkcs8PrivateKeyPem());
        return made.Thumbprint;
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
        Assert.Equal(204, (await api.SendAsync("platform-hooks", HttpMethod.Delete, $"/v1/platforms/me/webhooks/{(string)last["id"]!}")).Status);
        Assert.Equal(201, (await Make("https://hooks.example/again")).Status);
    }
}
