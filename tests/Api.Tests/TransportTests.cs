using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Api.Http;
using Keystone.Dev.Servers;
using Keystone.Settlements.Errors;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>What holds for every call, whatever it is about.</summary>
[Collection(ApiCollection.Name)]
public sealed class TransportTests(ApiFixture api) : IAsyncLifetime
{
    /// <summary>An environment has one endpoint for a URL, and tests take the same ones.</summary>
    public Task InitializeAsync() => api.RunAsync("delete from webhooks.endpoint");

    public Task DisposeAsync() => Task.CompletedTask;

    public static TheoryData<string, string?, int, string> Bodies => new()
    {
        { "{", "application/json", 400, "malformed_body" },
        { "{}x", "application/json", 400, "malformed_body" },
        { "{'a':1}", "application/json", 400, "malformed_body" },
        { "{\"a\":1,}", "application/json", 400, "malformed_body" },
        { "{\"a\":1,\"a\":2}", "application/json", 400, "malformed_body" },
        { "{\"parties\":[{\"role\":\"x\",\"role\":\"x\"}]}", "application/json", 400, "malformed_body" },
        { "{\"a\":\"\\ud800\"}", "application/json", 400, "malformed_body" },
        { "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "application/json", 400, "malformed_body" },
        { "// comment\n{}", "application/json", 400, "malformed_body" },
        { "client=1&b=2", "application/x-www-form-urlencoded", 400, "malformed_body" },
        { "[]", "application/json", 422, "validation_failed" },
        { "\"text\"", "application/json", 422, "validation_failed" },
        { "null", "application/json", 422, "validation_failed" },
        { "", "application/json", 422, "validation_failed" },
        { "", null, 422, "validation_failed" },
        { "  \r\n", "application/json", 422, "validation_failed" },
        { "{}", "application/xml", 415, "unsupported_media_type" },
        { "{}", "text/plain", 415, "unsupported_media_type" },
        { "{}", "multipart/form-data; boundary=x", 415, "unsupported_media_type" },
        { "{}", "application/json; charset=iso-8859-1", 415, "unsupported_media_type" },
        { "{}", "nonsense", 415, "unsupported_media_type" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_cannot_be_taken_is_refused_on_every_call_that_takes_one(string body, string? contentType, int status, string code)
    {
        JsonObject offer = await api.CreateAsync("platform-a", api.Cross());
        string before = await api.CountsAsync();
        foreach ((string client, string path) in ((string, string)[])[("platform-a", "/v1/settlements"), ("platform-b", $"/v1/settlements/{offer["id"]}/confirm"),
            ("platform-b", $"/v1/settlements/{offer["id"]}/reject"), ("platform-a", "/v1/platforms/me/webhooks")])
        {
            var (got, answer, response) = await api.SendAsync(client, HttpMethod.Post, path, body, contentType);
            Assert.True((status, code) == (got, (string?)answer["code"]), $"{path}: {got} {answer.ToJsonString()}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            // Who calls comes before what is said.
            Assert.Equal(401, (await api.SendAsync(null, HttpMethod.Post, path, body, contentType)).Status);
        }
        Assert.Equal(before, await api.CountsAsync());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData("application/problem+json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task JSON_is_read_whatever_its_label(string? contentType)
    {
        var made = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", api.Cross().ToJsonString(), contentType);
        Assert.Equal(201, made.Status);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made.Body["id"]}/confirm", api.Confirmation().ToJsonString(), contentType)).Status);
        made = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", api.Cross().ToJsonString(), contentType);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made.Body["id"]}/reject", "{\"reason\":\"no\"}", contentType)).Status);
        Assert.Equal(201, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/platforms/me/webhooks", "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"]}", contentType)).Status);
    }

    [Fact]
    public async Task A_byte_order_mark_is_allowed_and_other_bytes_than_UTF8_are_not()
    {
        byte[] body = Encoding.UTF8.GetBytes(api.Single().ToJsonString());
        Assert.Equal(201, (await api.SendBytesAsync("platform-a", HttpMethod.Post, "/v1/settlements", [0xEF, 0xBB, 0xBF, .. body])).Status);
        Assert.Equal(400, (await api.SendBytesAsync("platform-a", HttpMethod.Post, "/v1/settlements", [.. "{\"idempotency_key\":\""u8, 0xFF, .. "\"}"u8])).Status);
    }

    [Theory]
    [InlineData(262_145, 413)]
    [InlineData(262_144, 201)]
    public async Task S7_A_body_has_at_most_256_KiB(int bytes, int status)
    {
        string body = api.Single().ToJsonString();
        body = body + new string(' ', bytes - Encoding.UTF8.GetByteCount(body));
        string before = await api.CountsAsync();
        var (got, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body);
        Assert.Equal(status, got);
        if (status == 413)
        {
            Assert.Equal("body_too_large", (string?)answer["code"]);
            Assert.Equal(before, await api.CountsAsync());
        }
    }

    [Fact]
    public async Task An_empty_body_is_reported_what_is_missing()
    {
        var (_, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", "", null);
        string[] pointers = [.. answer["errors"]!.AsArray().Select(e => (string)e!["pointer"]!)];
        foreach (string member in (string[])["/idempotency_key", "/template_id", "/parties", "/legs"])
            Assert.Contains(member, pointers);
        Assert.Contains("/reason", (await api.SendAsync("platform-b", HttpMethod.Post,
            $"/v1/settlements/{(await api.CreateAsync("platform-a", api.Cross()))["id"]}/reject", "", null)).Body["errors"]!.AsArray().Select(e => (string)e!["pointer"]!));
    }

    [Fact]
    public async Task Unknown_members_are_ignored_and_named()
    {
        JsonObject body = api.Single();
        body["id"] = Guid.NewGuid().ToString();
        body["state"] = "SETTLED";
        body["platform_id"] = Guid.NewGuid().ToString();
        body["callback"] = "x";
        ((JsonObject)body["parties"]![0]!)["nickname"] = "x";
        var (status, made, response) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(201, status);
        Assert.Equal(["callback", "id", "parties.0.nickname", "platform_id", "state"],
            response.Headers.GetValues("Keystone-Ignored-Fields").Single().Split(',').Order(StringComparer.Ordinal));
        Assert.Equal("INSTRUCTED", (string?)made["state"]);
        Assert.NotEqual((string?)body["id"], (string?)made["id"]);
        Assert.NotEqual((string?)body["platform_id"], (string?)made["platform_id"]);
        (_, _, response) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString());
        Assert.False(response.Headers.Contains("Keystone-Ignored-Fields"));
    }

    [Fact]
    public async Task Every_answer_carries_its_headers()
    {
        (string?, HttpMethod, string, string?, int)[] calls =
        [
            ("platform-a", HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString(), 201),
            ("platform-a", HttpMethod.Get, "/v1/settlements", null, 200),
            ("platform-a", HttpMethod.Get, "/v1/settlement-templates/dvp-single", null, 200),
            ("platform-a", HttpMethod.Post, "/v1/settlements", "{}", 422),
            ("platform-a", HttpMethod.Post, "/v1/settlements", "{", 400),
            ("platform-a", HttpMethod.Get, "/v1/settlements/x", null, 404),
        ];
        foreach ((string? client, HttpMethod method, string path, string? body, int status) in calls)
        {
            var (got, _, response) = await api.SendAsync(client, method, path, body, headers: ("X-Request-Id", "abc 123"));
            Assert.Equal(status, got);
            foreach (string name in (string[])["Keystone-Version", "X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"])
                Assert.True(response.Headers.Contains(name), $"{method} {path} lacks {name}");
            Assert.Equal("abc 123", response.Headers.GetValues("X-Request-Id").Single());
            Assert.InRange(long.Parse(response.Headers.GetValues("X-RateLimit-Reset").Single(), CultureInfo.InvariantCulture) - api.Clock.GetUtcNow().ToUnixTimeSeconds(), -1, 60);
            if (status == 201)
                Assert.StartsWith("/v1/settlements/", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        }
        // Without a caller there is no limit to tell; with an id that is too long there is a new one.
        var (unknown, problem, refused) = await api.SendAsync(null, HttpMethod.Get, "/v1/settlements", headers: ("X-Request-Id", new string('x', 129)));
        Assert.Equal(401, unknown);
        Assert.True(refused.Headers.Contains("Keystone-Version"));
        Assert.StartsWith("req_", (string?)problem["request_id"], StringComparison.Ordinal);
        Assert.Equal((string?)problem["request_id"], refused.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task An_unknown_path_and_an_unknown_method_have_problem_bodies()
    {
        foreach (string? client in (string?[])["platform-a", null])
        {
            var (status, body, response) = await api.SendAsync(client, HttpMethod.Get, "/v1/nothing");
            Assert.Equal((404, "not_found"), (status, (string)body["code"]!));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            (status, body, response) = await api.SendAsync(client, HttpMethod.Delete, "/v1/settlements");
            Assert.Equal((405, "method_not_allowed"), (status, (string)body["code"]!));
            Assert.Contains("POST", response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task Every_path_asks_who_calls_but_those_that_are_written_here()
    {
        await using WebApplication app = await api.StartAsync();
        string[] open = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null).Select(endpoint => endpoint.RoutePattern.RawText!)
            .Select(path => path.TrimStart('/').StartsWith("docs", StringComparison.Ordinal) ? "/docs" : path).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/docs", "/errors/{name}", "/oauth/token", "/openapi.json", "/v1/screening-results/{layer}"], open);
    }

    [Fact]
    public async Task The_type_of_a_problem_leads_to_its_meaning()
    {
        (string?, HttpMethod, string, string?)[] calls =
        [
            (null, HttpMethod.Get, "/v1/settlements", null),
            ("platform-a", HttpMethod.Get, "/v1/nothing", null),
            ("platform-a", HttpMethod.Delete, "/v1/settlements", null),
            ("platform-a", HttpMethod.Post, "/v1/settlements", "{"),
            ("platform-a", HttpMethod.Post, "/v1/settlements", "{}"),
            ("platform-a", HttpMethod.Post, $"/v1/settlements/{(await api.CreateAsync("platform-a", api.Single()))["id"]}/confirm", "{}"),
        ];
        foreach ((string? client, HttpMethod method, string path, string? body) in calls)
        {
            JsonObject problem = (await api.SendAsync(client, method, path, body)).Body;
            var (status, page, _) = await api.SendAsync(null, HttpMethod.Get, (string)problem["type"]!);
            Assert.Equal((200, (string)problem["code"]!, (int)problem["status"]!), (status, (string?)page["code"], (int?)page["status"]));
            Assert.NotEmpty((string)page["meaning"]!);
        }
        Assert.Equal(404, (await api.SendAsync(null, HttpMethod.Get, "/errors/no-such")).Status);
    }

    [Fact]
    public void Every_code_at_the_top_of_an_answer_is_in_the_table()
    {
        Regex top = new("(?:new Refusal\\(|new DomainError\\(|Conflict\\(|AddNamed\\([^\\n]*?, )\"([a-z_]+)\"", RegexOptions.CultureInvariant);
        string[] written = [.. ((string[])["Api", "Settlements"]).SelectMany(room => Directory.EnumerateFiles(Path.Combine(NativeTool.RepositoryRoot, "src", room), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => top.Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)];
        string[] named = [.. typeof(ErrorCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.True(written.Length >= 5 && named.Length > 15, string.Join(", ", written));
        Assert.All(written.Concat(named), code => Assert.True(ErrorTable.Entries.ContainsKey(code), code));
    }

    [Fact]
    public async Task A_foreign_id_and_an_absent_one_give_the_same_bytes_on_every_verb()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Cross());
        JsonObject hook = (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/platforms/me/webhooks", "{\"url\":\"http://127.0.0.1:9/\",\"events\":[\"*\"]}")).Body;
        (HttpMethod, string, string)[] calls =
        [
            (HttpMethod.Get, "/v1/settlements/{0}", (string)made["id"]!), (HttpMethod.Get, "/v1/settlements/{0}/events", (string)made["id"]!),
            (HttpMethod.Post, "/v1/settlements/{0}/confirm", (string)made["id"]!), (HttpMethod.Post, "/v1/settlements/{0}/reject", (string)made["id"]!),
            (HttpMethod.Get, "/v1/platforms/me/webhooks/{0}", (string)hook["id"]!), (HttpMethod.Delete, "/v1/platforms/me/webhooks/{0}", (string)hook["id"]!),
            (HttpMethod.Patch, "/v1/platforms/me/webhooks/{0}", (string)hook["id"]!),
        ];
        foreach ((HttpMethod method, string path, string id) in calls)
        {
            List<string> answers = [];
            // The body is wrong too: it must not be looked at.
            foreach (string candidate in (string[])[id, id.ToUpperInvariant(), Guid.CreateVersion7().ToString(), "stl-1"])
            {
                var (status, body, _) = await api.SendAsync("platform-c", method, string.Format(CultureInfo.InvariantCulture, path, candidate), method == HttpMethod.Get ? null : "{nonsense");
                Assert.Equal(404, status);
                body.Remove("request_id");
                answers.Add(body.ToJsonString());
            }
            Assert.Single(answers.Distinct());
        }
        Assert.Equal((string?)made["id"], (string?)(await api.GetAsync("platform-a", $"/v1/settlements/{((string)made["id"]!).ToUpperInvariant()}"))["id"]);
    }

    [Fact]
    public async Task S7_More_requests_than_allowed_are_429_until_the_window_ends()
    {
        await api.AddPlatformAsync("platform-limited", rateLimit: 3);
        await api.AddPlatformAsync("platform-other", rateLimit: 3);
        string token = await api.TokenAsync("platform-limited");
        Assert.NotEmpty(token);
        DateTimeOffset now = api.Clock.GetUtcNow();
        try
        {
            // To a moment after the start of a minute, so that the window does not end in the middle.
            api.Clock.Shift += TimeSpan.FromSeconds(62 - now.Second);
            for (int left = 2; left >= 0; left--)
            {
                var (status, _, allowed) = await api.SendAsync("platform-limited", HttpMethod.Get, "/v1/settlements");
                Assert.Equal((200, "3", left.ToString(CultureInfo.InvariantCulture)), (status, allowed.Headers.GetValues("X-RateLimit-Limit").Single(), allowed.Headers.GetValues("X-RateLimit-Remaining").Single()));
            }
            string before = await api.CountsAsync();
            var (refused, body, response) = await api.SendAsync("platform-limited", HttpMethod.Post, "/v1/settlements", api.Single().ToJsonString());
            Assert.Equal((429, "rate_limited", true), (refused, (string)body["code"]!, (bool)body["retryable"]!));
            Assert.Equal("0", response.Headers.GetValues("X-RateLimit-Remaining").Single());
            double wait = response.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
            Assert.InRange(wait, 1, 60);
            Assert.Contains($"Try again in {wait} s.", (string?)body["detail"], StringComparison.Ordinal);
            Assert.Equal(before, await api.CountsAsync());
            // The limit is the environment's own.
            Assert.Equal(200, (await api.SendAsync("platform-other", HttpMethod.Get, "/v1/settlements")).Status);
            api.Clock.Shift += TimeSpan.FromSeconds(wait);
            Assert.Equal(200, (await api.SendAsync("platform-limited", HttpMethod.Get, "/v1/settlements")).Status);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task A_database_that_does_not_answer_in_time_is_503_and_nothing_is_stored()
    {
        Guid environment = await api.AddPlatformAsync("platform-locked");
        await api.TokenAsync("platform-locked");
        string before = await api.CountsAsync();
        await using NpgsqlConnection connection = await api.Database.OpenConnectionAsync();
        await using NpgsqlTransaction other = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new("select 1 from identity.environment where id = $1 for update", connection, other) { Parameters = { new() { Value = environment } } })
            await hold.ExecuteScalarAsync();
        JsonObject body = api.Single();
        var (status, answer, response) = await api.SendAsync("platform-locked", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal((503, "database_unavailable", true), (status, (string?)answer["code"], (bool?)answer["retryable"]));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(before, await api.CountsAsync());
        await other.RollbackAsync();
        Assert.Equal(201, (await api.SendAsync("platform-locked", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
    }

    [Fact]
    public async Task Odd_requests_are_answered_and_never_500()
    {
        Uri url = new(api.Url);
        foreach (string request in (string[])[
            $"POST /v1/settlements HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: abc\r\n\r\n",
            $"GET /v1/settlements?state=%00 HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n",
            $"GET /v1/settlement-templates/%00 HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"])
        {
            using TcpClient socket = new();
            await socket.ConnectAsync(IPAddress.Loopback, url.Port);
            await using NetworkStream stream = socket.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
            using StreamReader reader = new(stream);
            string? status = await reader.ReadLineAsync();
            Assert.Matches("^HTTP/1.1 4[0-9][0-9]", status);
        }
        foreach (string query in (string[])["state=%00", "wallet_address=%00", "idempotency_key=%00", "external_reference=a%00", "template_id=%00", "cursor=%00", "created_from=%00"])
        {
            var (status, body, _) = await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements?" + query);
            Assert.True(status == 422, query + body.ToJsonString());
        }
    }
}
