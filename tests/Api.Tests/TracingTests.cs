using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum.Nodes;
using Keystone.Hosting;
using Keystone.Postgres;
using Keystone.Testing;
using Keystone.Webhooks;
using Keystone.Webhooks.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>What leaves the API and the webhook loops as spans, metrics and logs: one trace from the request to the delivery, and no secret in any of it.</summary>
[Collection(ApiCollection.Name)]
public sealed class TracingTests(ApiFixture api)
{
    [Fact]
    public async Task S6_One_trace_joins_a_request_its_sql_and_its_webhook_and_nothing_that_leaves_holds_a_secret()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync(grpc: true);
        ConcurrentQueue<string[]> nodeSaw = new(), receiverSaw = new();
        await using WebApplication node = await ForwardAsync(nodeSaw), receiver = await ReceiveAsync(receiverSaw);
        Dictionary<string, string?> settings = await api.SettingsAsync();
        settings["Chains:0:RpcUrls:0"] = node.Urls.First().Replace("http://", "http://hidden-node-user:hidden-node-password@", StringComparison.Ordinal) + "/v3/hidden-node-key?apikey=hidden-node-query";
        List<string> secrets =
        [
            "hidden-", new NpgsqlConnectionStringBuilder(settings["Storage:ConnectionString"]).Password!, api.Buyer.ToString(), api.Seller.ToString(),
            "secret-platform-traced",
        ];

        TextWriter console = Console.Out;
        StringWriter logs = new(CultureInfo.InvariantCulture);
        Console.SetOut(TextWriter.Synchronized(logs));
        string traceId;
        try
        {
            await api.AddPlatformAsync("platform-traced");
            await using WebApplication app = await StartAsync(settings, collector.Url);
            using IHost webhooks = await StartWebhooksAsync();
            Client caller = new(api.Client, app.Urls.First());
            string token = await caller.TokenAsync("platform-traced");
            secrets.AddRange([token, token.Split('.')[1], token.Split('.')[2]]);

            // An endpoint whose path and query are keys; the first attempt fails.
            string url = receiver.Urls.First() + "/hook/hidden-hook-key?token=hidden-hook-query";
            JsonNode endpoint = await caller.SendAsync(HttpMethod.Post, "/v1/platforms/me/webhooks", new JsonObject { ["url"] = url, ["events"] = new JsonArray("settlement.*") });
            secrets.Add((string)endpoint["secret"]!);

            // A token contract that nobody registered is read at the node.
            JsonObject body = api.Single();
            body["external_reference"] = "hidden-reference";
            body["parties"]![0]!["name"] = "hidden-name";
            body["parties"]![0]!["external_reference"] = "hidden-account";
            traceId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
            JsonNode settlement = await caller.SendAsync(HttpMethod.Post, "/v1/settlements", body, ("traceparent", $"00-{traceId}-00f067aa0ba902b7-01"), ("baggage", "k=hidden-baggage"));
            await Eventually.TrueAsync(async () => (long)(await api.Database.CreateCommand(
                "select count(*) from webhooks.delivery where status = 'delivered'").ExecuteScalarAsync())! > 0, TimeSpan.FromSeconds(60));

            // What fails: a name in a filter, wrong secrets and tokens, a body that is none, a node that is away.
            foreach ((HttpMethod method, string path, string? authorization, string? text) in (IEnumerable<(HttpMethod, string, string?, string?)>)[
                (HttpMethod.Get, "/v1/settlements?external_reference=hidden-reference", null, null),
                (HttpMethod.Get, "/v1/settlements/hidden-id", null, null), (HttpMethod.Get, "/hidden-path?x=hidden", null, null),
                (HttpMethod.Get, "/v1/settlements", "Bearer eyJhbGciOiJub25lIn0.hidden-token.x", null), (HttpMethod.Get, "/v1/settlements", "Basic hidden-basic", null),
                (HttpMethod.Post, "/v1/settlements", null, "{\"hidden-member\":\"hidden-value"),
                (HttpMethod.Post, "/oauth/token", "", """{"client_id":"hidden-client","client_secret":"hidden-secret","grant_type":"client_credentials"}""")])
                await caller.TryAsync(method, path, authorization, text);
            await node.StopAsync();
            JsonObject away = api.Single();
            away["legs"]![0]!["instrument_id"] = "0x00000000000000000000000000000000000fee1d";
            await caller.TryAsync(HttpMethod.Post, "/v1/settlements", null, away.ToJsonString());
            // The page of the management port, too.
            using HttpClient management = new();
            string page = await management.GetStringAsync(app.Services.GetRequiredService<ManagementServer>().Address + "/metrics");
            Assert.Contains("http_server_request_duration_seconds", page, StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, page, StringComparison.OrdinalIgnoreCase));
            await webhooks.StopAsync();
            await app.StopAsync();
        }
        finally
        {
            Console.SetOut(console);
        }

        IReadOnlyList<OtlpSpan> trace = [.. collector.Spans.Where(span => span.TraceId == traceId)];
        OtlpSpan request = Assert.Single(trace, span => span.ParentId == "00f067aa0ba902b7");
        Assert.Equal(("POST /v1/settlements/", "/v1/settlements/"), (request.Name, request.Attributes["http.route"]));
        OtlpSpan insert = trace.First(span => span.Attributes.GetValueOrDefault("db.query.text")?.Contains("insert into settlement.settlement ", StringComparison.Ordinal) == true);
        Assert.Contains("values ($1, $2", insert.Attributes["db.query.text"], StringComparison.Ordinal);
        Assert.Equal(request.Id, insert.ParentId);
        OtlpSpan call = trace.First(span => span.Attributes.ContainsKey("keystone.target") && span.ParentId == request.Id);
        Uri nodeUrl = new(settings["Chains:0:RpcUrls:0"]!);
        Assert.Equal(($"http://127.0.0.1:{nodeUrl.Port}", $"127.0.0.1:{nodeUrl.Port}"), (call.Attributes["url.full"], call.Attributes["keystone.target"]));
        OtlpSpan[] deliveries = [.. trace.Where(span => span.Name == "webhook delivery")];
        Assert.True(deliveries.Length >= 2, "The delivery that failed and the one that did not.");
        Assert.All(deliveries, delivery => Assert.Equal(request.Id, delivery.ParentId));
        OtlpSpan post = trace.First(span => span.ParentId == deliveries[0].Id && span.Attributes.ContainsKey("url.full"));
        Assert.Equal((receiver.Urls.First(), deliveries[0].Attributes["keystone.endpoint"]), (post.Attributes["url.full"], post.Attributes["keystone.target"]));

        Assert.All(secrets, secret =>
        {
            Assert.DoesNotContain(secret, collector.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, logs.ToString(), StringComparison.OrdinalIgnoreCase);
        });
        Assert.Contains("api", logs.ToString(), StringComparison.Ordinal);
        // Strangers get neither our trace context nor a caller's baggage.
        Assert.False(nodeSaw.IsEmpty || receiverSaw.IsEmpty);
        Assert.Empty(nodeSaw.Concat(receiverSaw).SelectMany(headers => headers)
            .Intersect(["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id"], StringComparer.OrdinalIgnoreCase));
        // Loops that find nothing to do leave no traces.
        foreach (string poll in (string[])["from webhooks.publisher for update", "with due as"])
            Assert.DoesNotContain(collector.Spans, span => span.ParentId.Length == 0
                && span.Attributes.GetValueOrDefault("db.query.text")?.Contains(poll, StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Without_tracing_no_row_carries_a_trace()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        Assert.Equal(DBNull.Value, await api.Database.CreateCommand($"select traceparent from settlement.settlement where id = '{made["id"]}'").ExecuteScalarAsync());
        Assert.Equal(DBNull.Value, await api.Database.CreateCommand($"select traceparent from webhooks.message where settlement_id = '{made["id"]}'").ExecuteScalarAsync());
    }

    static async Task<WebApplication> StartAsync(Dictionary<string, string?> settings, string collector)
    {
        WebApplicationBuilder builder = KeystoneHost.CreateWebBuilder(
            ["--Management:Url", "http://127.0.0.1:0", "--Tracing:OtlpEndpoint", collector, "--Metrics:OtlpEndpoint", collector, "--Log:Level", "Verbose"], KeystoneService.Api);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddEthereumNodes(builder.Configuration);
        builder.Services.AddApi(builder.Configuration);
        WebApplication app = builder.Build();
        app.MapApi();
        await app.StartAsync();
        return app;
    }

    // Spans of this host are recorded by the provider of the other one: listening is a matter of the process. What joins them is in the database alone.
    async Task<IHost> StartWebhooksAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(await api.SettingsAsync("keystone_keeper"));
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.AddSingleton<ITargetPolicy, AnyTarget>();
        builder.Services.AddWebhooks(builder.Configuration);
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    sealed class AnyTarget : ITargetPolicy
    {
        public ValueTask<bool> AllowsPrivateAsync(Guid environment, CancellationToken cancellationToken) => ValueTask.FromResult(true);
    }

    /// <summary>A node behind a path and a password, as providers have it.</summary>
    async Task<WebApplication> ForwardAsync(ConcurrentQueue<string[]> saw)
    {
        WebApplication app = Loopback();
        app.Run(async context =>
        {
            saw.Enqueue([.. context.Request.Headers.Keys]);
            if (context.Request.Path != "/v3/hidden-node-key" || !context.Request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.Ordinal))
            {
                context.Response.StatusCode = 401;
                return;
            }
            using StreamContent body = new(context.Request.Body);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpClient client = new();
            using HttpResponseMessage answer = await client.PostAsync(api.Chain.Url, body, context.RequestAborted);
            context.Response.ContentType = "application/json";
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>A receiver that fails once.</summary>
    static async Task<WebApplication> ReceiveAsync(ConcurrentQueue<string[]> saw)
    {
        WebApplication app = Loopback();
        int seen = 0;
        app.Run(context =>
        {
            saw.Enqueue([.. context.Request.Headers.Keys]);
            bool first = Interlocked.Increment(ref seen) == 1;
            context.Response.StatusCode = first ? 503 : 204;
            if (first) context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }

    static WebApplication Loopback()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    sealed class Client(HttpClient http, string url)
    {
        string _token = "";

        public async Task<string> TokenAsync(string client)
        {
            JsonNode answer = await SendAsync(HttpMethod.Post, "/oauth/token",
                new JsonObject { ["client_id"] = client, ["client_secret"] = "secret-" + client, ["grant_type"] = "client_credentials" });
            return _token = (string)answer["access_token"]!;
        }

        public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject body, params (string Name, string Value)[] headers)
        {
            (int status, string text) = await TryAsync(method, path, null, body.ToJsonString(), headers);
            Assert.True(status is 200 or 201, text);
            return JsonNode.Parse(text)!;
        }

        public async Task<(int Status, string Text)> TryAsync(HttpMethod method, string path, string? authorization, string? text, params (string Name, string Value)[] headers)
        {
            using HttpRequestMessage request = new(method, url + path);
            if (authorization is not "") request.Headers.TryAddWithoutValidation("Authorization", authorization ?? "Bearer " + _token);
            foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            if (text is not null) request.Content = new StringContent(text, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await http.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
