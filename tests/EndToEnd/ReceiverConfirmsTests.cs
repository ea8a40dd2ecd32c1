using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev.Demo;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Settlement = Keystone.Client.Models.Settlement;

namespace Keystone.EndToEnd;

/// <summary>A receiver that calls back into the API from inside its handler, before it answers.</summary>
public sealed class ReceiverConfirmsTests
{
    const int Count = 50;

    [Fact]
    public async Task Fifty_settlements_at_once_go_on_when_the_receiver_confirms_each_before_it_answers()
    {
        await using LocalSystem system = await LocalSystem.StartAsync();
        StoryBook book = await system.OpenBookAsync();
        using HttpClient http = new();
        using KeystoneClient a = Open("platform-a"), b = Open("platform-b");
        ConcurrentQueue<Guid> confirmed = new();
        ConcurrentQueue<string> refused = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication receiver = builder.Build();
        receiver.Run(async context =>
        {
            JsonNode message = (await JsonNode.ParseAsync(context.Request.Body))!;
            if ((string?)message["event"] != "settlement.confirmation_required") return;
            Guid id = Guid.Parse((string)message["data"]!["settlement_id"]!);
            try
            {
                await b.ConfirmSettlementAsync(id, new ConfirmSettlementRequest { ExternalReference = "buyer-" + id, WalletAddress = book.Beta.Address.ToString() });
                confirmed.Enqueue(id);
            }
            catch (KeystoneApiException fault)
            {
                refused.Enqueue(fault.Message);
                context.Response.StatusCode = 500;
            }
        });
        await receiver.StartAsync();
        await b.CreateWebhookAsync(new CreateWebhookRequest { Url = receiver.Urls.First() + "/confirming", Events = ["settlement.confirmation_required"] });

        Settlement[] made = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => a.CreateSettlementAsync(new CreateSettlementRequest
        {
            TemplateId = "dvp-cross-platform",
            TimeoutAt = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Parties = [new PartyRequest { Role = "seller", ExternalReference = "seller", WalletAddress = book.Acme.Address.ToString() }],
            CounterpartyParties = [new CounterpartyRequest { PlatformSlug = "platform-b", Role = "buyer" }],
            Legs =
            [
                new LegRequest { LegType = "asset", InstrumentId = book.Bond.Address, Quantity = "1", Direction = "deliver", PartyRole = "seller" },
                new LegRequest { LegType = "payment", InstrumentId = "USDC", Quantity = "10", Direction = "deliver", PartyRole = "buyer" },
            ],
        })));
        HashSet<Guid> waiting = [.. made.Select(settlement => settlement.Id)];
        await Eventually.TrueAsync(async () =>
        {
            SettlementPage page = await a.ListSettlementsAsync(new SettlementQuery { Limit = 200 });
            foreach (Settlement settlement in page.Items.Where(settlement => settlement.State == "AWAITING_DEPOSITS")) waiting.Remove(settlement.Id);
            return waiting.Count == 0;
        }, TimeSpan.FromSeconds(120), $"settlements stand still; refused: {string.Join(" | ", refused)}");
        Assert.Equal(Count, confirmed.Distinct().Count());
        Assert.Empty(refused);

        KeystoneClient Open(string platform) => new(http, new KeystoneClientOptions
        {
            Url = new Uri(system.File.ApiUrl),
            ClientId = system.File.Platform(platform).ClientId,
            ClientSecret = system.File.Platform(platform).ClientSecret,
        });
    }
}
