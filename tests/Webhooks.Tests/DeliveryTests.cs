using System.Net;
using System.Security.Cryptography;
using System.Text;
using Keystone.Testing;
using Keystone.Webhooks.Delivery;

namespace Keystone.Webhooks.Tests;

/// <summary>From a stored message to a receiver's answer, on a real Postgres and over real HTTP.</summary>
public sealed class DeliveryTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>, IAsyncLifetime
{
    readonly RunningParts _parts = new();

    public Task InitializeAsync() => fixture.ClearAsync();

    public async Task DisposeAsync() => await _parts.DisposeAsync();

    // Computed here from the definitions, not by the code under test.
    static void AssertSigned(Received request, string secret)
    {
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body)), request.Headers["X-Keystone-Signature"]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{request.Id}.{request.Timestamp}."), .. request.Body];
        string expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        Assert.Contains(expected, request.Headers["webhook-signature"].Split(' '));
    }

    [Fact]
    public async Task A_message_reaches_every_endpoint_that_asked_for_it_signed_both_ways()
    {
        Receiver all = await _parts.ReceiverAsync(), states = await _parts.ReceiverAsync(), legs = await _parts.ReceiverAsync(), off = await _parts.ReceiverAsync(), others = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync(), stranger = await fixture.EnvironmentAsync();
        (_, string secretOfAll) = await fixture.EndpointAsync(environment, all.Url);
        (_, string secretOfStates) = await fixture.EndpointAsync(environment, states.Url, "settlement.leg.*", "settlement.state.*");
        await fixture.EndpointAsync(environment, legs.Url, "settlement.leg.*");
        (Guid inactive, _) = await fixture.EndpointAsync(environment, off.Url);
        await fixture.RunAsync("update webhooks.endpoint set is_active = false where id = $1", inactive);
        await fixture.EndpointAsync(stranger, others.Url);
        (Guid message, string payload) = await fixture.MessageAsync(environment);

        await _parts.RunAsync(fixture.Publisher());
        await _parts.RunAsync(fixture.Deliverer());
        await Eventually.TrueAsync(async () => await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery where message_id = $1 and status = 'delivered'", message) == 2);

        foreach ((Receiver receiver, string secret) in ((Receiver, string)[])[(all, secretOfAll), (states, secretOfStates)])
        {
            Received request = Assert.Single(receiver.Requests);
            Assert.Equal(("POST", "/hook"), (request.Method, request.Path));
            Assert.Equal(payload, Encoding.UTF8.GetString(request.Body));
            Assert.Equal(("application/json", "KeystoneOS/1"), (request.Headers["Content-Type"], request.Headers["User-Agent"]));
            Assert.Equal("evt_" + message.ToString("n"), request.Id);
            Assert.InRange(request.Timestamp, fixture.Clock.GetUtcNow().ToUnixTimeSeconds() - 30, fixture.Clock.GetUtcNow().ToUnixTimeSeconds());
            AssertSigned(request, secret);
            Assert.False(request.Headers.ContainsKey("X-Keystone-Signature-Previous"));
        }
        Assert.Empty(legs.Requests);
        Assert.Empty(off.Requests);
        Assert.Empty(others.Requests);
        Assert.Equal(2L, await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery where message_id = $1", message));
        Assert.Equal(2L, await fixture.ScalarAsync<long>(
            "select count(*) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1 and a.status_code = 200 and a.ordinal = 1", message));
    }

    [Fact]
    public async Task Messages_are_numbered_once_and_without_gaps_whoever_publishes()
    {
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, "http://127.0.0.1:9/");
        await fixture.PublishAsync();
        long start = await fixture.ScalarAsync<long>("select position from webhooks.publisher");
        for (int i = 0; i < 40; i++) await fixture.MessageAsync(environment);
        int[] published = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            int all = 0;
            // Another holds the publisher's row: 0 is not the end.
            for (int round = 0; round < 20; round++) all += await fixture.Publication.PublishAsync(3, fixture.Clock.GetUtcNow(), CancellationToken.None);
            return all;
        }));
        while (await fixture.Publication.PublishAsync(3, fixture.Clock.GetUtcNow(), CancellationToken.None) > 0) published[0] += 3;
        Assert.InRange(published.Sum(), 40, 43);
        Assert.Equal(start + 40, await fixture.ScalarAsync<long>("select position from webhooks.publisher"));
        Assert.Equal(40L, await fixture.ScalarAsync<long>("select count(distinct position) from webhooks.message where position between $1 and $2", start + 1, start + 40));
        Assert.Equal(40L, await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery d join webhooks.message m on m.id = d.message_id where m.environment_id = $1", environment));
    }

    [Fact]
    public async Task A_test_message_goes_to_its_endpoint_alone()
    {
        Receiver asked = await _parts.ReceiverAsync(), other = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid id, string secret) = await fixture.EndpointAsync(environment, asked.Url, "settlement.leg.*");
        await fixture.EndpointAsync(environment, other.Url);
        Guid message = Guid.NewGuid();
        await fixture.Endpoints.InsertTestAsync((await fixture.Endpoints.FindAsync(environment, id, CancellationToken.None))!, message, Guid.NewGuid(), "{}", fixture.Clock.GetUtcNow(), CancellationToken.None);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        Assert.Equal("delivered", (await fixture.AttemptedAsync(message, 1)).Status);
        AssertSigned(Assert.Single(asked.Requests), secret);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_failing_receiver_is_tried_by_the_schedule_with_the_same_bytes_and_then_given_up()
    {
        Receiver receiver = await _parts.ReceiverAsync(HttpStatusCode.InternalServerError);
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string secret) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, string payload) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        TimeSpan[] waits =
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ];
        for (int attempt = 1; attempt <= waits.Length; attempt++)
        {
            DateTimeOffset latest = fixture.Clock.GetUtcNow();
            (string status, _, DateTimeOffset due) = await fixture.AttemptedAsync(message, attempt);
            Assert.Equal("waiting", status);
            Assert.InRange(due, latest + waits[attempt - 1] * 0.9 - TimeSpan.FromSeconds(1), fixture.Clock.GetUtcNow() + waits[attempt - 1] * 1.1);
            fixture.Clock.Shift = due - TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(50);
        }
        Assert.Equal("failed", (await fixture.AttemptedAsync(message, 10)).Status);
        Assert.Equal(10, receiver.Requests.Count);
        Assert.All(receiver.Requests, request =>
        {
            Assert.Equal(payload, Encoding.UTF8.GetString(request.Body));
            Assert.Equal("evt_" + message.ToString("n"), request.Id);
            AssertSigned(request, secret);
        });
        // Each attempt has its own time inside the signature.
        Assert.Equal(10, receiver.Requests.Select(r => r.Headers["webhook-signature"]).Distinct().Count());
        Assert.True(await fixture.ScalarAsync<bool>("select is_active and failing_since is not null from webhooks.endpoint where id = $1", endpoint));
    }

    [Fact]
    public async Task A_receiver_that_recovers_gets_what_it_missed_and_is_healthy_again()
    {
        Receiver receiver = await _parts.ReceiverAsync(HttpStatusCode.ServiceUnavailable);
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        await fixture.AttemptedAsync(message, 1);
        receiver.AnswerStatus(HttpStatusCode.NoContent);
        fixture.Clock.Shift = TimeSpan.FromSeconds(6);
        Assert.Equal("delivered", (await fixture.AttemptedAsync(message, 2)).Status);
        Assert.True(await fixture.ScalarAsync<bool>("select is_active and failing_since is null from webhooks.endpoint where id = $1", endpoint));
        Assert.Equal(receiver.Requests.First().Body, receiver.Requests.Last().Body);
    }

    [Fact]
    public async Task Retry_After_lengthens_the_wait()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        };
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        Assert.InRange((await fixture.AttemptedAsync(message, 1)).DueAt - fixture.Clock.GetUtcNow(), TimeSpan.FromSeconds(570), TimeSpan.FromSeconds(600));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_tried_again()
    {
        Receiver elsewhere = await _parts.ReceiverAsync(), receiver = await _parts.ReceiverAsync();
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = elsewhere.Url;
            return Task.CompletedTask;
        };
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        (string status, _, DateTimeOffset due) = await fixture.AttemptedAsync(message, 1);
        Assert.Equal("waiting", status);
        Assert.True(due > fixture.Clock.GetUtcNow());
        Assert.Empty(elsewhere.Requests);
        Assert.Equal(307, await fixture.ScalarAsync<int>("select a.status_code from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1", message));
    }

    [Fact]
    public async Task Gone_ends_the_delivery_and_switches_the_endpoint_off_and_its_owner_is_notified()
    {
        Receiver gone = await _parts.ReceiverAsync(HttpStatusCode.Gone), other = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, gone.Url, "settlement.*");
        await fixture.EndpointAsync(environment, other.Url, "webhook.endpoint.disabled");
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        Assert.Equal("failed", (await fixture.AttemptedAsync(message, 1)).Status);
        Assert.Equal("The receiver answered 410 Gone.", await fixture.ScalarAsync<string>("select disabled_reason from webhooks.endpoint where id = $1 and not is_active", endpoint));
        await fixture.PublishAsync();
        await Eventually.TrueAsync(() => Task.FromResult(!other.Requests.IsEmpty));
        string told = Encoding.UTF8.GetString(Assert.Single(other.Requests).Body);
        Assert.Contains("webhook.endpoint.disabled", told, StringComparison.Ordinal);
        Assert.Contains(endpoint.ToString(), told, StringComparison.Ordinal);
        // Nothing new is made for it.
        (Guid next, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        Assert.Equal(0L, await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery where message_id = $1", next));
    }

    [Fact]
    public async Task Five_days_of_failure_switch_an_endpoint_off()
    {
        Receiver receiver = await _parts.ReceiverAsync(HttpStatusCode.InternalServerError);
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.RunAsync("update webhooks.endpoint set failing_since = $2 where id = $1", endpoint, fixture.Clock.GetUtcNow().AddHours(-119));
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        await fixture.AttemptedAsync(message, 1);
        Assert.True(await fixture.ScalarAsync<bool>("select is_active from webhooks.endpoint where id = $1", endpoint));
        fixture.Clock.Shift = TimeSpan.FromHours(1.1);
        await fixture.AttemptedAsync(message, 2);
        Assert.Equal("Every delivery failed for 120 hours.", await fixture.ScalarAsync<string>("select disabled_reason from webhooks.endpoint where id = $1 and not is_active", endpoint));
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_nobody_else()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Receiver hanging = await _parts.ReceiverAsync(), quick = await _parts.ReceiverAsync();
        hanging.Answer = _ => released.Task;
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, hanging.Url);
        await fixture.EndpointAsync(environment, quick.Url);
        for (int i = 0; i < 30; i++) await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer(concurrency: 8));
        await Eventually.TrueAsync(() => Task.FromResult(quick.Requests.Count == 30), TimeSpan.FromSeconds(14));
        Assert.InRange(hanging.Requests.Count, 1, 4);
        released.SetResult();
    }

    [Fact]
    public async Task Nor_do_more_of_them_than_there_are_places()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Receiver hanging = await _parts.ReceiverAsync(), quick = await _parts.ReceiverAsync();
        hanging.Answer = _ => released.Task;
        Guid slow = await fixture.EnvironmentAsync(), environment = await fixture.EnvironmentAsync();
        for (int i = 0; i < 12; i++) await fixture.EndpointAsync(slow, $"{hanging.Url}?{i}");
        for (int i = 0; i < 4; i++) await fixture.MessageAsync(slow);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer(concurrency: 8));
        await Eventually.TrueAsync(() => Task.FromResult(hanging.Requests.Count >= 8));
        await fixture.EndpointAsync(environment, quick.Url);
        for (int i = 0; i < 10; i++) await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        // The hanging ones are given up after 15 s; nobody waits for that.
        await Eventually.TrueAsync(() => Task.FromResult(quick.Requests.Count == 10), TimeSpan.FromSeconds(12));
        released.SetResult();
    }

    [Fact]
    public async Task Two_at_once_deliver_each_message_once()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        for (int i = 0; i < 60; i++) await fixture.MessageAsync(environment);
        await Task.WhenAll(_parts.RunAsync(fixture.Publisher()), _parts.RunAsync(fixture.Publisher()), _parts.RunAsync(fixture.Deliverer()), _parts.RunAsync(fixture.Deliverer()));
        await Eventually.TrueAsync(async () => await fixture.ScalarAsync<long>(
            "select count(*) from webhooks.delivery d join webhooks.message m on m.id = d.message_id where m.environment_id = $1 and d.status = 'delivered'", environment) == 60);
        Assert.Equal(60, receiver.Requests.Count);
        Assert.Equal(60, receiver.Requests.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_a_dead_worker_had_claimed_is_sent_by_another_when_the_claim_runs_out()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, string payload) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        // Claimed, and then the worker is no more.
        ClaimedDelivery dead = Assert.Single(await fixture.Deliveries.ClaimAsync(fixture.Clock.GetUtcNow(), 10, 4, [], CancellationToken.None));
        Assert.Empty(await fixture.Deliveries.ClaimAsync(fixture.Clock.GetUtcNow(), 10, 4, [], CancellationToken.None));
        Assert.True(await fixture.ScalarAsync<bool>("select claimed_until between clock_timestamp() + interval '16 seconds' and clock_timestamp() + interval '60 seconds' from webhooks.delivery where message_id = $1", message));
        await fixture.RunAsync("update webhooks.delivery set claimed_until = clock_timestamp() - interval '1 second' where message_id = $1", message);

        await _parts.RunAsync(fixture.Deliverer());
        (string status, _, _) = await fixture.AttemptedAsync(message, 1);
        Assert.Equal("delivered", status);
        Assert.Equal(payload, Encoding.UTF8.GetString(Assert.Single(receiver.Requests).Body));
        // The dead one comes back and writes its result: it is too late.
        await fixture.Deliveries.WriteAsync(dead, new Sending.SendOutcome(500, 1, null, null, null), fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal("delivered", (await fixture.DeliveryAsync(message)).Status);
        Assert.Equal(1L, await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1", message));
    }

    [Fact]
    public async Task Gone_in_answer_to_a_replay_switches_the_endpoint_off_as_well()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        await fixture.AttemptedAsync(message, 1);
        Guid delivery = await fixture.ScalarAsync<Guid>("select id from webhooks.delivery where message_id = $1", message);
        // Whatever else a replay is answered with counts for nothing.
        foreach ((HttpStatusCode answer, bool active) in ((HttpStatusCode, bool)[])[(HttpStatusCode.InternalServerError, true), (HttpStatusCode.Gone, false)])
        {
            receiver.AnswerStatus(answer);
            await fixture.RunAsync("delete from webhooks.delivery where is_replay and message_id = $1", message);
            Assert.Equal(1, await fixture.History.ReplayAsync(endpoint, delivery, fixture.Clock.GetUtcNow(), CancellationToken.None));
            await Eventually.TrueAsync(async () => await fixture.ScalarAsync<long>(
                "select count(*) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.is_replay and d.message_id = $1 and a.status_code = $2", message, (int)answer) == 1);
            Assert.Equal(active, await fixture.ScalarAsync<bool>("select is_active from webhooks.endpoint where id = $1", endpoint));
        }
    }

    [Fact]
    public async Task Workers_that_die_use_up_no_attempts()
    {
        Receiver receiver = await _parts.ReceiverAsync(HttpStatusCode.ServiceUnavailable);
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        // A keeper in a loop of crashes: more claims than the schedule has attempts, and nothing was sent under any of them.
        for (int i = 0; i < 11; i++)
        {
            Assert.Equal(1, Assert.Single(await fixture.Deliveries.ClaimAsync(fixture.Clock.GetUtcNow(), 10, 4, [], CancellationToken.None)).Attempt);
            await fixture.RunAsync("update webhooks.delivery set claimed_until = clock_timestamp() - interval '1 second' where message_id = $1", message);
        }
        Deliverer deliverer = await _parts.RunAsync(fixture.Deliverer());
        (string status, _, DateTimeOffset due) = await fixture.AttemptedAsync(message, 1);
        await _parts.StopAsync(deliverer);
        Assert.Equal("waiting", status);
        // The first wait of the schedule, not one of the last.
        Assert.True(due < fixture.Clock.GetUtcNow() + TimeSpan.FromSeconds(30), $"due at {due}");
    }

    [Fact]
    public async Task An_attempt_that_is_cut_off_by_a_stop_is_made_again()
    {
        TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Receiver receiver = await _parts.ReceiverAsync();
        receiver.Answer = _ => released.Task;
        Guid environment = await fixture.EnvironmentAsync();
        await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        Deliverer first = await _parts.RunAsync(fixture.Deliverer());
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.Count == 1));
        await _parts.StopAsync(first);
        released.SetResult();
        Assert.Equal("waiting", await fixture.ScalarAsync<string>("select status from webhooks.delivery where message_id = $1", message));
        await fixture.RunAsync("update webhooks.delivery set claimed_until = clock_timestamp() - interval '1 second' where message_id = $1", message);
        await _parts.RunAsync(fixture.Deliverer());
        await Eventually.TrueAsync(async () => (await fixture.DeliveryAsync(message)).Status == "delivered");
        Assert.Single(receiver.Requests.Select(r => r.Id).Distinct());
        Assert.Equal(receiver.Requests.First().Body, receiver.Requests.Last().Body);
    }

    [Fact]
    public async Task A_new_secret_signs_at_once_and_the_old_one_beside_it_for_a_day()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string old) = await fixture.EndpointAsync(environment, receiver.Url);
        string secret = Signature.NewSecret();
        await fixture.Endpoints.RotateAsync(endpoint, secret, fixture.Clock.GetUtcNow(), CancellationToken.None);
        await _parts.RunAsync(fixture.Publisher());
        await _parts.RunAsync(fixture.Deliverer());
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.AttemptedAsync(message, 1);
        Received request = Assert.Single(receiver.Requests);
        AssertSigned(request, secret);
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(old), request.Body)), request.Headers["X-Keystone-Signature-Previous"]);
        Assert.Equal(2, request.Headers["webhook-signature"].Split(' ').Length);

        fixture.Clock.Shift = TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1);
        (message, _) = await fixture.MessageAsync(environment);
        await fixture.AttemptedAsync(message, 1);
        request = receiver.Requests.Last();
        AssertSigned(request, secret);
        Assert.False(request.Headers.ContainsKey("X-Keystone-Signature-Previous"));
        Assert.Single(request.Headers["webhook-signature"].Split(' '));
    }

    [Fact]
    public async Task A_secret_lies_sealed_and_opens_for_its_endpoint_alone()
    {
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, string secret) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/");
        (Guid other, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/other");
        SealedSecret stored = new(fixture.Key.Id, await fixture.ScalarAsync<byte[]>("select sealed from webhooks.secret where endpoint_id = $1", endpoint));
        Assert.Equal(fixture.Key.Id, await fixture.ScalarAsync<string>("select key_id from webhooks.secret where endpoint_id = $1", endpoint));
        Assert.Equal(secret, fixture.Box.Open(endpoint, stored));
        Assert.Throws<UnopenedSecretException>(() => fixture.Box.Open(other, stored));
        Assert.Throws<UnopenedSecretException>(() => new SecretBox(new SealingKey(RandomNumberGenerator.GetBytes(32))).Open(endpoint, stored));
        string dump = await fixture.ScalarAsync<string>("select string_agg(row_to_json(s)::text || encode(s.sealed, 'escape') || row_to_json(e)::text, '') from webhooks.secret s join webhooks.endpoint e on e.id = s.endpoint_id");
        Assert.DoesNotContain(secret, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(secret["whsec_".Length..], dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_of_production_never_gets_a_private_address()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync("production");
        await fixture.EndpointAsync(environment, receiver.Url);
        await fixture.EndpointAsync(environment, receiver.Url.Replace("http:", "https:", StringComparison.Ordinal), "settlement.*");
        (Guid message, _) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await _parts.RunAsync(fixture.Deliverer());
        await Eventually.TrueAsync(async () => await fixture.ScalarAsync<long>(
            "select count(*) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1", message) == 2);
        Assert.Empty(receiver.Requests);
        Assert.Equal(["The address is not https.", "The address is not on the public internet."], (await fixture.ScalarAsync<string[]>(
            "select array_agg(a.error order by a.error) from webhooks.delivery_attempt a join webhooks.delivery d on d.id = a.delivery_id where d.message_id = $1", message)));
    }
}
