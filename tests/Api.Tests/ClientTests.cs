using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev.Servers;

namespace Keystone.Api.Tests;

// Inside the namespace, where it comes before the namespace of that name.
using Settlement = Keystone.Client.Models.Settlement;
using Signature = Keystone.Webhooks.Signature;

/// <summary>The client against the running API, and against the document that it has to cover.</summary>
[Collection(ApiCollection.Name)]
public sealed class ClientTests(ApiFixture api)
{
    KeystoneClient Open(HttpClient http, string credential, string? secret = null) => new(http, new KeystoneClientOptions
    {
        Url = new Uri(api.Url),
        ClientId = credential,
        ClientSecret = secret ?? "secret-" + credential,
        MaxDelay = TimeSpan.FromSeconds(5),
    });

    CreateSettlementRequest Cross() => new()
    {
        TemplateId = "dvp-cross-platform",
        Parties = [new PartyRequest { Role = "seller", ExternalReference = "seller-001", WalletAddress = api.Seller.ToString() }],
        CounterpartyParties = [new CounterpartyRequest { PlatformSlug = "platform-b", Role = "buyer" }],
        Legs =
        [
            new LegRequest { LegType = "asset", InstrumentId = api.Bond.ToString(), Quantity = "1.5", Direction = "deliver", PartyRole = "seller" },
            new LegRequest { LegType = "payment", InstrumentId = "USDC", Quantity = "7", Direction = "deliver", PartyRole = "buyer" },
        ],
    };

    [Fact]
    public void Every_operation_of_the_document_is_a_route_and_a_method_of_the_client()
    {
        JsonObject document = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(NativeTool.RepositoryRoot, "docs", "openapi.json")))!;
        string[] documented = [.. new DocumentSchema(document).Operations
            .Select(operation => $"{operation.Operation["operationId"]} {operation.Method} {operation.Path}").Order(StringComparer.OrdinalIgnoreCase)];
        string[] known = [.. typeof(Routes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, Route: (Route)field.GetValue(null)!))
            .Select(route => $"{char.ToLowerInvariant(route.Name[0])}{route.Name[1..]} {route.Route.Method} {route.Route.Template}").Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal(documented, known);
        // The token is the client's own affair.
        Assert.All(typeof(Routes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.Name != nameof(Routes.CreateToken)),
            field => Assert.Contains((Type[])[typeof(KeystoneClient), .. typeof(KeystoneClient).GetProperties().Select(part => part.PropertyType)], type => type.GetMethod(field.Name + "Async") is not null));
    }

    [Fact]
    public async Task A_settlement_is_instructed_answered_and_read()
    {
        using HttpClient http = new();
        using KeystoneClient a = Open(http, "platform-a"), b = Open(http, "platform-b");
        Settlement made = await a.CreateSettlementAsync(Cross());
        Assert.Equal(("INSTRUCTED", "cross_platform", "1500000000000000000"), (made.State, made.SettlementType, made.Legs[0].Amount));
        Settlement confirmed = await b.ConfirmSettlementAsync(made.Id, new ConfirmSettlementRequest { ExternalReference = "b-1", WalletAddress = api.Buyer.ToString() });
        Assert.All(confirmed.Parties, party => Assert.Equal("confirmed", party.Status));
        Assert.Equal(made.Id, (await a.GetSettlementAsync(made.Id)).Id);
        Assert.Equal(made.Id, Assert.Single((await a.ListSettlementsAsync(new SettlementQuery { IdempotencyKey = made.IdempotencyKey, States = ["INSTRUCTED"] })).Items).Id);
        IReadOnlyList<Event> events = (await a.ListSettlementEventsAsync(made.Id)).Items;
        Assert.Equal(["state", "confirmation"], events.Select(one => one.Type));
        Event first = events[0];
        Assert.Equal(("INSTRUCTED", 1), (first.ToState, first.Sequence));
        Settlement other = await a.CreateSettlementAsync(Cross());
        Assert.Equal("no", (await b.RejectSettlementAsync(other.Id, new RejectSettlementRequest { Reason = "no" })).Failure?.Message);
        Assert.Equal("dvp-single", (await a.GetTemplateAsync("dvp-single")).Slug);
        Assert.NotEmpty((await a.ListTemplatesAsync()).Items);
        Assert.Equal(422, (await a.GetErrorAsync("validation-failed")).Status);
        Assert.NotEmpty((await a.GetKeysAsync()).Keys);
    }

    [Fact]
    public async Task Receivers_are_managed()
    {
        using HttpClient http = new();
        using KeystoneClient client = Open(http, "platform-c");
        Webhook made = await client.CreateWebhookAsync(new CreateWebhookRequest { Url = "https://hooks.example.com", Events = ["*"] });
        Assert.StartsWith("whsec_", made.Secret, StringComparison.Ordinal);
        Assert.False((await client.UpdateWebhookAsync(made.Id, new UpdateWebhookRequest { IsActive = false })).IsActive);
        Assert.NotEqual(made.Secret, (await client.RotateWebhookSecretAsync(made.Id, new RotateSecretRequest())).NewSecret);
        Assert.StartsWith("evt_", (await client.TestWebhookAsync(made.Id)).EventId, StringComparison.Ordinal);
        Assert.Contains((await client.ListWebhooksAsync()).Items, webhook => webhook.Id == made.Id);
        await client.DeleteWebhookAsync(made.Id);
        KeystoneApiException gone = await Assert.ThrowsAsync<KeystoneApiException>(() => client.GetWebhookAsync(made.Id));
        Assert.Equal((HttpStatusCode.NotFound, "not_found"), (gone.Status, gone.Code));
    }

    [Fact]
    public async Task A_refusal_has_its_code_and_every_fault()
    {
        using HttpClient http = new();
        using KeystoneClient client = Open(http, "platform-a");
        KeystoneApiException refused = await Assert.ThrowsAsync<KeystoneApiException>(() => client.CreateSettlementAsync(Cross() with { TimeoutAt = "yesterday", TemplateId = "no-such" }));
        Assert.Equal("validation_failed", refused.Code);
        Assert.Equal(["/template_id", "/timeout_at"], refused.Problem!.Errors!.Select(fault => fault.Pointer));
        using KeystoneClient stranger = Open(http, "platform-a", "wrong");
        refused = await Assert.ThrowsAsync<KeystoneApiException>(() => stranger.ListTemplatesAsync());
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task One_token_serves_many_calls_and_a_refused_one_is_replaced_once()
    {
        using Script script = new(new HttpClientHandler());
        using HttpClient http = new(script);
        using KeystoneClient client = Open(http, "platform-a");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.ListTemplatesAsync()));
        Assert.Equal(1, script.Sent["/oauth/token"]);
        script.Answer = (request, count) => request.RequestUri!.AbsolutePath == "/v1/settlement-templates" && count == 9 ? Problem(401, "invalid_token") : null;
        Assert.NotEmpty((await client.ListTemplatesAsync()).Items);
        Assert.Equal(2, script.Sent["/oauth/token"]);
        script.Answer = (request, _) => request.RequestUri!.AbsolutePath == "/v1/settlement-templates" ? Problem(401, "invalid_token") : null;
        Assert.Equal(401, (int)(await Assert.ThrowsAsync<KeystoneApiException>(() => client.ListTemplatesAsync())).Status);
        Assert.Equal(3, script.Sent["/oauth/token"]);
    }

    [Fact]
    public async Task An_answer_that_was_lost_makes_no_second_settlement()
    {
        using Script script = new(new HttpClientHandler());
        using HttpClient http = new(script);
        using KeystoneClient client = Open(http, "platform-a");
        long before = await api.CountAsync("settlement.settlement");
        // The request arrives, its answer does not.
        script.Lose = request => request.RequestUri!.AbsolutePath == "/v1/settlements" && script.Sent["/v1/settlements"] == 1;
        Settlement made = await client.CreateSettlementAsync(Cross());
        Assert.Equal(2, script.Sent["/v1/settlements"]);
        Assert.Equal(before + 1, await api.CountAsync("settlement.settlement"));
        Assert.NotNull(made.IdempotencyKey);
        // What may not be repeated is not.
        script.Lose = request => request.RequestUri!.AbsolutePath.EndsWith("/webhooks", StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.CreateWebhookAsync(new CreateWebhookRequest { Url = "https://hooks.example.com", Events = ["*"] }));
        Assert.Equal(1, script.Sent["/v1/platforms/me/webhooks"]);
    }

    [Fact]
    public async Task It_waits_as_long_as_the_server_asks_and_no_longer_than_it_may()
    {
        using Script script = new(new HttpClientHandler());
        using HttpClient http = new(script);
        using KeystoneClient client = Open(http, "platform-a");
        script.Answer = (request, count) => request.RequestUri!.AbsolutePath == "/v1/settlement-templates" && count == 1 ? Problem(429, "rate_limited", retryAfter: 1) : null;
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty((await client.ListTemplatesAsync()).Items);
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(900), $"It waited {watch.Elapsed}.");
        script.Answer = (request, _) => request.RequestUri!.AbsolutePath == "/v1/settlement-templates" ? Problem(429, "rate_limited", retryAfter: 60) : null;
        KeystoneApiException limited = await Assert.ThrowsAsync<KeystoneApiException>(() => client.ListTemplatesAsync());
        Assert.Equal(TimeSpan.FromSeconds(60), limited.RetryAfter);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ListTemplatesAsync(cancellationToken: cancelled.Token));
    }

    [Theory]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("sixteen-or-more!", false)]
    public void Signatures_are_verified(string secret, bool standard)
    {
        byte[] body = Encoding.UTF8.GetBytes("{\"event\":\"webhook.test\"}");
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string id = "evt_1", at = now.ToString(System.Globalization.CultureInfo.InvariantCulture);
        WebhookVerifier verifier = new(secret);
        string signature = Signature.Keystone(secret, body);
        Assert.True(verifier.IsKeystone(body, signature));
        Assert.False(verifier.IsKeystone([.. body, 32], signature));
        Assert.False(verifier.IsKeystone(body, signature.ToUpperInvariant()));
        Assert.False(verifier.IsKeystone(body, null));
        string? entry = Signature.Standard(secret, id, now, body);
        Assert.Equal(standard, entry is not null);
        Assert.Equal(standard, verifier.IsStandard(body, id, at, $"v1,AAAA {entry}"));
        Assert.False(verifier.IsStandard(body, "evt_2", at, entry));
        Assert.False(verifier.IsStandard(body, id, "x", entry));
        string old = (now - 301).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.False(verifier.IsStandard(body, id, old, Signature.Standard(secret, id, now - 301, body)));
    }

    static HttpResponseMessage Problem(int status, string code, int? retryAfter = null)
    {
        HttpResponseMessage response = new((HttpStatusCode)status)
        {
            Content = new StringContent($$"""{"type":"/errors/x","title":"x","status":{{status}},"code":"{{code}}","detail":"x","request_id":"x","retryable":{{(status == 429 ? "true" : "false")}}}""",
                Encoding.UTF8, "application/problem+json"),
        };
        if (retryAfter is { } seconds) response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        return response;
    }

    /// <summary>Counts what is sent by path, answers some of it itself, and loses some answers.</summary>
    sealed class Script(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, int> Sent { get; } = [];

        public Func<HttpRequestMessage, int, HttpResponseMessage?>? Answer { get; set; }

        public Predicate<HttpRequestMessage>? Lose { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            int count = Sent.AddOrUpdate(request.RequestUri!.AbsolutePath, 1, (_, known) => known + 1);
            if (Answer?.Invoke(request, count) is { } answer) return answer;
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (Lose?.Invoke(request) != true) return response;
            response.Dispose();
            throw new HttpRequestException("The connection was cut.");
        }
    }
}
