using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Postgres.Faults;
using Keystone.Testing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>One key, one settlement: with two processes of the API, which share nothing but the database, and with one that is killed on the way.</summary>
public sealed class SamePostTests
{
    const int Requests = 1_000;

    [Fact]
    public async Task I1_A_thousand_identical_posts_at_once_to_two_processes_make_one_settlement()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        using Ports ports = new();
        DevService service = system.File.Service("api");
        string otherUrl = $"http://127.0.0.1:{ports.Take(0)}", otherManagement = $"http://127.0.0.1:{ports.Take(0)}", otherFile = service.SettingsFile.Replace("api.json", "api-2.json", StringComparison.Ordinal);
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(service.SettingsFile))!;
        (settings["Api:Url"], settings["Management:Url"]) = (otherUrl, otherManagement);
        await Cli.SecretFile.WriteAsync(otherFile, settings.ToJsonString(), CancellationToken.None);
        await using ServiceProcess first = new(service), second = new(service with { SettingsFile = otherFile, ManagementUrl = otherManagement });
        // A process that a busy machine does not let run for five seconds loses its transaction, and the caller is asked to come again: how fast the machine is, is not the question here.
        string[] patient = ["--Storage:IdleInTransactionSeconds", "60"];
        await Task.WhenAll(first.StartAsync(patient), second.StartAsync(patient));

        using HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 200 }) { Timeout = TimeSpan.FromMinutes(2) };
        string token = await TokenAsync(client, system.File);
        string key = "same-" + Guid.NewGuid(), body = Body(system.File, key);

        TaskCompletionSource all = new();
        Task<(int Status, string? Id, string? Code, TimeSpan? RetryAfter, bool Replayed)>[] answers = [.. Enumerable.Range(0, Requests).Select(number => PostAsync(number % 2 == 0 ? system.File.ApiUrl : otherUrl))];
        all.SetResult();
        var got = await Task.WhenAll(answers);

        (int Status, string? Id, string? Code, TimeSpan? RetryAfter, bool Replayed) made = Assert.Single(got, one => one.Status == 201);
        string said = $"{first.Output}\n{second.Output}";
        Assert.True(got.All(one => one.Status is 200 or 201 or 409), $"{string.Join(", ", got.GroupBy(one => $"{one.Status} {one.Code}").Select(group => $"{group.Count()} times {group.Key}"))}\n{said}");
        foreach (var other in got.Where(one => one.Status != 201))
        {
            if (other.Status == 200) Assert.Equal((made.Id, true), (other.Id, other.Replayed));
            else Assert.Equal((409, "idempotency_in_progress", TimeSpan.FromSeconds(1)), (other.Status, other.Code, other.RetryAfter));
        }
        // Both processes had a part: a repeat is answered by the one that did not make it, too.
        Assert.Equal((200, made.Id), await StatusAndIdAsync(system.File.ApiUrl));
        Assert.Equal((200, made.Id), await StatusAndIdAsync(otherUrl));
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.File.OwnerConnection);
        await using NpgsqlCommand count = database.CreateCommand("""
            select (select count(*) from settlement.settlement where idempotency_key = $1),
              (select count(distinct settlement_id) from settlement.event), (select count(*) from settlement.event e where e.type = 'state'), (select count(*) from settlement.party), (select count(*) from settlement.leg)
            """);
        count.Parameters.AddWithValue(key);
        await using NpgsqlDataReader row = await count.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        // An event in the chain of the environment, and one in the operator's.
        Assert.Equal((1L, 1L, 2L, 2L, 2L), (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));

        async Task<(int Status, string? Id)> StatusAndIdAsync(string url)
        {
            var (status, id, _, _, _) = await PostAsync(url);
            return (status, id);
        }

        async Task<(int Status, string? Id, string? Code, TimeSpan? RetryAfter, bool Replayed)> PostAsync(string url)
        {
            await all.Task;
            using HttpRequestMessage request = new(HttpMethod.Post, url + "/v1/settlements") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage response = await client.SendAsync(request);
            JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            return ((int)response.StatusCode, (string?)answer["id"], (string?)answer["code"], response.Headers.RetryAfter?.Delta, response.Headers.Contains("Idempotent-Replayed"));
        }
    }

    [Fact]
    public async Task I2_A_process_that_is_killed_on_the_way_leaves_a_request_that_can_be_sent_again()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        using HttpClient client = new() { Timeout = TimeSpan.FromMinutes(1) };
        foreach ((string point, int again) in ((string, int)[])[(CrashPoint.ApiBeforeCommit, 201), (CrashPoint.ApiAfterCommit, 200)])
        {
            await using ServiceProcess killed = new(system.File.Service("api")), next = new(system.File.Service("api"));
            killed.StartToCrash(point);
            await Eventually.TrueAsync(async () => await killed.StatusAsync("/health/ready") == 200, TimeSpan.FromMinutes(2), "The API did not get ready.");
            string token = await TokenAsync(client, system.File), key = $"{point}-{Guid.NewGuid()}", body = Body(system.File, key);
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, system.File.ApiUrl, token, body));
            await killed.CrashedAsync(point);
            await next.StartAsync();
            (int Status, string? Id) repeated = await SendAsync(client, system.File.ApiUrl, token, body), once = await SendAsync(client, system.File.ApiUrl, token, body);
            Assert.Equal((again, (200, repeated.Id)), (repeated.Status, once));
            await using NpgsqlDataSource database = NpgsqlDataSource.Create(system.File.OwnerConnection);
            await using NpgsqlCommand count = database.CreateCommand("select count(*) from settlement.settlement where idempotency_key = $1");
            count.Parameters.AddWithValue(key);
            Assert.Equal(1L, await count.ExecuteScalarAsync());
        }
    }

    static async Task<string> TokenAsync(HttpClient client, DevFile system)
    {
        DevPlatform platform = system.Platform("platform-a");
        using HttpResponseMessage signedIn = await client.PostAsJsonAsync(system.ApiUrl + "/oauth/token",
            new { client_id = platform.ClientId, client_secret = platform.ClientSecret, audience = "https://api.keystoneos.xyz", grant_type = "client_credentials" });
        return (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    static async Task<(int Status, string? Id)> SendAsync(HttpClient client, string url, string token, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url + "/v1/settlements") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]);
    }

    internal static string Body(DevFile system, string key) => new JsonObject
    {
        ["idempotency_key"] = key,
        ["template_id"] = "dvp-single",
        ["timeout_at"] = Postgres.Timestamps.Seconds(TimeProvider.System.GetUtcNow().AddDays(1)),
        ["parties"] = new JsonArray(Party("buyer", 3), Party("seller", 4)),
        ["legs"] = new JsonArray(
            new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = "KBOND", ["quantity"] = "100", ["direction"] = "deliver", ["party_role"] = "seller" },
            new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = "USDC", ["quantity"] = "50000", ["direction"] = "deliver", ["party_role"] = "buyer" }),
    }.ToJsonString();

    static JsonObject Party(string role, byte number) => new()
    {
        ["role"] = role,
        ["external_reference"] = role,
        ["wallet_address"] = new Ethereum.Address([.. Enumerable.Repeat(number, 20)]).ToString(),
    };
}
