using System.Text;
using System.Text.Json.Nodes;
using Keystone.Cli.Deploy;
using Keystone.Dev;
using Keystone.Dev.Demo;
using Keystone.Domain.Names;
using Keystone.Ethereum;
using Keystone.Ethereum.Signing;
using Keystone.Identity;
using Keystone.Settlements.Instruments;
using Keystone.Settlements.Operations;
using Keystone.Testing.Scripted;
using Npgsql;
using Xunit.Abstractions;

namespace Keystone.EndToEnd.Walk;

/// <summary>
/// A walk through the running system with real receivers: tokens that two platforms call differently, a counterfeit, a refund that fails, a node that names its
/// host, compliance stops, an operator's order. Then everything that each platform was sent is searched for words of the others and of the operator.
/// </summary>
public sealed class NothingOfOthersTests(ITestOutputHelper output)
{
    const string OrderWords = "operator words 7713", NodeHost = "10.77.0.5", NodePath = "/var/lib/geth", Listed = "VOSTOK LISTED", Watched = "BOREALIS WATCH";
    const string WordOfA = "ALFA-PRIVATE", WordOfB = "BRAVO-PRIVATE", RefundRefusal = "TokenCallFailed";

    [Fact]
    public async Task What_is_sent_to_a_platform_holds_no_word_of_another_one_or_of_the_operator()
    {
        await using LocalSystem system = await LocalSystem.StartAsync(services: false);
        await using FaultProxy node = await FaultProxy.StartAsync(new Uri(system.File.RpcUrl));
        string list = (string)JsonNode.Parse(await File.ReadAllTextAsync(system.File.Service("keeper").SettingsFile))!["Screening:DenyList"]!;
        await File.WriteAllTextAsync(list, $"fail name {Listed}\nflag name {Watched}\n");
        await using ServiceProcess api = new(system.File.Service("api")), indexer = new(system.File.Service("indexer")), keeper = new(system.File.Service("keeper"));
        foreach (ServiceProcess service in (ServiceProcess[])[indexer, keeper, api]) await service.StartAsync("--Chains:0:RpcUrls:0", node.Url.ToString());
        await using NpgsqlDataSource owner = NpgsqlDataSource.Create(system.File.OwnerConnection);

        // A's second environment calls another contract USDC than its first, B a third word, and C registered nothing.
        Deployer deployer = new(system.Environment.Node, new TransactionSender(system.Environment.Node, DevAccounts.Deployer()));
        Address second = (await deployer.DeployTokenAsync("Second", "SECOND", 6, CancellationToken.None)).Address, bond = (await deployer.DeployTokenAsync("Note", "NOTE", 18, CancellationToken.None)).Address;
        Address fake = (await deployer.DeployTokenAsync("Dollar", "USDC", 6, CancellationToken.None)).Address;
        PlatformStore platforms = new(owner, TimeProvider.System);
        NewCredential ofA = await platforms.CreateEnvironmentAsync("platform-a", "second", "sandbox", system.File.ChainId, CancellationToken.None);
        NewCredential ofC = await platforms.CreateAsync(new NewPlatform("platform-c", "Platform C", "sandbox", "sandbox", system.File.ChainId), NameSkeleton.AreConfusable, CancellationToken.None);
        InstrumentStore instruments = new(owner, TimeProvider.System);
        foreach ((string platform, string environment, Address token, string symbol, byte decimals, string claimed) in ((string, string, Address, string, byte, string)[])
            [("platform-a", "second", second, "USDC", 6, "SECOND"), ("platform-a", "second", bond, WordOfA, 18, "NOTE"), ("platform-b", "sandbox", bond, WordOfB, 18, "NOTE")])
            Assert.Null((await instruments.RegisterAsync(platform, environment, new NewInstrument(token, symbol, decimals, new Hash32(new byte[32])) { ClaimedSymbol = claimed }, CancellationToken.None)).Error);

        await using WalkingPlatform a = await WalkingPlatform.StartAsync(system.File.ApiUrl, new DevPlatform("platform-a", "A in its second environment", ofA.ClientId, ofA.ClientSecret));
        await using WalkingPlatform b = await WalkingPlatform.StartAsync(system.File.ApiUrl, system.File.Platform("platform-b"));
        await using WalkingPlatform c = await WalkingPlatform.StartAsync(system.File.ApiUrl, new DevPlatform("platform-c", "C", ofC.ClientId, ofC.ClientSecret));
        using Wallet seller = new("seller", DevAccounts.Party(1), system.Environment.Node);
        string buyer = AddressOf(2);
        OrderStore orders = new(owner, TimeProvider.System);

        // 1. A word for two contracts; then a refund that the token refuses while the node names where it is.
        string refund = await InstructAsync(a, "platform-c", "Acme", seller.Address.ToString(), WordOfA, "USDC");
        JsonNode asked = await c.AwaitWebhookAsync(refund, "settlement.confirmation_required");
        Assert.Equal([bond.ToString(), second.ToString()], asked["data"]!["legs"]!.AsArray().Select(leg => (string?)leg!["instrument_id"]));
        Assert.Equal((false, "SECOND"), ((bool)asked["data"]!["legs"]![1]!["token"]!["registered"]!, (string?)asked["data"]!["legs"]![1]!["token"]!["claimed_symbol"]));
        await c.PostAsync($"/v1/settlements/{refund}/confirm", Confirmation("Gamma", buyer));
        JsonNode open = await c.AwaitAsync(refund, read => (string?)read["state"] == "AWAITING_DEPOSITS", "the settlement was not registered");
        await seller.MintAsync(bond, UInt256.Parse("1000000000000000000"), CancellationToken.None);
        await seller.DepositAsync(Address.Parse(system.File.Escrow), Hash32.Parse((string)open["escrow"]!["id"]!), 0, CancellationToken.None);
        await a.AwaitAsync(refund, read => (string?)read["legs"]![0]!["status"] == "locked", "the deposit was not seen");
        await system.AskChainAsync("anvil_setCode", bond.ToString(), Refuses("account is frozen"));
        node.Rules = [new FaultRule("eth_estimateGas") { Error = (-32000, $"Post \"http://{NodeHost}:8545\": dial tcp {NodeHost}:8545: connect: connection refused ({NodePath}/geth.ipc)"), Times = 4 }];
        Assert.Equal(OrderOutcome.Taken, await orders.RollBackAsync(Guid.Parse(refund), OrderWords, OrderWords, CancellationToken.None));

        // 2. A counterfeit that calls itself like the token that B registered.
        string counterfeit = await InstructAsync(a, "platform-b", "Acme", seller.Address.ToString(), bond.ToString(), fake.ToString());
        foreach (JsonNode leg in (JsonNode[])[
            (await b.AwaitWebhookAsync(counterfeit, "settlement.confirmation_required"))["data"]!["legs"]![1]!, (await b.GetAsync($"/v1/settlements/{counterfeit}"))["legs"]![1]!,
            (await b.GetAsync("/v1/settlements"))["items"]!.AsArray().Single(item => (string?)item!["id"] == counterfeit)!["legs"]![1]!])
        {
            Assert.Equal(fake.ToString(), (string?)leg["instrument_id"]);
            Assert.Equal((false, null, "USDC", "USDC"), ((bool)leg["token"]!["registered"]!, (string?)leg["token"]!["symbol"], (string?)leg["token"]!["claimed_symbol"], (string?)leg["token"]!["resembles"]));
        }
        await b.PostAsync($"/v1/settlements/{counterfeit}/reject", new JsonObject { ["reason"] = "Not our token" });

        // 3. A stops at the list, C hears the neutral sentence; then the other way round, with a flag that the operator ends.
        string stopped = await InstructAsync(a, "platform-c", "Vostok  Listed", seller.Address.ToString(), bond.ToString(), second.ToString());
        string flagged = await InstructAsync(a, "platform-c", "Acme", seller.Address.ToString(), bond.ToString(), second.ToString());
        await c.PostAsync($"/v1/settlements/{stopped}/confirm", Confirmation("Gamma", buyer));
        await c.PostAsync($"/v1/settlements/{flagged}/confirm", Confirmation("Borealis  Watch", buyer));
        await c.AwaitAsync(flagged, read => (string?)read["compliance"]?["status"] == "review", "the flag was not raised");
        Assert.Equal(OrderOutcome.Taken, await orders.RollBackAsync(Guid.Parse(flagged), OrderWords, OrderWords, CancellationToken.None));
        foreach ((WalkingPlatform reader, string id) in ((WalkingPlatform, string)[])[(c, stopped), (a, flagged)])
        {
            JsonNode ended = await reader.AwaitAsync(id, read => (string?)read["state"] == "ROLLED_BACK", "the stop did not end it");
            Assert.Equal("""{"code":"compliance","message":"Not completed."}""", ended["failure"]!.ToJsonString());
            Assert.Null(ended["compliance"]);
            await reader.AwaitWebhookAsync(id, "settlement.state.rolled_back");
        }
        JsonNode own = await a.AwaitAsync(stopped, read => (string?)read["state"] == "ROLLED_BACK", "the stop did not end it");
        Assert.Equal("seller entity", string.Join(',', own["compliance"]!["stopped"]!.AsArray().Select(party => $"{party!["role"]} {party["layer"]}")));

        // 4. A node that is away when a token has to be read.
        node.Rules = [.. node.Rules, new FaultRule("eth_getCode") { Error = (-32000, $"dial tcp {NodeHost}:8545: connect: no route to host"), Times = 8 }];
        foreach (WalkingPlatform reader in (WalkingPlatform[])[a, c])
            Assert.Equal("node_unavailable", (string?)(await reader.PostAsync("/v1/settlements", Instruction("platform-b", "Acme", seller.Address.ToString(), system.File.Token("USDC").Address, system.File.Token("KBOND").Address), 503))["code"]);
        node.Rules = [];

        // The refusal of the refund, decoded, and no word of a node.
        foreach (WalkingPlatform reader in (WalkingPlatform[])[a, c])
        {
            JsonNode blocked = await reader.AwaitAsync(refund, read => (string?)read["rollback"]?["status"] == "blocked", "the refund was not shown as blocked");
            Assert.Contains(RefundRefusal, (string)blocked["rollback"]!["legs_outstanding"]![0]!["last_error"]!, StringComparison.Ordinal);
        }
        await using (NpgsqlCommand stored = owner.CreateCommand("select string_agg(coalesce(last_reason, ''), ' ') from transactions.intent where purpose = 'refund'"))
            output.WriteLine($"the operator reads: {await stored.ExecuteScalarAsync()}");

        await a.ReadEverythingAsync([refund, counterfeit, stopped, flagged]);
        await b.ReadEverythingAsync([counterfeit]);
        await c.ReadEverythingAsync([refund, stopped, flagged]);
        string[] ours = [NodeHost, NodePath, OrderWords, Port(node.Url.ToString()), Port(system.File.RpcUrl), $":{new NpgsqlConnectionStringBuilder(system.File.OwnerConnection).Port}", list, Path.GetDirectoryName(list)!, "deny"];
        foreach (WalkingPlatform reader in (WalkingPlatform[])[a, b, c])
        {
            output.WriteLine($"{reader.Slug} was sent {reader.Sent.Count} texts");
            reader.Sent.RequireWithout([.. ours, Listed, Watched]);
        }
        c.Sent.RequireWithout(WordOfA, WordOfB, "USDC", "ALFA-REFERENCE");
        b.Sent.RequireWithout(WordOfA, "ALFA-REFERENCE");
        a.Sent.RequireWithout(WordOfB, "GAMMA-REFERENCE");
    }

    static async Task<string> InstructAsync(WalkingPlatform platform, string counterparty, string name, string wallet, string asset, string payment) =>
        (string)(await platform.PostAsync("/v1/settlements", Instruction(counterparty, name, wallet, asset, payment), 201))["id"]!;

    static JsonObject Instruction(string counterparty, string name, string wallet, string asset, string payment) => new()
    {
        ["idempotency_key"] = Guid.NewGuid().ToString(),
        ["template_id"] = "dvp-cross-platform",
        ["external_reference"] = "ALFA-REFERENCE",
        ["parties"] = new JsonArray(new JsonObject { ["role"] = "seller", ["external_reference"] = "ALFA-REFERENCE", ["name"] = name, ["wallet_address"] = wallet }),
        ["counterparty_parties"] = new JsonArray(new JsonObject { ["platform_slug"] = counterparty, ["role"] = "buyer" }),
        ["legs"] = new JsonArray(Leg("asset", asset, "1", "seller"), Leg("payment", payment, "5", "buyer")),
    };

    static JsonObject Leg(string type, string instrument, string quantity, string role) =>
        new() { ["leg_type"] = type, ["instrument_id"] = instrument, ["quantity"] = quantity, ["direction"] = "deliver", ["party_role"] = role };

    static JsonObject Confirmation(string name, string wallet) => new() { ["external_reference"] = "GAMMA-REFERENCE", ["name"] = name, ["wallet_address"] = wallet };

    static string Port(string url) => $":{new Uri(url).Port}";

    static string AddressOf(int party)
    {
        using PrivateKeySigner signer = DevAccounts.Party(party);
        return signer.Address.ToString();
    }

    /// <summary>A contract that reverts every call with <c>Error(string)</c>.</summary>
    static string Refuses(string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        byte[] data = [0x08, 0xc3, 0x79, 0xa0, .. ((UInt256)32).ToBytes(), .. ((UInt256)(ulong)text.Length).ToBytes(), .. text, .. new byte[32 - text.Length]];
        // PUSH1 length PUSH1 offset PUSH0 CODECOPY PUSH1 length PUSH0 REVERT
        return Hex.Encode([0x60, (byte)data.Length, 0x60, 0x0a, 0x5f, 0x39, 0x60, (byte)data.Length, 0x5f, 0xfd, .. data]);
    }
}
