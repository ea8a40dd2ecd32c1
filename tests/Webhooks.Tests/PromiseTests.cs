using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Keystone.Testing;
using Keystone.Webhooks.Delivery;
using Keystone.Webhooks.Sending;
using Microsoft.Extensions.Hosting;
using Xunit.Abstractions;

namespace Keystone.Webhooks.Tests;

/// <summary>What receivers are promised, each under the id of the promise, on a real Postgres and over real HTTP.</summary>
public sealed class PromiseTests(DeliveryFixture fixture, ITestOutputHelper output) : IClassFixture<DeliveryFixture>, IAsyncLifetime
{
    readonly RunningParts _parts = new();

    public Task InitializeAsync() => fixture.ClearAsync();

    public async Task DisposeAsync() => await _parts.DisposeAsync();

    async Task StartAsync(params BackgroundService[] loops)
    {
        foreach (BackgroundService loop in loops) await _parts.RunAsync(loop);
    }

    Task<long> DeliveredAsync(Guid environment) => fixture.ScalarAsync<long>(
        "select count(*) from webhooks.delivery d join webhooks.message m on m.id = d.message_id where m.environment_id = $1 and d.status = 'delivered'", environment);

    [Fact]
    public async Task W1_Nothing_is_lost_whatever_receivers_do_and_however_often_the_sender_is_killed()
    {
        const int Endpoints = 10;
        FuzzSeed seed = new(output, "events for each of ten endpoints", 30);
        ConcurrentDictionary<string, int> tries = new(StringComparer.Ordinal);
        Receiver receiver = await _parts.ReceiverAsync();
        receiver.Answer = async context =>
        {
            string id = context.Request.QueryString.Value + context.Request.Headers["webhook-id"];
            int attempt = tries.AddOrUpdate(id, 1, (_, n) => n + 1);
            // The fifth attempt of each succeeds; the other four do anything but 410, which is the receiver's own order to stop.
            switch (attempt > 4 ? 0 : seed.Case(HashCode.Combine(id[^6..].GetHashCode(StringComparison.Ordinal), attempt) & 0xffff).Next(24) / 3)
            {
                case 0: case 1: return;
                case 2: context.Response.StatusCode = 302; context.Response.Headers.Location = "/elsewhere"; return;
                case 3: context.Response.StatusCode = 404; return;
                case 4: context.Response.StatusCode = 500; return;
                case 5: context.Response.StatusCode = 503; context.Response.Headers.RetryAfter = "3600"; return;
                case 6: context.Abort(); return;
                // Few of them, because each holds a place until the sender dies.
                default: if (seed.Case(attempt).Next(4) == 0) await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); return;
            }
        };
        Guid environment = await fixture.EnvironmentAsync();
        for (int i = 0; i < Endpoints; i++) await fixture.EndpointAsync(environment, $"{receiver.Url}?{i}");
        Dictionary<string, string> payloads = [];
        for (int i = 0; i < seed.Count; i++)
        {
            (Guid id, string payload) = await fixture.MessageAsync(environment);
            payloads["evt_" + id.ToString("n")] = payload;
        }
        for (int life = 0; life < 200 && await DeliveredAsync(environment) < seed.Count * Endpoints; life++)
        {
            int before = receiver.Requests.Count;
            await StartAsync(fixture.Publisher(), fixture.Deliverer());
            Task died = Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.Count >= before + 40), TimeSpan.FromSeconds(1));
            await died.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            // Killed: what was under way has no result, and its claim runs out.
            await _parts.StopAllAsync();
            await fixture.RunAsync("update webhooks.delivery set claimed_until = clock_timestamp() - interval '1 second' where claimed_until is not null");
            fixture.Clock.Shift += TimeSpan.FromHours(2);
            Assert.Equal(0L, await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery where status = 'failed'"));
        }
        Assert.Equal(seed.Count * Endpoints, await DeliveredAsync(environment));
        Assert.Equal(payloads.Keys.Order(StringComparer.Ordinal), receiver.Requests.Select(request => request.Id).Distinct().Order(StringComparer.Ordinal));
        Assert.All(receiver.Requests, request => Assert.Equal(payloads[request.Id], Encoding.UTF8.GetString(request.Body)));
        Assert.True(receiver.Requests.Count > seed.Count * Endpoints);
    }

    [Fact]
    public async Task W3_One_receiver_that_hangs_is_confined_to_its_own_places()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Receiver hanging = await _parts.ReceiverAsync(), healthy = await _parts.ReceiverAsync();
        hanging.Answer = _ => released.Task;
        int sent = 0;
        for (int owner = 0; owner < 5; owner++)
        {
            Guid environment = await fixture.EnvironmentAsync();
            for (int place = 0; place < 20; place++, sent++)
                await fixture.EndpointAsync(environment, owner + place == 0 ? hanging.Url : $"{healthy.Url}?{sent}");
            for (int i = 0; i < 6; i++) await fixture.MessageAsync(environment);
        }
        while (await fixture.Publication.PublishAsync(500, fixture.Clock.GetUtcNow(), CancellationToken.None) > 0) ;
        await StartAsync(fixture.Deliverer());
        await Eventually.TrueAsync(() => Task.FromResult(healthy.Requests.Count == 99 * 6), TimeSpan.FromSeconds(60));
        Assert.InRange(hanging.Requests.Count, 1, 8);
        released.SetResult();
    }

    [Fact]
    public async Task W6_Each_endpoint_of_each_tenant_has_one_delivery_of_each_event()
    {
        List<Guid> environments = [];
        for (int tenant = 0; tenant < 4; tenant++)
        {
            Guid environment = await fixture.EnvironmentAsync();
            environments.Add(environment);
            for (int i = 0; i < 5; i++) await fixture.EndpointAsync(environment, $"http://127.0.0.1:9/{i}");
            for (int i = 0; i < 10; i++) await fixture.MessageAsync(environment);
        }
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (int round = 0; round < 30; round++) await fixture.Publication.PublishAsync(7, fixture.Clock.GetUtcNow(), CancellationToken.None);
        }));
        while (await fixture.Publication.PublishAsync(7, fixture.Clock.GetUtcNow(), CancellationToken.None) > 0) ;
        foreach (Guid environment in environments)
        {
            Assert.Equal(50L, await fixture.ScalarAsync<long>("""
                select count(*) from webhooks.delivery d join webhooks.message m on m.id = d.message_id join webhooks.endpoint e on e.id = d.endpoint_id
                where m.environment_id = $1 and e.environment_id = $1
                """, environment));
            Assert.Equal(0L, await fixture.ScalarAsync<long>("""
                select count(*) from webhooks.delivery d join webhooks.message m on m.id = d.message_id join webhooks.endpoint e on e.id = d.endpoint_id
                where (m.environment_id = $1) <> (e.environment_id = $1)
                """, environment));
            // And the feed of each is numbered on its own, without gaps.
            Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), await fixture.ScalarAsync<long[]>(
                "select array_agg(feed_position order by position) from webhooks.message where environment_id = $1", environment));
        }
    }

    [Theory]
    [InlineData("failures only", true)]
    [InlineData("a success in the middle", false)]
    [InlineData("a gap without traffic", false)]
    public async Task W7_Only_failures_for_120_hours_disable_an_endpoint(string course, bool disabled)
    {
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/");
        for (int hour = 0; hour <= 121; hour += 11)
        {
            if (course == "a gap without traffic" && hour is > 22 and < 66) continue;
            fixture.Clock.Shift = TimeSpan.FromHours(hour);
            (Guid message, _) = await fixture.MessageAsync(environment);
            await fixture.PublishAsync();
            DateTimeOffset now = fixture.Clock.GetUtcNow();
            ClaimedDelivery claimed = (await fixture.Deliveries.ClaimAsync(now, 100, 100, [], CancellationToken.None)).Single(one => one.MessageId == message);
            int status = course == "a success in the middle" && hour == 55 ? 200 : 500;
            await fixture.Deliveries.WriteAsync(claimed, new SendOutcome(status, 1, null, null, null), status == 200 ? null : now.AddDays(30), now, CancellationToken.None);
        }
        Assert.Equal(!disabled, await fixture.ScalarAsync<bool>("select is_active from webhooks.endpoint where id = $1", endpoint));
        Assert.Equal(disabled ? 1L : 0L, await fixture.ScalarAsync<long>("select count(*) from webhooks.message where environment_id = $1 and type = 'webhook.endpoint.disabled'", environment));
    }

    [Fact]
    public async Task W8_A_receiver_with_the_old_secret_or_the_new_one_verifies_every_event_of_a_rotation()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string old) = await fixture.EndpointAsync(environment, receiver.Url);
        string secret = Signature.NewSecret();
        await StartAsync(fixture.Publisher(), fixture.Deliverer());
        for (int i = 0; i < 300; i++)
        {
            await fixture.MessageAsync(environment);
            if (i == 150) await fixture.Endpoints.RotateAsync(endpoint, secret, fixture.Clock.GetUtcNow(), CancellationToken.None);
        }
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.Count >= 300));
        int both = 0;
        foreach (Received request in receiver.Requests)
        {
            bool byOld = Verifies(request, old), byNew = Verifies(request, secret);
            // Who still holds the old secret loses nothing; who took the new one loses nothing from the rotation on.
            Assert.True(byOld);
            if (byNew) both++;
            else Assert.False(request.Headers.ContainsKey("X-Keystone-Signature-Previous"));
        }
        Assert.InRange(both, 100, 299);
    }

    // Computed here from the definitions; both schemes say the same.
    static bool Verifies(Received request, string secret)
    {
        string keystone = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body));
        bool byBody = request.Headers["X-Keystone-Signature"] == keystone || request.Headers.GetValueOrDefault("X-Keystone-Signature-Previous") == keystone;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Id}.{request.Timestamp}."), .. request.Body];
        string standard = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        Assert.Equal(byBody, request.Headers["webhook-signature"].Split(' ').Contains(standard));
        return byBody;
    }
}
