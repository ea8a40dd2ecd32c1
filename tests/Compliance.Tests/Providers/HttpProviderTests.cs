using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Compliance.Providers;
using Keystone.Domain.Engine;
using Keystone.Ethereum;
using Keystone.Postgres;
using Keystone.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Polly.CircuitBreaker;

namespace Keystone.Compliance.Tests.Providers;

/// <summary>A provider behind HTTP: what it says, what it does not say, and what becomes of it when it fails.</summary>
public sealed class HttpProviderTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    const string Secret = "an invented secret of 32 characters";
    static readonly string Now = TimeProvider.System.GetUtcNow().ToString("O");
    static readonly Address Wallet = Address.Parse("0x3333333333333333333333333333333333333333");

    readonly ScreeningOptions _options = new();
    readonly ScreeningResultOptions _results = new();
    readonly CircuitBreakerStateProvider _circuit = new();
    ProviderServer _server = null!;
    NpgsqlDataSource _api = null!;
    HttpClient _client = null!;
    HttpProvider _provider = null!;
    Guid _check;

    public async Task InitializeAsync()
    {
        _server = await ProviderServer.StartAsync();
        _api = await database.OpenAsync("keystone_api");
        _options.Wallet.Url = _server.Url + "/base/";
        _options.Wallet.Token = "token";
        _results.WalletSecret = Secret;
        _options.Wallet.CallbackUrl = "https://keystone.example/v1/screening-results/wallet";
        _client = ProviderPipeline.Client();
        _provider = new HttpProvider(_client, ProviderPipeline.Create(TimeProvider.System, _circuit, TimeSpan.FromMilliseconds(5)), _circuit, ScreeningLayer.Wallet, _options.Wallet,
            new ProviderResultStore(_api), TimeProvider.System, NullLogger.Instance);
        _check = await CheckAsync();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_request_has_what_the_provider_needs_and_nothing_that_names_the_settlement()
    {
        _server.Script = ProviderServer.Says(200, $$"""{"ref":"v-1","check_id":"CHECK","status":"complete","verdict":"clear","data_as_of":"{{Now}}","data_version":"sha256:1"}""");
        ScreeningVerdict verdict = await AskAsync();
        Assert.Equal((ScreeningStatus.Pass, "wallet:v-1"), (verdict.Status, verdict.Reference));
        Assert.Equal("sha256:1", verdict.Evidence!.Provider!.DataVersion);
        (IReadOnlyDictionary<string, string> headers, JsonObject body) = Assert.Single(_server.Requests);
        Assert.Equal($$$"""{"check_id":"{{{_check}}}","subject":{"kind":"wallet","chain_id":7,"addresses":["0x3333333333333333333333333333333333333333"]},"reason":"settlement","callback_url":"https://keystone.example/v1/screening-results/wallet"}""", body.ToJsonString());
        Assert.Equal(("Bearer token", _check.ToString()), (headers["Authorization"], headers["Idempotency-Key"]));
        Assert.False(headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData("\"clear\"", ScreeningStatus.Pass)]
    [InlineData("\"block\"", ScreeningStatus.Fail)]
    [InlineData("\"review\"", ScreeningStatus.Flagged)]
    [InlineData("\"a word of its own\"", ScreeningStatus.Flagged)]
    [InlineData("\"unknown\"", ScreeningStatus.Error)]
    [InlineData("null", ScreeningStatus.Error)]
    public async Task A_verdict_that_is_missing_or_undecided_clears_nobody(string verdict, ScreeningStatus status)
    {
        _server.Script = ProviderServer.Says(200, $$"""{"ref":"v-1","status":"complete","verdict":{{verdict}},"data_as_of":"{{Now}}"}""");
        Assert.Equal(status, (await AskAsync()).Status);
    }

    [Theory]
    [InlineData("""{"ref":"v-1","status":"complete","verdict":"clear","data_as_of":"2020-01-01T00:00:00Z"}""")]
    [InlineData("""{"ref":"v-1","status":"complete","verdict":"clear"}""")]
    [InlineData("""{"ref":"v-1","check_id":"01939c3a-0000-7000-8000-000000000000","status":"complete","verdict":"clear","data_as_of":"2999-01-01T00:00:00Z"}""")]
    [InlineData("""{"ref":"v-1","status":"done","verdict":"clear"}""")]
    [InlineData("""{"ref":"v-1","verdict":"clear"}""")]
    [InlineData("{}")]
    [InlineData("""{"status":"complete","verdict":""")]
    [InlineData("<html>busy</html>")]
    [InlineData("")]
    public async Task An_answer_that_is_old_about_another_check_or_not_readable_clears_nobody(string answer)
    {
        _server.Script = ProviderServer.Says(200, answer);
        Assert.Equal(ScreeningStatus.Error, (await AskAsync()).Status);
    }

    [Fact]
    public async Task Failures_are_repeated_with_the_same_key_and_a_refusal_is_not()
    {
        int asked = 0;
        _server.Script = async (context, body) =>
        {
            if (++asked == 1) context.Response.StatusCode = 500;
            else if (asked == 2)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "0";
            }
            else await ProviderServer.Says(200, $$"""{"ref":"v-1","status":"complete","verdict":"clear","data_as_of":"{{Now}}"}""")(context, body);
        };
        Assert.Equal(ScreeningStatus.Pass, (await AskAsync()).Status);
        Assert.Equal([_check.ToString()], _server.Requests.Select(request => request.Headers["Idempotency-Key"]).Distinct());
        Assert.Equal(3, _server.Requests.Count);
        _server.Script = ProviderServer.Says(403, "{}");
        ScreeningVerdict refused = await AskAsync();
        Assert.Equal((ScreeningStatus.Error, 4), (refused.Status, _server.Requests.Count));
        Assert.Contains("403", refused.Reference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_a_body_and_one_without_an_end_are_failures()
    {
        _server.Script = async (context, _) =>
        {
            context.Response.ContentLength = 1_000;
            await context.Response.Body.WriteAsync("{\"ref\":"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        Assert.Equal(ScreeningStatus.Error, (await AskAsync()).Status);
        _server.Script = async (context, _) =>
        {
            byte[] block = new byte[65_536];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        Assert.Equal(ScreeningStatus.Error, (await AskAsync()).Status);
    }

    [Fact]
    public async Task A_provider_that_fails_too_often_is_not_asked_and_clears_nobody()
    {
        _server.Script = ProviderServer.Says(503, "{}");
        for (int i = 0; i < 6 && !_provider.IsOpen; i++) Assert.Equal(ScreeningStatus.Error, (await AskAsync()).Status);
        Assert.True(_provider.IsOpen);
        ProviderHealth failed = _provider.Health;
        Assert.Equal(("wallet", "open", 0L), (failed.Name, failed.CircuitState, failed.SuccessCount));
        Assert.InRange(failed.FailureCount, 1, 6);
        Assert.NotNull(failed.LastFailureAt);
        Assert.Null(failed.LastSuccessAt);
        Assert.NotEmpty(failed.LastError!);
        int asked = _server.Requests.Count;
        _server.Script = ProviderServer.Says(200, $$"""{"ref":"v-1","status":"complete","verdict":"clear","data_as_of":"{{Now}}"}""");
        ScreeningVerdict open = await AskAsync();
        Assert.Equal((ScreeningStatus.Error, asked), (open.Status, _server.Requests.Count));
        Assert.Contains("too often", open.Reference, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_comes_later_is_taken_from_the_result_that_the_provider_sends()
    {
        _server.Script = ProviderServer.Says(202, """{"ref":"v-1","check_id":"CHECK","status":"pending","poll_after_s":45}""");
        ScreeningVerdict pending = await AskAsync();
        Assert.Equal((ScreeningStatus.Pending, TimeSpan.FromSeconds(45)), (pending.Status, pending.AskAgain!.Value));

        Assert.Equal(ReceivedResult.Stored, await SendAsync(Result(3, "block")));
        // Twice, and one that was overtaken.
        Assert.Equal(ReceivedResult.Stored, await SendAsync(Result(3, "block")));
        Assert.Equal(ReceivedResult.Stored, await SendAsync(Result(2, "clear")));
        Assert.Equal(2L, await new SettlementBook(database.Source).ScalarAsync("select count(*) from compliance.provider_result where check_id = $1", _check));
        int asked = _server.Requests.Count;
        Assert.Equal((ScreeningStatus.Fail, asked), ((await AskAsync()).Status, _server.Requests.Count));
    }

    [Fact]
    public async Task A_result_without_a_signature_of_now_or_about_another_check_is_refused()
    {
        string body = Result(1, "clear");
        Assert.Equal(ReceivedResult.Unsigned, await SendAsync(body, signature: new string('0', 64)));
        Assert.Equal(ReceivedResult.Unsigned, await SendAsync(body, signature: "zz"));
        Assert.Equal(ReceivedResult.Unsigned, await SendAsync(body, age: TimeSpan.FromMinutes(6)));
        Assert.Equal(ReceivedResult.Unsigned, await SendAsync(body, age: -TimeSpan.FromMinutes(6)));
        Assert.Equal(ReceivedResult.Malformed, await SendAsync("{}"));
        Assert.Equal(ReceivedResult.Malformed, await SendAsync("not json"));
        Assert.Equal(ReceivedResult.NotFound, await SendAsync(body.Replace(_check.ToString(), Guid.CreateVersion7().ToString(), StringComparison.Ordinal)));
        _results.WalletSecret = "";
        Assert.Equal(ReceivedResult.NotFound, await SendAsync(body));
    }

    [Theory]
    [InlineData(ScreeningStatus.Pass, ScreeningStatus.Pass, ScreeningStatus.Pass)]
    [InlineData(ScreeningStatus.Pass, ScreeningStatus.Flagged, ScreeningStatus.Flagged)]
    [InlineData(ScreeningStatus.Flagged, ScreeningStatus.Pass, ScreeningStatus.Flagged)]
    [InlineData(ScreeningStatus.Pass, ScreeningStatus.Error, ScreeningStatus.Error)]
    [InlineData(ScreeningStatus.Error, ScreeningStatus.Pass, ScreeningStatus.Error)]
    [InlineData(ScreeningStatus.Flagged, ScreeningStatus.Pending, ScreeningStatus.Pending)]
    [InlineData(ScreeningStatus.Fail, ScreeningStatus.Error, ScreeningStatus.Fail)]
    [InlineData(ScreeningStatus.Error, ScreeningStatus.Fail, ScreeningStatus.Fail)]
    public void Of_lists_and_provider_the_worse_answer_counts(ScreeningStatus lists, ScreeningStatus provider, ScreeningStatus together)
    {
        Assert.Equal(together, LayeredScreening.Together(new ScreeningVerdict(lists, "lists", default(Hash32)), new ScreeningVerdict(provider, "wallet:v-1")).Status);
    }

    Task<ScreeningVerdict> AskAsync() =>
        _provider.ScreenAsync(new ScreeningSubject(Guid.CreateVersion7(), ScreeningLayer.Wallet, "Never sent", null, [Wallet], 7) { CheckId = _check }, CancellationToken.None);

    string Result(int sequence, string verdict) => $$"""{"ref":"v-1","check_id":"{{_check}}","sequence":{{sequence}},"status":"complete","verdict":"{{verdict}}","data_as_of":"{{Now}}"}""";

    Task<ReceivedResult> SendAsync(string body, string? signature = null, TimeSpan age = default)
    {
        string timestamp = (TimeProvider.System.GetUtcNow() - age).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        signature ??= Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));
        return new ReceiveResult(new ProviderResultStore(_api), Microsoft.Extensions.Options.Options.Create(_results), new WakeSignals(), TimeProvider.System)
            .ExecuteAsync(ScreeningLayer.Wallet, timestamp, signature, Encoding.UTF8.GetBytes(body), CancellationToken.None);
    }

    async Task<Guid> CheckAsync()
    {
        SettlementBook book = new(database.Source);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Guid environment = await book.EnvironmentAsync("h-" + Guid.NewGuid().ToString("n"), 7);
        Guid settlement = await book.InstructAsync(7, environment, "dvp-single", [new BookParty("buyer", environment, Wallet, "B"), new BookParty("seller", environment, Wallet, "S")],
            [new BookLeg("asset", Wallet, "seller", "buyer", 1UL)], now.AddHours(1), now);
        Guid party = (Guid)(await book.ScalarAsync("select id from settlement.party where settlement_id = $1 and role = 'buyer'", settlement))!;
        await using NpgsqlConnection connection = await database.Source.OpenConnectionAsync();
        await ScreeningStore.WantAsync(connection, settlement, party, ScreeningLayer.Wallet, 1, environment, now, CancellationToken.None);
        return (Guid)(await book.ScalarAsync("select id from compliance.screening where party_id = $1", party))!;
    }
}
