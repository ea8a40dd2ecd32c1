using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Keystone.Testing;
using Keystone.Webhooks.Feed;
using Keystone.Webhooks.History;
using Keystone.Webhooks.Sending;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Endpoint = Keystone.Webhooks.Endpoints.Endpoint;

namespace Keystone.Webhooks.Tests;

/// <summary>The log of deliveries, sending again, strict order, feeds and mutual TLS.</summary>
public sealed class HistoryTests(DeliveryFixture fixture) : IClassFixture<DeliveryFixture>, IAsyncLifetime
{
    readonly RunningParts _parts = new();

    public Task InitializeAsync() => fixture.ClearAsync();

    public async Task DisposeAsync() => await _parts.DisposeAsync();

    Task DeliverAsync() => _parts.RunAsync(fixture.Deliverer());

    async Task<Endpoint> FindAsync(Guid environment, Guid id) => (await fixture.Endpoints.FindAsync(environment, id, CancellationToken.None))!;

    [Fact]
    public async Task The_log_shows_what_was_sent_where_and_every_answer_with_its_latency()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        receiver.Answer = async context =>
        {
            context.Response.StatusCode = receiver.Requests.Count == 1 ? 500 : 200;
            await context.Response.WriteAsync("answer " + receiver.Requests.Count);
        };
        Guid environment = await fixture.EnvironmentAsync();
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, string payload) = await fixture.MessageAsync(environment, settlement: Guid.NewGuid());
        await fixture.PublishAsync();
        await DeliverAsync();
        await fixture.AttemptedAsync(message, 1);
        (IReadOnlyList<DeliveryRecord> waiting, _) = await fixture.History.ListAsync(endpoint, new DeliveryFilter("waiting", null, null, null, null, null), 10, 0, CancellationToken.None);
        Assert.NotNull(Assert.Single(waiting).NextAttemptAt);
        fixture.Clock.Shift = TimeSpan.FromSeconds(6);
        await Eventually.TrueAsync(async () => (await fixture.DeliveryAsync(message)).Status == "delivered");

        (IReadOnlyList<DeliveryRecord> items, long total) = await fixture.History.ListAsync(endpoint, new DeliveryFilter(null, null, null, null, null, null), 10, 0, CancellationToken.None);
        DeliveryRecord listed = Assert.Single(items);
        Assert.Equal((1L, message, "settlement.state.instructed", "delivered", 2, false, null), (total, listed.MessageId, listed.Type, listed.Status, listed.Attempts, listed.IsReplay, listed.NextAttemptAt));
        DeliveryDetails details = (await fixture.History.FindAsync(endpoint, listed.Id, CancellationToken.None))!;
        Assert.Equal(payload, details.Payload);
        Assert.Equal([(1, 500, "answer 1"), (2, 200, "answer 2")], details.Attempts.Select(a => (a.Number, a.StatusCode!.Value, a.ResponseBody!)));
        Assert.All(details.Attempts, attempt => Assert.Equal(receiver.Url, attempt.Url));
        Assert.All(details.Attempts, attempt => Assert.InRange(attempt.LatencyMilliseconds, 0, 15_000));
        // Another endpoint's delivery is nobody's here.
        Assert.Null(await fixture.History.FindAsync(Guid.NewGuid(), listed.Id, CancellationToken.None));
        foreach (DeliveryFilter none in (DeliveryFilter[])[new("failed", null, null, null, null, null), new(null, "webhook.test", null, null, null, null), new(null, null, Guid.NewGuid(), null, null, null),
            new(null, null, null, Guid.NewGuid(), null, null), new(null, null, null, null, fixture.Clock.GetUtcNow().AddDays(1), null), new(null, null, null, null, null, fixture.Clock.GetUtcNow().AddDays(-1))])
            Assert.Empty((await fixture.History.ListAsync(endpoint, none, 10, 0, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_replay_sends_the_same_bytes_under_the_same_id_and_leaves_the_endpoint_s_health_alone()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync();
        (Guid id, _) = await fixture.EndpointAsync(environment, receiver.Url);
        (Guid message, string payload) = await fixture.MessageAsync(environment);
        await fixture.PublishAsync();
        await DeliverAsync();
        await fixture.AttemptedAsync(message, 1);
        DateTimeOffset since = fixture.Clock.GetUtcNow().AddHours(-119);
        await fixture.RunAsync("update webhooks.endpoint set failing_since = $2, last_failure_at = $2 where id = $1", id, since);
        Guid delivery = (await fixture.History.ListAsync(id, new DeliveryFilter(null, null, null, null, null, null), 1, 0, CancellationToken.None)).Items[0].Id;

        foreach (HttpStatusCode status in (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.InternalServerError, HttpStatusCode.Gone])
        {
            fixture.Clock.Shift += TimeSpan.FromHours(2);
            receiver.AnswerStatus(status);
            int before = receiver.Requests.Count;
            Assert.Equal(1, await fixture.History.ReplayAsync(id, delivery, fixture.Clock.GetUtcNow(), CancellationToken.None));
            await Eventually.TrueAsync(async () => receiver.Requests.Count > before && await fixture.ScalarAsync<long>(
                "select count(*) from webhooks.delivery where endpoint_id = $1 and is_replay and attempt > 0 and claimed_until is null", id) >= 1);
            await Eventually.TrueAsync(async () => await fixture.ScalarAsync<long>("select count(*) from webhooks.delivery where endpoint_id = $1 and claimed_until is not null", id) == 0);
            // Neither does a success clear its failures, nor does a failure add to them. That it is gone is no matter of health: it is switched off.
            bool isGone = status == HttpStatusCode.Gone;
            Assert.Equal(isGone, !await fixture.ScalarAsync<bool>("select is_active from webhooks.endpoint where id = $1", id));
            Assert.True(isGone || await fixture.ScalarAsync<bool>("select failing_since between $2 and $3 from webhooks.endpoint where id = $1", id, since.AddSeconds(-1), since.AddSeconds(1)));
            await fixture.RunAsync("update webhooks.delivery set status = 'failed' where is_replay and status = 'waiting'");
        }
        Assert.Equal(4, receiver.Requests.Count);
        Assert.All(receiver.Requests, request => Assert.Equal(("evt_" + message.ToString("n"), payload), (request.Id, Encoding.UTF8.GetString(request.Body))));
    }

    [Fact]
    public async Task A_settlement_or_a_time_is_sent_again_in_order_and_what_waits_already_is_not_queued_twice()
    {
        Receiver receiver = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync(), settlement = Guid.NewGuid(), other = Guid.NewGuid();
        List<Guid> ofSettlement = [], all = [];
        // Before the endpoint was there, so that it got none of them.
        for (int i = 0; i < 12; i++)
        {
            (Guid message, _) = await fixture.MessageAsync(environment, i == 5 ? "settlement.leg.deposited" : "settlement.state.instructed", i % 3 == 0 ? other : settlement);
            all.Add(message);
            if (i % 3 != 0) ofSettlement.Add(message);
        }
        await fixture.MessageAsync(await fixture.EnvironmentAsync(), settlement: settlement);
        await fixture.PublishAsync();
        (Guid id, _) = await fixture.EndpointAsync(environment, receiver.Url, "settlement.state.*");
        Endpoint endpoint = await FindAsync(environment, id);
        DateTimeOffset now = fixture.Clock.GetUtcNow();
        ofSettlement.Remove(all[5]);
        Assert.Equal(7, await fixture.History.ReplayAsync(endpoint, new ReplaySelection(settlement, null, null), now, CancellationToken.None));
        Assert.Equal(0, await fixture.History.ReplayAsync(endpoint, new ReplaySelection(settlement, null, null), now, CancellationToken.None));
        // What has just been asked for is not asked for again; the four of the other settlement are.
        Assert.Equal(4, await fixture.History.ReplayAsync(endpoint, new ReplaySelection(null, now.AddHours(-1), now.AddHours(1)), now, CancellationToken.None));
        Assert.Equal(0, await fixture.History.ReplayAsync(endpoint, new ReplaySelection(null, now.AddHours(1), null), now, CancellationToken.None));
        Assert.Equal(ofSettlement, await fixture.ScalarAsync<Guid[]>("""
            select array_agg(d.message_id order by d.due_at) from webhooks.delivery d join webhooks.message m on m.id = d.message_id where d.endpoint_id = $1 and m.settlement_id = $2
            """, id, settlement));
        fixture.Clock.Shift = TimeSpan.FromSeconds(1);
        await DeliverAsync();
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Requests.Count == 11));
    }

    [Fact]
    public async Task In_strict_order_the_next_event_of_a_settlement_waits_and_those_of_others_do_not()
    {
        Receiver strict = await _parts.ReceiverAsync(), loose = await _parts.ReceiverAsync();
        Guid environment = await fixture.EnvironmentAsync(), first = Guid.NewGuid(), second = Guid.NewGuid();
        (Guid id, _) = await fixture.EndpointAsync(environment, strict.Url);
        await fixture.EndpointAsync(environment, loose.Url);
        Assert.Null(await fixture.Endpoints.UpdateAsync(await FindAsync(environment, id) with { StrictOrder = true }, CancellationToken.None));
        Assert.True((await FindAsync(environment, id)).StrictOrder);
        List<Guid> messages = [];
        for (int i = 0; i < 8; i++) messages.Add((await fixture.MessageAsync(environment, settlement: i % 2 == 0 ? first : second)).Id);
        await fixture.PublishAsync();
        string held = "evt_" + messages[0].ToString("n");
        strict.Answer = context =>
        {
            context.Response.StatusCode = context.Request.Headers["webhook-id"] == held && strict.Requests.Count(request => request.Id == held) == 1 ? 500 : 200;
            return Task.CompletedTask;
        };
        await DeliverAsync();
        await Eventually.TrueAsync(() => Task.FromResult(loose.Requests.Count == 8 && strict.Requests.Count == 5));
        // The first settlement stands at its first event; the second one went through, in order.
        Assert.Equal(messages.Where((_, i) => i % 2 == 1).Select(m => "evt_" + m.ToString("n")), strict.Requests.Select(request => request.Id).Where(one => one != held));
        fixture.Clock.Shift = TimeSpan.FromSeconds(6);
        await Eventually.TrueAsync(() => Task.FromResult(strict.Requests.Count == 9));
        Assert.Equal(messages.Where((_, i) => i % 2 == 0).Select(m => "evt_" + m.ToString("n")), strict.Requests.Skip(1).Select(request => request.Id).Where(one =>
            messages.Where((_, i) => i % 2 == 0).Any(m => one == "evt_" + m.ToString("n"))).Distinct());
    }

    [Fact]
    public async Task A_feed_gives_its_environment_s_messages_by_position_and_says_where_to_begin_when_they_are_gone()
    {
        Guid environment = await fixture.EnvironmentAsync(), stranger = await fixture.EnvironmentAsync();
        FeedPage empty = await fixture.Feed.ReadAsync(environment, null, 10, [], CancellationToken.None);
        Assert.Equal((0, 0L, false, null), (empty.Items.Count, empty.Next, empty.HasMore, empty.RestartAfter));
        fixture.Clock.Shift = TimeSpan.FromDays(-100);
        for (int i = 0; i < 3; i++) await fixture.MessageAsync(environment);
        fixture.Clock.Shift = TimeSpan.Zero;
        await fixture.MessageAsync(stranger);
        (Guid endpoint, _) = await fixture.EndpointAsync(environment, "http://127.0.0.1:9/feed");
        await fixture.Endpoints.InsertTestAsync(await FindAsync(environment, endpoint), Guid.NewGuid(), Guid.NewGuid(), "{}", fixture.Clock.GetUtcNow(), CancellationToken.None);
        List<string> payloads = [];
        for (int i = 0; i < 7; i++) payloads.Add((await fixture.MessageAsync(environment, i == 3 ? "settlement.leg.deposited" : "settlement.state.settled")).Payload);
        await fixture.PublishAsync();

        FeedPage page = await fixture.Feed.ReadAsync(environment, null, 5, [], CancellationToken.None);
        Assert.Equal([4L, 5, 6, 7, 8], page.Items.Select(item => item.Position));
        Assert.Equal((8L, true), (page.Next, page.HasMore));
        FeedPage rest = await fixture.Feed.ReadAsync(environment, page.Next, 5, [], CancellationToken.None);
        Assert.Equal([9L, 10], rest.Items.Select(item => item.Position));
        Assert.Equal((10L, false), (rest.Next, rest.HasMore));
        Assert.Equal(payloads, page.Items.Concat(rest.Items).Select(item => item.Payload));
        FeedPage legs = await fixture.Feed.ReadAsync(environment, 3, 5, ["settlement.leg.*"], CancellationToken.None);
        Assert.Equal(7L, Assert.Single(legs.Items).Position);
        Assert.Equal((10L, false), (legs.Next, legs.HasMore));
        Assert.Equal(3L, (await fixture.Feed.ReadAsync(environment, 0, 5, [], CancellationToken.None)).RestartAfter);
        Assert.Equal(10L, (await fixture.Feed.ReadAsync(environment, 11, 5, [], CancellationToken.None)).RestartAfter);

        // What is older than the feed keeps goes, unless it waits to be delivered.
        await fixture.RunAsync("update webhooks.delivery d set status = case when m.feed_position = 2 then 'waiting' else 'delivered' end from webhooks.message m where m.id = d.message_id and m.environment_id = $1", environment);
        await fixture.Retention.DeleteAsync(fixture.Clock.GetUtcNow(), CancellationToken.None);
        long[] left = await fixture.ScalarAsync<long[]>("select array_agg(feed_position order by feed_position) from webhooks.message where environment_id = $1 and feed_position is not null", environment);
        Assert.Equal((long[])[2, 4, 5, 6, 7, 8, 9, 10], left);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_mutual_TLS_is_shown_the_sender_s_certificate_and_others_are_not()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using X509Certificate2 own = SelfSigned("CN=keystone-sender"), served = SelfSigned("CN=localhost");
            (string certificate, string key) = (Path.Combine(folder, "c.pem"), Path.Combine(folder, "k.pem"));
            await File.WriteAllTextAsync(certificate, own.ExportCertificatePem());
            await File.WriteAllTextAsync(key, own.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
            List<string?> shown = [];
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = X509CertificateLoader.LoadPkcs12(served.Export(X509ContentType.Pkcs12), null);
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            })));
            await using WebApplication receiver = builder.Build();
            receiver.Run(context =>
            {
                shown.Add(context.Connection.ClientCertificate?.Subject);
                return Task.CompletedTask;
            });
            await receiver.StartAsync();
            RemoteCertificateValidationCallback trusts = (_, _, _, _) => true;
            using GuardedSender sender = new(TimeProvider.System, certificate: new ClientCertificate(certificate, key), trusts: trusts), without = new(TimeProvider.System, trusts: trusts);
            Uri url = new(receiver.Urls.First().Replace("http:", "https:", StringComparison.Ordinal));
            Assert.True((await sender.SendAsync(url, [], "{}"u8.ToArray(), true, null, mutualTls: true, CancellationToken.None)).Delivered);
            Assert.True((await sender.SendAsync(url, [], "{}"u8.ToArray(), true, null, mutualTls: false, CancellationToken.None)).Delivered);
            Assert.Equal(["CN=keystone-sender", null], shown);
            SendOutcome lacking = await without.SendAsync(url, [], "{}"u8.ToArray(), true, null, mutualTls: true, CancellationToken.None);
            Assert.Equal((null, "The endpoint asks for mutual TLS, and the sender has no certificate."), (lacking.StatusCode, lacking.Error));
            Assert.Equal(2, shown.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static X509Certificate2 SelfSigned(string name)
    {
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }
}
