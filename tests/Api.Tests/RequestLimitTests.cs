using System.Text;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Keystone.Api.Http;
using Keystone.Postgres;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>What one request may hold, and how many of one environment run at once. The limits of a minute and of a body as a whole are in TransportTests, other bounds in QuotaTests.</summary>
[Collection(ApiCollection.Name)]
public sealed class RequestLimitTests(ApiFixture api) : IAsyncLifetime
{
    static readonly DocumentSchema Document = GeneratedRequestTests.Document;

    readonly OperationScenes _examples = new(api);

    public static TheoryData<string> Bodies => [.. Document.Operations.Where(one => one.Operation["requestBody"] is not null && one.Path.StartsWith("/v1/", StringComparison.Ordinal)).Select(one => (string)one.Operation["operationId"]!)];

    public Task InitializeAsync() => _examples.PrepareAsync();

    public async Task DisposeAsync()
    {
        await _examples.ClearAsync();
        await SettlementScene.ClearAsync(api);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task S7_Every_text_list_and_number_of_every_body_has_a_limit(string operationId)
    {
        (string method, string path, JsonObject operation) = Document.Operations.Single(one => (string?)one.Operation["operationId"] == operationId);
        (string client, string target) = await _examples.MakeAsync(operationId, path, operation);
        JsonNode example = JsonNode.Parse(_examples.Fill(operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString())!)!;
        List<string> wrong = [];
        foreach (string[] place in Places(example, []))
        {
            JsonNode body = example.DeepClone();
            JsonNode parent = place[..^1].Aggregate(body, (node, name) => node is JsonArray items ? items[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)]! : node[name]!);
            JsonNode? value = parent is JsonArray list ? list[int.Parse(place[^1], System.Globalization.CultureInfo.InvariantCulture)] : parent[place[^1]];
            JsonNode large = value switch
            {
                JsonArray => new JsonArray([.. Enumerable.Range(0, 2_000).Select(_ => value.AsArray().Count > 0 ? value[0]?.DeepClone() : "x")]),
                JsonValue text when text.GetValueKind() == System.Text.Json.JsonValueKind.String => new string('7', 60_000),
                _ => JsonNode.Parse(new string('9', 400))!,
            };
            if (parent is JsonArray items) items[int.Parse(place[^1], System.Globalization.CultureInfo.InvariantCulture)] = large;
            else parent[place[^1]] = large;
            var (status, answer, _) = await api.SendAsync(client, new HttpMethod(method), target, body.ToJsonString());
            // A list of many large items is more than a body may have; a preview is answered with its faults.
            if (status is not (413 or 422) && !(status == 200 && answer["would_create"] is JsonValue would && !(bool)would)) wrong.Add($"/{string.Join('/', place)}: {status} {(answer.ToJsonString() is { Length: > 300 } said ? said[..300] : answer.ToJsonString())}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData(16, 422)]
    [InlineData(17, 400)]
    [InlineData(100_000, 400)]
    public async Task S7_A_body_is_nested_at_most_sixteen_deep(int depth, int status)
    {
        string before = await api.CountsAsync();
        var (got, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", $"{{\"parties\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}");
        Assert.True(got == status, answer.ToJsonString());
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task S7_An_environment_whose_requests_all_wait_leaves_connections_to_the_others()
    {
        const int pool = 8, share = 6, flood = 30;
        await using WebApplication app = await api.StartAsync(("Storage:MaxPoolSize", pool.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await api.TokenAsync("platform-c");
        await using NpgsqlConnection connection = await api.Database.OpenConnectionAsync();
        await using NpgsqlTransaction other = await connection.BeginTransactionAsync();
        await using (NpgsqlCommand hold = new("select 1 from settlement.settlement where id = $1 for update", connection, other) { Parameters = { new() { Value = scene.Id } } })
            await hold.ExecuteScalarAsync();
        Task<int>[] waiting = [.. Enumerable.Range(0, flood).Select(_ => SendAsync(app, "platform-a", HttpMethod.Post, scene.Path + "/hold", """{"reason":"Waits"}"""))];
        long most = 0;
        await Eventually.TrueAsync(async () => (most = Math.Max(most, await LockedAsync())) >= share);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, await SendAsync(app, "platform-c", HttpMethod.Get, "/v1/settlements?limit=1"));
            most = Math.Max(most, await LockedAsync());
        }
        Assert.Equal(share, most);
        await other.RollbackAsync();
        // Those that waited for longer than the database lets them were told to come again.
        Assert.All(await Task.WhenAll(waiting), status => Assert.True(status is 200 or 503, $"{status}"));
        Assert.Equal(200, await SendAsync(app, "platform-a", HttpMethod.Post, scene.Path + "/hold", """{"reason":"Waits"}"""));
    }

    [Fact]
    public async Task S7_More_than_may_wait_are_refused_and_the_others_have_their_turn_in_order()
    {
        using RequestShares shares = new(Options.Create(new StorageOptions { MaxPoolSize = 4 }));
        Guid one = Guid.NewGuid();
        RateLimitLease[] running = [.. await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => shares.EnterAsync(one, CancellationToken.None).AsTask()))];
        Assert.All(running, lease => Assert.True(lease.IsAcquired));
        Task<RateLimitLease>[] waiting = [.. Enumerable.Range(0, RequestShares.MostWaiting).Select(_ => shares.EnterAsync(one, CancellationToken.None).AsTask())];
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        using (RateLimitLease refused = await shares.EnterAsync(one, CancellationToken.None)) Assert.False(refused.IsAcquired);
        using (RateLimitLease other = await shares.EnterAsync(Guid.NewGuid(), CancellationToken.None)) Assert.True(other.IsAcquired);
        foreach (RateLimitLease lease in running) lease.Dispose();
        Assert.All(await Task.WhenAll(waiting[..3]), lease => Assert.True(lease.IsAcquired));
        Assert.DoesNotContain(waiting[3..], task => task.IsCompleted);
    }

    Task<long> LockedAsync() => api.CountAsync("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%settlement.settlement%'");

    async Task<int> SendAsync(WebApplication app, string client, HttpMethod method, string path, string? body = null)
    {
        using HttpRequestMessage request = new(method, app.Urls.First() + path);
        request.Headers.Authorization = new("Bearer", await api.TokenAsync(client));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return (int)response.StatusCode;
    }

    // Every value but objects and null.
    static IEnumerable<string[]> Places(JsonNode? node, string[] at) => node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value, [.. at, member.Key])),
        JsonArray items => items.SelectMany((item, index) => Places(item, [.. at, index.ToString(System.Globalization.CultureInfo.InvariantCulture)])).Prepend(at),
        JsonValue value when value.GetValueKind() is System.Text.Json.JsonValueKind.String or System.Text.Json.JsonValueKind.Number => [at],
        _ => [],
    };
}
