using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Cli.Integrator;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Ethereum.Signing;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary><c>keystone listen</c> and <c>keystone trigger</c>: what a receiver on the own machine gets is what a webhook would bring it.</summary>
[Collection(OperatedCollection.Name)]
public sealed class ListenTests(OperatedSystem system)
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Listen_sends_each_event_once_in_order_and_signed_through_cuts_of_the_connection_and_of_the_receiver()
    {
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        long head = (await client.Events.ListEventsAsync(limit: 1)).Head;
        await using CutLine line = new(new Uri(system.File.ApiUrl));
        EventReceiver receiver = await EventReceiver.StartAsync();
        string url = receiver.Url, origin = new Uri(url).GetLeftPart(UriPartial.Authority);
        string secret = (await system.DoAsync("platform-a", "listen", "--print-secret")).Trim();
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(system.File.Platform("platform-a").ClientSecret, secret, StringComparison.Ordinal);

        using Process listen = Process.Start(system.Command("platform-a", line.Url.ToString(), "listen", "--forward-to", url, "--json"))!;
        Task<string> errors = listen.StandardError.ReadToEndAsync();
        try
        {
            JsonNode start = JsonNode.Parse((await listen.StandardOutput.ReadLineAsync().WaitAsync(Limit))!)!;
            Assert.Equal((secret, url), ((string)start["secret"]!, (string)start["forward_to"]!));
            head = Math.Max(head, (long)start["after"]!);
            await CreateAsync(client);
            await Eventually.TrueAsync(() => Task.FromResult(!receiver.All.IsEmpty), Limit, "The first event does not come.");

            Assert.True(line.Cut() > 0, "There was no connection to cut.");
            await CreateAsync(client);
            await Eventually.TrueAsync(() => Task.FromResult(receiver.All.Count(one => one.Event == "settlement.state.instructed") == 2), Limit, "Nothing comes after the cut.");

            await receiver.DisposeAsync();
            await CreateAsync(client);
            receiver = await EventReceiver.StartAsync(origin, receiver.All);
            await Eventually.TrueAsync(() => Task.FromResult(receiver.All.Count(one => one.Event == "settlement.state.instructed") == 3), Limit, "Nothing comes after the receiver was away.");
        }
        finally
        {
            listen.Kill();
            await listen.WaitForExitAsync();
            await receiver.DisposeAsync();
        }
        Assert.Contains("The connection was cut", await errors, StringComparison.Ordinal);

        EventReceiver.Received[] got = [.. receiver.All];
        IReadOnlyList<FeedItem> feed = (await client.Events.ListEventsAsync(head, 200)).Items;
        // A receiver that was stopped while it answered is sent the event again, as a webhook is.
        string[] ids = [.. got.Select(one => one.Headers["webhook-id"]).Distinct()];
        Assert.Equal(feed.Take(ids.Length).Select(item => item.Body.GetProperty("id").GetString()), ids);
        WebhookVerifier verifier = new(secret);
        Assert.All(got, one =>
        {
            Assert.True(verifier.IsKeystone(one.Body, one.Headers["X-Keystone-Signature"]));
            Assert.True(verifier.IsStandard(one.Body, one.Headers["webhook-id"], one.Headers["webhook-timestamp"], one.Headers["webhook-signature"]));
            Assert.Equal(("application/json", "KeystoneOS/1", one.Headers["webhook-id"]), (one.Headers["Content-Type"], one.Headers["User-Agent"], (string)one.Json["id"]!));
        });
    }

    async Task CreateAsync(KeystoneClient client)
    {
        using PrivateKeySigner seller = DevAccounts.Party(2), buyer = DevAccounts.Party(1);
        await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File));
    }

    [Fact]
    public void There_is_a_sample_of_each_event_and_it_is_what_the_feed_would_carry()
    {
        Assert.True(EventSamples.Names.Count > 25);
        Assert.All(EventSamples.Names, name =>
        {
            JsonNode sample = JsonNode.Parse(EventSamples.Create(name, TimeProvider.System.GetUtcNow()))!;
            Assert.Equal((name, name), ((string)sample["event"]!, (string)sample["type"]!));
            Assert.StartsWith("evt_", (string)sample["id"]!, StringComparison.Ordinal);
            Assert.NotNull(sample["data"]);
            if (name.StartsWith("settlement.state.", StringComparison.Ordinal)) Assert.Equal(name["settlement.state.".Length..].ToUpperInvariant(), (string)sample["data"]!["state"]!);
        });
        Assert.Contains("There is no event", Assert.Throws<Cli.CommandFault>(() => EventSamples.Create("settlement.state.nowhere", TimeProvider.System.GetUtcNow())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trigger_sends_a_sample_to_a_listener_s_receiver_and_to_an_endpoint()
    {
        await using EventReceiver receiver = await EventReceiver.StartAsync();
        string secret = (await system.DoAsync("platform-a", "listen", "--print-secret")).Trim();
        Assert.Contains("204 in", await system.DoAsync("platform-a", "trigger", "settlement.confirmation_required", "--forward-to", receiver.Url), StringComparison.Ordinal);
        Assert.True(receiver.All.TryDequeue(out EventReceiver.Received? sample));
        Assert.Equal(("settlement.confirmation_required", true), (sample.Event, new WebhookVerifier(secret).IsKeystone(sample.Body, sample.Headers["X-Keystone-Signature"])));

        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        Webhook endpoint = await client.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Url, Events = ["webhook.*"] });
        try
        {
            await system.DoAsync("platform-a", "trigger", "webhook.test", "--endpoint", endpoint.Id.ToString());
            await Eventually.TrueAsync(() => Task.FromResult(!receiver.All.IsEmpty), Limit, "The service does not send its test.");
            Assert.True(receiver.All.TryDequeue(out EventReceiver.Received? test));
            Assert.True(new WebhookVerifier(endpoint.Secret!).IsKeystone(test.Body, test.Headers["X-Keystone-Signature"]));

            string[] other = ["trigger", "settlement.state.settled", "--endpoint", endpoint.Id.ToString()];
            (int status, _, string error) = await system.RunAsync("platform-a", other);
            Assert.Equal(1, status);
            Assert.Contains("--secret-file", error, StringComparison.Ordinal);
            string file = Path.Combine(system.Folder, "endpoint.secret");
            await File.WriteAllTextAsync(file, endpoint.Secret + "\n");
            await system.DoAsync("platform-a", [.. other, "--secret-file", file]);
            Assert.True(receiver.All.TryDequeue(out EventReceiver.Received? settled));
            Assert.Equal(("settlement.state.settled", true), (settled.Event, new WebhookVerifier(endpoint.Secret!).IsKeystone(settled.Body, settled.Headers["X-Keystone-Signature"])));
        }
        finally
        {
            await client.DeleteWebhookAsync(endpoint.Id);
        }
        (int refused, _, string said) = await system.RunAsync("platform-a", "trigger", "webhook.test");
        Assert.Equal((1, true), (refused, said.Contains("--forward-to or --endpoint", StringComparison.Ordinal)));
    }
}
