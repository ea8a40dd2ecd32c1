using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;
using StandardWebhooks;

namespace Keystone.EndToEnd;

/// <summary>The clock of the sandbox: business time and the chain move by days, and what follows the machine's time does not.</summary>
public sealed class ClockTests
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Three_days_on_the_deadline_has_passed_ten_attempts_are_recorded_and_tokens_leases_and_signatures_are_as_before()
    {
        await using LocalSystem system = await LocalSystem.StartAsync();
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.File.OwnerConnection);
        await using Receiver refusing = await Receiver.StartAsync(500), taking = await Receiver.StartAsync(204);
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };
        string token = await TokenAsync(client, system.File);
        (_, JsonObject refused) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/platforms/me/webhooks", new JsonObject { ["url"] = refusing.Url, ["events"] = new JsonArray("settlement.state.instructed") });
        (_, JsonObject taken) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/platforms/me/webhooks", new JsonObject { ["url"] = taking.Url, ["events"] = new JsonArray("settlement.*") });
        taking.Trust((string)taken["secret"]!);

        (int status, JsonObject made) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/settlements", Body(system.File, TimeSpan.FromDays(1)));
        Assert.True(status == 201, made.ToJsonString());
        string path = $"/v1/settlements/{made["id"]}";
        await ReachAsync(client, system, token, path, "AWAITING_DEPOSITS");
        (long Indexer, long Keeper) leases = await LeasesAsync(database);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        // Each wait of the schedule in turn, a little more than it can be with its jitter.
        TimeSpan gone = TimeSpan.Zero;
        JsonObject clock = [];
        for (int attempts = 1; attempts <= 10; attempts++)
        {
            int wanted = attempts;
            await Eventually.TrueAsync(async () => await AttemptsAsync(database, (string)refused["id"]!) >= wanted, Limit, $"There were not {wanted} attempts.");
            if (attempts == 10) break;
            await AdvanceAsync(await WaitAsync(database, (string)refused["id"]!, before + gone));
        }
        // With much luck of the jitter all ten came sooner.
        if (gone < TimeSpan.FromDays(3)) await AdvanceAsync(TimeSpan.FromDays(3) - gone);
        DateTimeOffset now = (DateTimeOffset)clock["now"]!, block = (DateTimeOffset)clock["block_time"]!;
        Assert.InRange(now - before, gone, gone + Limit * 10);
        Assert.InRange((now - block).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(30));

        // The deadline of a day has passed on the chain and for the engine.
        JsonObject ended = await ReachAsync(client, system, token, path, "ROLLED_BACK");
        Assert.Equal("timeout", (string?)ended["failure"]?["code"]);
        // The token of a day, asked for before, opens the door.
        Assert.Equal(200, (await SendAsync(client, system, token, HttpMethod.Get, path)).Status);
        // Nobody has taken a lease since.
        Assert.Equal(leases, await LeasesAsync(database));
        // What is sent now is signed now: a receiver that allows for five minutes takes it.
        await Eventually.TrueAsync(() => Task.FromResult(taking.Events.Contains("settlement.state.rolled_back")), Limit, "The last event did not come.");
        Assert.Equal(0, taking.Forged);
        Assert.InRange(taking.Latest, before, TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(5));
        // A settlement that begins now lives in business time.
        (status, JsonObject later) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/settlements", Body(system.File, gone + TimeSpan.FromHours(1)));
        Assert.True(status == 201, later.ToJsonString());
        Assert.InRange((DateTimeOffset)later["created_at"]!, now - TimeSpan.FromSeconds(5), now + Limit * 10);
        await ReachAsync(client, system, token, $"/v1/settlements/{later["id"]}", "AWAITING_DEPOSITS");
        // One that would have ended by the machine's time has ended before it began.
        (status, JsonObject past) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/settlements", Body(system.File, TimeSpan.FromHours(1)));
        Assert.Equal((422, "/timeout_at"), (status, (string?)past["errors"]?[0]?["pointer"]));

        async Task AdvanceAsync(TimeSpan by)
        {
            gone += by;
            (status, clock) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/test_helpers/clock/advance", new JsonObject { ["seconds"] = (long)by.TotalSeconds });
            Assert.True(status == 200, clock.ToJsonString());
            Assert.Equal((long)gone.TotalSeconds, (long)clock["offset_seconds"]!);
        }
    }

    [Fact]
    public async Task A_party_whose_screening_is_never_answered_waits_in_compliance_until_the_deadline()
    {
        await using LocalSystem system = await LocalSystem.StartAsync();
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };
        string token = await TokenAsync(client, system.File);
        JsonObject body = Body(system.File, TimeSpan.FromHours(2));
        body["parties"]![0]!["wallet_address"] = DevAccounts.SilentWallet;
        (int status, JsonObject made) = await SendAsync(client, system, token, HttpMethod.Post, "/v1/settlements", body);
        Assert.True(status == 201, made.ToJsonString());
        string path = $"/v1/settlements/{made["id"]}";
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.File.OwnerConnection);
        // The provider was asked, and its time to answer was over.
        await Eventually.TrueAsync(async () => (bool)(await database.CreateCommand("select exists (select from compliance.screening where layer = 'wallet' and status = 'error')").ExecuteScalarAsync())!,
            Limit, "No question stayed without an answer.");
        (_, JsonObject waiting) = await SendAsync(client, system, token, HttpMethod.Get, path);
        Assert.Equal(("COMPLIANCE_CHECKING", "checking"), ((string)waiting["state"]!, (string?)waiting["compliance"]?["status"]));
        await SendAsync(client, system, token, HttpMethod.Post, "/v1/test_helpers/clock/advance", new JsonObject { ["seconds"] = 7_300 });
        JsonObject ended = await ReachAsync(client, system, token, path, "ROLLED_BACK");
        Assert.Equal("timeout", (string?)ended["failure"]?["code"]);
        Assert.Null(ended["escrow"]);
    }

    static async Task<string> TokenAsync(HttpClient client, DevFile system)
    {
        DevPlatform platform = system.Platform("platform-a");
        using HttpResponseMessage response = await client.PostAsJsonAsync(system.ApiUrl + "/oauth/token",
            new { client_id = platform.ClientId, client_secret = platform.ClientSecret, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    static async Task<(int Status, JsonObject Body)> SendAsync(HttpClient client, LocalSystem system, string token, HttpMethod method, string path, JsonObject? body = null)
    {
        using HttpRequestMessage request = new(method, system.File.ApiUrl + path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    static async Task<JsonObject> ReachAsync(HttpClient client, LocalSystem system, string token, string path, string state)
    {
        JsonObject seen = [];
        await Eventually.TrueAsync(async () => (string?)(seen = (await SendAsync(client, system, token, HttpMethod.Get, path)).Body)["state"] == state, Limit * 2, $"{path} did not come to {state}.");
        return seen;
    }

    static async Task<(long Indexer, long Keeper)> LeasesAsync(NpgsqlDataSource database) => (
        (long)(await database.CreateCommand("select max(epoch) from chain.position").ExecuteScalarAsync())!,
        (long)(await database.CreateCommand("select max(epoch) from transactions.sender").ExecuteScalarAsync())!);

    static async Task<long> AttemptsAsync(NpgsqlDataSource database, string endpoint)
    {
        await using NpgsqlCommand count = database.CreateCommand("""
            select count(*) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.endpoint_id = $1
            """);
        count.Parameters.AddWithValue(Guid.Parse(endpoint));
        return (long)(await count.ExecuteScalarAsync())!;
    }

    // Until the next attempt is due, in whole seconds and one more.
    static async Task<TimeSpan> WaitAsync(NpgsqlDataSource database, string endpoint, DateTimeOffset atLeast)
    {
        await using NpgsqlCommand due = database.CreateCommand("select due_at from webhooks.delivery where endpoint_id = $1");
        due.Parameters.AddWithValue(Guid.Parse(endpoint));
        DateTimeOffset at = new((DateTime)(await due.ExecuteScalarAsync())!);
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((at - atLeast).TotalSeconds) + 1));
    }

    static JsonObject Body(DevFile system, TimeSpan timeout) => new()
    {
        ["idempotency_key"] = Guid.NewGuid().ToString(),
        ["template_id"] = "dvp-single",
        ["timeout_at"] = Postgres.Timestamps.Seconds(TimeProvider.System.GetUtcNow() + timeout),
        ["parties"] = new JsonArray(Party("seller", 3), Party("buyer", 4)),
        ["legs"] = new JsonArray(Leg("asset", "KBOND", "seller"), Leg("payment", "USDC", "buyer")),
    };

    static JsonObject Party(string role, byte number) => new()
    {
        ["role"] = role,
        ["external_reference"] = role,
        ["wallet_address"] = new Ethereum.Address([.. Enumerable.Repeat(number, 20)]).ToString(),
    };

    static JsonObject Leg(string type, string token, string role) => new() { ["leg_type"] = type, ["instrument_id"] = token, ["quantity"] = "1", ["direction"] = "deliver", ["party_role"] = role };

    /// <summary>A receiver that checks the signature with the library of Standard Webhooks and answers always the same.</summary>
    sealed class Receiver : IAsyncDisposable
    {
        readonly WebApplication _app;
        readonly int _status;
        readonly ConcurrentQueue<string> _events = new();
        readonly TaskCompletionSource<string> _secret = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long _latest;
        int _forged;

        Receiver(WebApplication app, int status) => (_app, _status) = (app, status);

        public string Url => _app.Urls.First() + "/hooks";

        public IEnumerable<string> Events => _events;

        public int Forged => _forged;

        public DateTimeOffset Latest => DateTimeOffset.FromUnixTimeSeconds(Interlocked.Read(ref _latest));

        public void Trust(string secret) => _secret.SetResult(secret);

        public static async Task<Receiver> StartAsync(int status)
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            WebApplication app = builder.Build();
            Receiver receiver = new(app, status);
            app.MapPost("/hooks", receiver.ReceiveAsync);
            await app.StartAsync();
            return receiver;
        }

        async Task ReceiveAsync(HttpContext context)
        {
            context.Response.StatusCode = _status;
            if (_status >= 300) return;
            using StreamReader reader = new(context.Request.Body);
            string body = await reader.ReadToEndAsync();
            try
            {
                new StandardWebhook(await _secret.Task).Verify(body, context.Request.Headers);
            }
            catch (Exception)
            {
                Interlocked.Increment(ref _forged);
                return;
            }
            Interlocked.Exchange(ref _latest, long.Parse(context.Request.Headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture));
            _events.Enqueue((string)JsonNode.Parse(body)!["event"]!);
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
