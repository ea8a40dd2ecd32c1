using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Keystone.Api.Tests;

/// <summary>The log of deliveries, replays and the feed of events, over HTTP and with real deliveries.</summary>
[Collection(ApiCollection.Name)]
public sealed class DeliveryLogTests(ApiFixture api) : IAsyncLifetime
{
    const string Path = "/v1/platforms/me/webhooks";

    readonly ConcurrentQueue<string> _received = new();
    WebApplication _receiver = null!;
    IHost _sending = null!;

    // A tenant of its own, so that its feed begins at 1.
    readonly string _tenant = "hooks" + Guid.NewGuid().ToString("n")[..10];

    public async Task InitializeAsync()
    {
        await api.RunAsync("delete from webhooks.endpoint");
        await api.AddPlatformAsync(_tenant);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            _received.Enqueue(context.Request.Headers["webhook-id"].ToString());
            await context.Response.WriteAsync("taken");
        });
        await _receiver.StartAsync();
        _sending = await WebhookScene.StartSendingAsync(api);
    }

    public async Task DisposeAsync()
    {
        await _sending.StopAsync();
        _sending.Dispose();
        await _receiver.DisposeAsync();
    }

    async Task<string> EndpointAsync(string events = "*")
    {
        var (status, made, _) = await api.SendAsync(_tenant, HttpMethod.Post, Path, $$"""{"url":"{{_receiver.Urls.First()}}/{{Guid.NewGuid():n}}","events":["{{events}}"],"strict_order":true}""");
        Assert.True(status == 201, made.ToJsonString());
        Assert.True((bool)made["strict_order"]!);
        Assert.False((bool)made["mutual_tls"]!);
        return $"{Path}/{made["id"]}";
    }

    [Fact]
    public async Task Deliveries_are_listed_with_request_response_and_latency_and_sent_again()
    {
        string endpoint = await EndpointAsync("settlement.*");
        string settlement = (string)(await api.CreateAsync(_tenant, api.Single()))["id"]!;
        JsonObject list = [];
        await Eventually.TrueAsync(async () => (int)(list = await api.GetAsync(_tenant, $"{endpoint}/deliveries?status=delivered"))["total"]! == 1);
        JsonObject listed = (JsonObject)list["items"]![0]!;
        Assert.Equal(("settlement.state.instructed", settlement, 1, false), ((string)listed["event"]!, (string)listed["settlement_id"]!, (int)listed["attempts"]!, (bool)listed["is_replay"]!));
        JsonObject one = await api.GetAsync(_tenant, $"{endpoint}/deliveries/{listed["id"]}");
        Assert.Equal((settlement, "POST"), ((string)one["request"]!["body"]!["data"]!["settlement_id"]!, (string)one["request"]!["method"]!));
        JsonNode attempt = Assert.Single(one["attempt_log"]!.AsArray())!;
        Assert.Equal((200, "taken", (string)one["request"]!["url"]!), ((int)attempt["status_code"]!, (string)attempt["response_body"]!, (string)attempt["url"]!));
        Assert.InRange((int)attempt["latency_ms"]!, 0, 15_000);

        foreach (string none in (string[])["?status=failed", "?event=settlement.state.settled", $"?settlement_id={Guid.NewGuid()}", "?event_id=evt_" + Guid.NewGuid().ToString("n"), "?from=2090-01-01T00:00:00Z", "?to=2020-01-01T00:00:00Z"])
            Assert.Equal(0, (int)(await api.GetAsync(_tenant, $"{endpoint}/deliveries{none}"))["total"]!);
        Assert.Equal(1, (int)(await api.GetAsync(_tenant, $"{endpoint}/deliveries?event_id={listed["event_id"]}&settlement_id={settlement}"))["total"]!);
        Assert.Equal(1, (int)(await api.GetAsync(_tenant, $"{endpoint}/deliveries?event=settlement.state.instructed"))["total"]!);
        Assert.Equal(0, (int)(await api.GetAsync(_tenant, $"{endpoint}/deliveries?event=settlement.state.at_the_notary"))["total"]!);
        Assert.Equal(422, (await api.SendAsync(_tenant, HttpMethod.Get, $"{endpoint}/deliveries?event=settlement.instructed")).Status);
        foreach (string wrong in (string[])["?status=lost", "?settlement_id=x", "?event_id=evt_1", "?from=yesterday", "?limit=0"])
            Assert.Equal(422, (await api.SendAsync(_tenant, HttpMethod.Get, $"{endpoint}/deliveries{wrong}")).Status);

        var (status, queued, _) = await api.SendAsync(_tenant, HttpMethod.Post, $"{endpoint}/deliveries/{listed["id"]}/replay");
        Assert.Equal((202, 1), (status, (int)queued["queued"]!));
        await Eventually.TrueAsync(() => Task.FromResult(_received.Count == 2));
        (status, queued, _) = await api.SendAsync(_tenant, HttpMethod.Post, $"{endpoint}/replay", $$"""{"settlement_id":"{{settlement}}"}""");
        Assert.Equal((202, 1), (status, (int)queued["queued"]!));
        await Eventually.TrueAsync(() => Task.FromResult(_received.Count == 3));
        Assert.Equal((string)listed["event_id"]!, Assert.Single(_received.Distinct()));
        Assert.Equal(2, (await api.GetAsync(_tenant, $"{endpoint}/deliveries"))["items"]!.AsArray().Count(delivery => (bool)delivery!["is_replay"]!));

        foreach ((string body, string pointer) in ((string, string)[])[("{}", "/from"), ("{\"settlement_id\":\"x\"}", "/settlement_id"), ("{\"from\":\"soon\"}", "/from"),
            ("{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}", "/to")])
            Assert.Equal((422, pointer), await api.SendAsync(_tenant, HttpMethod.Post, $"{endpoint}/replay", body) is var (refused, problem, _) ? (refused, (string)problem["errors"]![0]!["pointer"]!) : default);
        Assert.Equal(404, (await api.SendAsync(_tenant, HttpMethod.Post, $"{endpoint}/deliveries/{Guid.NewGuid()}/replay")).Status);
        Assert.Equal(200, (await api.SendAsync(_tenant, HttpMethod.Patch, endpoint, "{\"is_active\":false}")).Status);
        Assert.Equal((409, "webhook_inactive"), await api.SendAsync(_tenant, HttpMethod.Post, $"{endpoint}/replay", $$"""{"settlement_id":"{{settlement}}"}""") is var (off, why, _) ? (off, (string)why["code"]!) : default);
    }

    [Fact]
    public async Task Mutual_TLS_is_for_those_whose_operator_has_a_certificate()
    {
        string body = $$"""{"url":"https://hooks.example.com/{{Guid.NewGuid()}}","events":["*"],"mutual_tls":true}""";
        Assert.Equal((422, "mutual_tls_unavailable"), await api.SendAsync(_tenant, HttpMethod.Post, Path, body) is var (status, problem, _) ? (status, (string)problem["errors"]![0]!["code"]!) : default);
    }

    [Fact]
    public async Task The_feed_gives_every_event_once_in_order_and_the_stream_goes_on_from_the_last_id()
    {
        Assert.Empty((await api.GetAsync(_tenant, "/v1/events"))["items"]!.AsArray());
        string first = (string)(await api.CreateAsync(_tenant, api.Single()))["id"]!;
        await Eventually.TrueAsync(async () => (long)(await api.GetAsync(_tenant, "/v1/events"))["next"]! == 1);
        JsonObject page = await api.GetAsync(_tenant, "/v1/events?after=0&types=settlement.state.*");
        JsonNode item = Assert.Single(page["items"]!.AsArray())!;
        Assert.Equal((1L, first, false), ((long)item["position"]!, (string)item["body"]!["data"]!["settlement_id"]!, (bool)page["has_more"]!));
        Assert.Empty((await api.GetAsync(_tenant, "/v1/events?types=settlement.leg.*,webhook.*"))["items"]!.AsArray());
        foreach (string wrong in (string[])["?after=2", "?after=-1", "?limit=201", "?types=nonsense"])
            Assert.Equal(422, (await api.SendAsync(_tenant, HttpMethod.Get, "/v1/events" + wrong)).Status);

        // The same as server-sent events: what is there after the last id, then what comes.
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url + "/v1/events");
        request.Headers.Authorization = new("Bearer", await api.TokenAsync(_tenant));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.Add("Last-Event-ID", "0");
        using HttpResponseMessage response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        Assert.Equal(("1", "settlement.state.instructed", first), await NextAsync(reader));
        string second = (string)(await api.CreateAsync(_tenant, api.Single()))["id"]!;
        Assert.Equal(("2", "settlement.state.instructed", second), await NextAsync(reader));

        // HEAD has the headers of the stream and ends.
        using HttpRequestMessage head = new(HttpMethod.Head, api.Url + "/v1/events");
        head.Headers.Authorization = new("Bearer", await api.TokenAsync(_tenant));
        head.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using HttpResponseMessage headers = await api.Client.SendAsync(head);
        Assert.Equal((200, "text/event-stream", "no-store"), ((int)headers.StatusCode, headers.Content.Headers.ContentType!.MediaType, headers.Headers.CacheControl!.ToString()));
        Assert.Empty(await headers.Content.ReadAsByteArrayAsync());

        // What is gone is said, with where to begin again.
        await api.RunAsync("update webhooks.message set created_at = created_at - interval '91 days' where environment_id = $1 and feed_position = 1", await api.EnvironmentAsync(_tenant));
        var (status, problem, _) = await api.SendAsync(_tenant, HttpMethod.Get, "/v1/events?after=0");
        Assert.Equal((410, "cursor_expired"), (status, (string)problem["code"]!));
        Assert.Contains("after=1.", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(2L, (long)(await api.GetAsync(_tenant, "/v1/events"))["items"]![0]!["position"]!);
    }

    static async Task<(string Id, string Event, string Settlement)> NextAsync(StreamReader reader)
    {
        (string id, string name, string data) = ("", "", "");
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.Length == 0 && id.Length > 0) return (id, name, (string)JsonNode.Parse(data)!["data"]!["settlement_id"]!);
        }
        throw new EndOfStreamException();
    }
}
