using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Keystone.Client;
using Keystone.Client.Models;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using Npgsql;

namespace Keystone.EndToEnd;

/// <summary>What the three processes give out while they settle: one trace through all of them, every series that rules and dashboard name, and no secret and no person.</summary>
[Collection(OperatedCollection.Name)]
public sealed partial class TelemetryTests(OperatedSystem system)
{
    // Published with anvil: parties 7 and 8.
    const string SellerKey = "0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356", BuyerKey = "0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97";

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task S6_One_trace_id_is_in_the_answer_the_webhook_and_the_row_of_the_transaction_and_nothing_that_leaves_a_run_holds_a_secret_or_a_person()
    {
        using HttpClient http = new();
        using KeystoneClient a = system.Open(http, "platform-a"), b = system.Open(http, "platform-b");
        using PrivateKeySigner seller = DevAccounts.Party(7), buyer = DevAccounts.Party(8);
        await using EventReceiver atA = await EventReceiver.StartAsync(), atB = await EventReceiver.StartAsync();
        Webhook ofA = await a.CreateWebhookAsync(new CreateWebhookRequest { Url = atA.Url + "/hidden-path?token=hidden-query", Events = ["settlement.*"] });
        Webhook ofB = await b.CreateWebhookAsync(new CreateWebhookRequest { Url = atB.Url, Events = ["settlement.*"] });
        JsonObject signedIn = (await system.CallAsync(http, HttpMethod.Post, "/oauth/token", null, new JsonObject
        {
            ["client_id"] = system.File.Platform("platform-a").ClientId,
            ["client_secret"] = system.File.Platform("platform-a").ClientSecret,
            ["grant_type"] = "client_credentials",
        })).Body;
        string token = (string)signedIn["access_token"]!;

        string chosen = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        (System.Net.HttpStatusCode status, System.Net.Http.Headers.HttpResponseHeaders headers, JsonObject made) = await system.CallAsync(http, HttpMethod.Post, "/v1/settlements", token, new JsonObject
        {
            ["idempotency_key"] = "hidden-key",
            ["template_id"] = "dvp-cross-platform",
            ["external_reference"] = "hidden-reference",
            ["parties"] = new JsonArray(new JsonObject
            {
                ["role"] = "seller",
                ["external_reference"] = "hidden-account",
                ["name"] = "Hidden-Name Quillfeather",
                ["wallet_address"] = seller.Address.ToString(),
            }),
            ["counterparty_parties"] = new JsonArray(new JsonObject { ["platform_slug"] = "platform-b", ["role"] = "buyer", ["counterparty_reference"] = "hidden-counterparty" }),
            ["legs"] = new JsonArray(
                new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = system.File.Token("KBOND").Address, ["quantity"] = "100", ["direction"] = "deliver", ["party_role"] = "seller" },
                new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = system.File.Token("USDC").Address, ["quantity"] = "50000", ["direction"] = "deliver", ["party_role"] = "buyer" }),
        }, $"00-{chosen}-00f067aa0ba902b7-01");
        Assert.True(status == System.Net.HttpStatusCode.Created, made.ToJsonString());
        Assert.Equal(chosen, Assert.Single(headers.GetValues("Keystone-Trace-Id")));
        Guid id = (Guid)made["id"]!;
        await b.ConfirmSettlementAsync(id, new ConfirmSettlementRequest { ExternalReference = "hidden-account-of-b", Name = "Hidden-Buyer Marchbanks", WalletAddress = buyer.Address.ToString() });
        Settlement open = await OperatedSystem.ReachAsync(a, id, "AWAITING_DEPOSITS");
        foreach (Leg leg in open.Legs) await system.MintAsync(leg.PartyRole == "seller" ? seller : buyer, leg);
        await system.DoAsync("platform-a", "deposit", id.ToString(), "--send", "--rpc-url", system.File.RpcUrl, "--private-key-file", system.KeyFile(SellerKey));
        await system.DoAsync("platform-b", "deposit", id.ToString(), "--send", "--rpc-url", system.File.RpcUrl, "--private-key-file", system.KeyFile(BuyerKey));
        await OperatedSystem.ReachAsync(a, id, "FINALIZED");
        foreach (EventReceiver receiver in (EventReceiver[])[atA, atB])
            await Eventually.TrueAsync(() => Task.FromResult(receiver.All.Any(one => one.Event == "settlement.state.finalized")), Limit, "The last webhook does not come.");

        // The platform that instructed is told its own trace in every webhook, the other one nothing of it.
        Assert.All(atA.All, one => Assert.Equal(chosen, one.Headers["Keystone-Trace-Id"]));
        Assert.All(atB.All, one => Assert.False(one.Headers.ContainsKey("Keystone-Trace-Id")));
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);
        List<(string Purpose, string Trace)> intents = [];
        await using (NpgsqlCommand select = owner.CreateCommand("select purpose, traceparent from transactions.intent where subject = $1 order by purpose"))
        {
            select.Parameters.AddWithValue(Ethereum.Hex.Decode(open.Escrow!.Id));
            await using NpgsqlDataReader row = await select.ExecuteReaderAsync();
            while (await row.ReadAsync()) intents.Add((row.GetString(0), row.GetString(1)));
        }
        Assert.True(intents.Count >= 2, "The registration and the swap.");
        Assert.All(intents, intent => Assert.StartsWith($"00-{chosen}-", intent.Trace, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => Task.FromResult(SpansOf(chosen).Count(span => span.Name == "transaction") >= 2), Limit, "The transactions are no spans of the trace.");
        OtlpSpan request = Assert.Single(SpansOf(chosen), span => span.ParentId == "00f067aa0ba902b7");
        Assert.Contains(SpansOf(chosen), span => span.ParentId == request.Id && span.Attributes.GetValueOrDefault("db.query.text")?.Contains("insert into settlement.settlement ", StringComparison.Ordinal) == true);
        Assert.All(SpansOf(chosen).Where(span => span.Name == "transaction"), span => Assert.Matches("^0x[0-9a-f]{64}$", span.Attributes["keystone.transaction"]));
        Assert.Contains(SpansOf(chosen), span => span.Name == "webhook delivery");

        await RequireNothingHiddenAsync([token, token.Split('.')[1], token.Split('.')[2], ofA.Secret!, ofB.Secret!, seller.Address.ToString(), buyer.Address.ToString(), SellerKey, BuyerKey]);
    }

    IReadOnlyList<OtlpSpan> SpansOf(string trace) => [.. system.Collector.Spans.Where(span => span.TraceId == trace)];

    /// <summary>Searches logs, pages, spans and exported metrics of all processes.</summary>
    async Task RequireNothingHiddenAsync(IEnumerable<string> more)
    {
        List<string> hidden =
        [
            "hidden-", "Quillfeather", "Marchbanks", DevAccounts.OperatorKey, .. more, .. system.File.Platforms.Select(platform => platform.ClientSecret),
            .. system.File.Members.SelectMany(member => (string[])[member.Email, new Uri(member.SignInUrl).Segments[^1]]),
        ];
        foreach (DevService service in system.File.Services)
            hidden.Add(new NpgsqlConnectionStringBuilder((string)JsonNode.Parse(await File.ReadAllTextAsync(service.SettingsFile))!["Storage:ConnectionString"]!).Password!);
        foreach (DevService service in system.File.Services)
        {
            string log = system.LogOf(service.Name), page = await system.PageOfAsync(service.Name);
            Assert.Contains($"\"service\":\"{service.Name}\"", log, StringComparison.Ordinal);
            Assert.All(hidden, text =>
            {
                Assert.False(log.Contains(text, StringComparison.OrdinalIgnoreCase), $"The log of {service.Name} holds {text}: {log.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.OrdinalIgnoreCase))}");
                Assert.False(page.Contains(text, StringComparison.OrdinalIgnoreCase), $"The page of {service.Name} holds {text}.");
            });
        }
        string exported = system.Collector.Text;
        Assert.Contains("keystone-keeper", exported, StringComparison.Ordinal);
        Assert.All(hidden, text => Assert.False(exported.Contains(text, StringComparison.OrdinalIgnoreCase), $"What is exported holds {text}."));
    }

    [Fact]
    public async Task Every_series_of_rules_and_dashboard_is_on_a_page_of_the_running_system()
    {
        using HttpClient http = new();
        using KeystoneClient client = system.Open(http, "platform-a");
        using PrivateKeySigner seller = DevAccounts.Party(5), buyer = DevAccounts.Party(6);
        Settlement made = await client.CreateSettlementAsync(OperatedSystem.Single(seller, buyer, system.File));
        await OperatedSystem.ReachAsync(client, made.Id, "AWAITING_DEPOSITS");

        string folder = Path.Combine(NativeTool.RepositoryRoot, "deploy", "telemetry");
        string[] expressions =
        [
            .. (await File.ReadAllLinesAsync(Path.Combine(folder, "alerts.yml"))).Select(line => line.Trim()).Where(line => line.StartsWith("expr:", StringComparison.Ordinal)),
            .. ExpressionsOf(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "grafana-dashboard.json")))!),
        ];
        string[] named = [.. expressions.SelectMany(SeriesOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Assert.True(named.Length > 35, $"Only {named.Length} series are named.");
        HashSet<string> there = [];
        string[] missing = named;
        for (long start = TimeProvider.System.GetTimestamp(); missing.Length > 0 && TimeProvider.System.GetElapsedTime(start) < Limit; await Task.Delay(TimeSpan.FromSeconds(1)))
        {
            foreach (DevService service in system.File.Services)
                foreach (string line in (await system.PageOfAsync(service.Name)).Split('\n'))
                    if (Series().Match(line) is { Success: true } series) there.Add(series.Value);
            missing = [.. named.Where(name => !there.Contains(name))];
        }
        Assert.Empty(missing);
    }

    static IEnumerable<string> ExpressionsOf(JsonNode node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "expr", Value: JsonValue text } ? [(string)text!] : member.Value is null ? [] : ExpressionsOf(member.Value)),
        JsonArray items => items.SelectMany(item => item is null ? [] : ExpressionsOf(item)),
        _ => [],
    };

    // Labels stand in braces and behind by and on; the rest that looks like a name of ours is a series.
    static IEnumerable<string> SeriesOf(string expression) =>
        Names().Matches(Groups().Replace(expression, "")).Select(match => match.Value).Where(name => name != "job" && name.Contains('_', StringComparison.Ordinal) && name is not "histogram_quantile");

    [GeneratedRegex(@"\{[^}]*\}|\b(by|on|without)\s*\([^)]*\)")]
    private static partial Regex Groups();

    [GeneratedRegex(@"[a-z][a-z0-9_]+")]
    private static partial Regex Names();

    [GeneratedRegex(@"^[a-z][a-z0-9_]*(?=[{ ])")]
    private static partial Regex Series();
}
