using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Cli.Deploy;
using Keystone.Dev;
using Keystone.Escrow.Contracts;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;
using Keystone.Testing;
using TransactionReceipt = Keystone.Ethereum.TransactionReceipt;

namespace Keystone.EndToEnd;

/// <summary>Deposits by what the API says and nothing else: wallets that paste the operations, and wallets without ether that sign the documents.</summary>
public sealed class DepositTests(DepositTests.Started started) : IClassFixture<DepositTests.Started>
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task An_ordinary_wallet_pastes_the_operations_for_every_kind_of_token_and_the_settlement_is_final()
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        foreach (SignedWallet wallet in (SignedWallet[])[seller, buyer])
            await started.System.AskChainAsync("anvil_setBalance", wallet.Address.ToString(), "0xde0b6b3a7640000");
        Address escrow = Address.Parse(started.System.File.Escrow), bond = started.System.File.Token("KBOND").Contract;
        (Address legacy, Address shares, Address deeds, Address lots) = await started.DeployTokensAsync();
        await started.MintAsync("KBOND", seller, "5000000000000000000");
        await started.MintAsync(legacy.ToString(), seller, "7000");
        await started.MintAsync(shares.ToString(), seller, "3000000000000000000");
        await started.MintAsync(deeds.ToString(), seller, null, "42");
        await started.MintAsync(lots.ToString(), seller, "9", "77");
        await started.MintAsync("USDC", buyer, "1000000");
        // An approval that is left from elsewhere: this token changes it by way of zero only.
        await seller.ExecuteAsync(new JsonObject
        {
            ["to"] = legacy.ToString(),
            ["value"] = "0",
            ["data"] = Hex.Encode(AbiCall.Encode("approve(address,uint256)", AbiValue.Address(escrow), AbiValue.Uint(5))),
            ["gas_estimate"] = 60_000L,
        });
        JsonObject made = await started.CreateAsync("platform-a", Single(seller, buyer,
            Leg("asset", bond, "5"), Leg("asset", legacy, "0.007"), Leg("asset", shares, "3"), Leg("asset", deeds, "1", "42"), Leg("asset", lots, "9", "77"),
            Leg("payment", started.System.File.Token("USDC").Contract, "1", giver: "buyer")));
        string path = $"/v1/settlements/{made["id"]}";
        await started.ReachAsync("platform-a", path, "AWAITING_DEPOSITS");

        JsonObject instructions = await started.GetAsync("platform-a", path + "/deposit-instructions");
        JsonObject sharesLeg = (JsonObject)instructions["legs"]![2]!;
        Assert.False(Check(sharesLeg, "verification"), sharesLeg.ToJsonString());
        foreach (Address holder in (Address[])[escrow, buyer.Address, seller.Address])
            await started.SendAsync(shares, AbiCall.Encode("verify(address,bool)", AbiValue.Address(holder), AbiValue.Bool(true)));
        Assert.True(Check((JsonObject)(await started.GetAsync("platform-a", path + "/deposit-instructions"))["legs"]![2]!, "verification"));
        Assert.Equal(["approve_zero", "approve", "deposit"], Steps(instructions, 1));
        Assert.Equal(["approve", "deposit"], Steps(instructions, 3));
        Assert.Equal(["approve_for_all", "deposit"], Steps(instructions, 4));
        Assert.NotNull(instructions["legs"]![4]!["operations"]![0]!["warning"]);

        foreach (JsonNode? leg in instructions["legs"]!.AsArray())
        {
            SignedWallet wallet = (string)leg!["role"]! == "seller" ? seller : buyer;
            Assert.Equal(wallet.Address.ToString(), (string)leg["depositor"]!);
            foreach (JsonNode? operation in leg["operations"]!.AsArray())
            {
                if (!(bool)operation!["needed"]!) continue;
                TransactionReceipt receipt = await wallet.ExecuteAsync((JsonObject)operation);
                if ((string)operation["gas_basis"]! == "node") Assert.InRange((long)receipt.GasUsed, 1, (long)operation["gas_estimate"]!);
            }
        }
        JsonObject settled = await started.ReachAsync("platform-a", path, "FINALIZED");
        Assert.All(settled["legs"]!.AsArray(), leg => Assert.Equal("released", (string)leg!["status"]!));
        Assert.Equal(buyer.Address, await started.OwnerAsync(deeds, 42));
        Assert.Equal(409, (await started.SendToApiAsync("platform-a", HttpMethod.Get, path + "/deposit-instructions")).Status);
    }

    [Fact]
    public async Task Both_guides_are_final_by_signatures_alone_with_wallets_that_never_had_ether()
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        await started.MintAsync("KBOND", seller, "200000000000000000000");
        await started.MintAsync("USDC", buyer, "100000000000");
        string single = $"/v1/settlements/{(await started.CreateAsync("platform-a", Single(seller, buyer, Leg("asset", "KBOND", "100"), Leg("payment", "USDC", "50000", giver: "buyer"))))["id"]}";
        JsonObject cross = Single(seller, buyer, Leg("asset", "KBOND", "100"), Leg("payment", "USDC", "50000", giver: "buyer"));
        cross["template_id"] = "dvp-cross-platform";
        cross["parties"]!.AsArray().RemoveAt(1);
        cross["counterparty_parties"] = new JsonArray(new JsonObject { ["platform_slug"] = "platform-b", ["role"] = "buyer" });
        string crossed = $"/v1/settlements/{(await started.CreateAsync("platform-a", cross))["id"]}";
        (int status, JsonObject confirmed) = await started.SendToApiAsync("platform-b", HttpMethod.Post, crossed + "/confirm",
            new JsonObject { ["external_reference"] = "b-1", ["wallet_address"] = buyer.Address.ToString() });
        Assert.True(status == 200, confirmed.ToJsonString());
        foreach ((string path, string ofBuyer) in ((string, string)[])[(single, "platform-a"), (crossed, "platform-b")])
        {
            await started.ReachAsync("platform-a", path, "AWAITING_DEPOSITS");
            JsonObject bond = await LegAsync("platform-a", path, 0), cash = await LegAsync(ofBuyer, path, 1);
            foreach (JsonObject leg in (JsonObject[])[bond, cash])
            {
                Assert.True((bool)leg["signed_path"]!["without_transaction"]!, leg["signed_path"]!.ToJsonString());
                Assert.True(Check(leg, "gas_money"));
            }
            JsonObject[] bodies = [await seller.SignAsync(Document(bond, "permit")), await seller.SignAsync(Document(bond, "settle"))];
            foreach (JsonObject body in bodies) await SignedAsync("platform-a", path, body);
            JsonObject authorization = await buyer.SignAsync(Document(cash, "authorization"));
            await SignedAsync(ofBuyer, path, authorization);
            // Again is the same, at whatever point of the way it comes.
            Assert.InRange((await started.SendToApiAsync(ofBuyer, HttpMethod.Post, path + "/signatures", authorization)).Status, 202, 409);
            JsonObject final = await started.ReachAsync("platform-a", path, "FINALIZED");
            Assert.Equal("executed", (string)final["escrow"]!["status"]!);
        }
        foreach (SignedWallet wallet in (SignedWallet[])[seller, buyer])
        {
            Assert.Equal(UInt256.Zero, await started.Node.GetBalanceAsync(wallet.Address, BlockTag.Latest, CancellationToken.None));
            Assert.Equal(0UL, await started.Node.GetTransactionCountAsync(wallet.Address, BlockTag.Latest, CancellationToken.None));
        }
        await started.System.RequireCallsOnceAsync();
    }

    [Fact]
    public async Task A_plain_token_needs_one_approval_by_transaction_and_the_preflight_shows_the_ether_for_it()
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        (Address legacy, _, _, _) = await started.DeployTokensAsync();
        await started.MintAsync(legacy.ToString(), seller, "7000");
        await started.MintAsync("USDC", buyer, "1000000");
        string path = $"/v1/settlements/{(await started.CreateAsync("platform-a", Single(seller, buyer, Leg("asset", legacy, "0.007"), Leg("payment", "USDC", "1", giver: "buyer"))))["id"]}";
        await started.ReachAsync("platform-a", path, "AWAITING_DEPOSITS");
        JsonObject leg = await LegAsync("platform-a", path, 0);
        Assert.Equal((false, "approve"), ((bool)leg["signed_path"]!["without_transaction"]!, (string)leg["signed_path"]!["transaction_needed"]!));
        Assert.Equal(["settle"], leg["documents"]!.AsArray().Select(document => (string)document!["kind"]!));
        JsonObject money = (JsonObject)leg["preflight"]!.AsArray().First(check => (string)check!["check"]! == "gas_money")!;
        Assert.Equal((false, "0"), ((bool)money["ok"]!, (string)money["have"]!));
        UInt256 need = UInt256.Parse((string)money["need"]!);
        Assert.True(need > UInt256.Zero);
        // With the ether that it names, the approval can be made, and the rest is signed.
        await started.System.AskChainAsync("anvil_setBalance", seller.Address.ToString(), "0x" + need.ToBigInteger().ToString("x", CultureInfo.InvariantCulture));
        Assert.True(Check(await LegAsync("platform-a", path, 0), "gas_money"));
        await started.System.AskChainAsync("anvil_setBalance", seller.Address.ToString(), "0xde0b6b3a7640000");
        await seller.ExecuteAsync((JsonObject)leg["operations"]!.AsArray().First(operation => (string)operation!["step"]! == "approve")!);
        Assert.True((bool)(await LegAsync("platform-a", path, 0))["signed_path"]!["without_transaction"]!);
        await SignedAsync("platform-a", path, await seller.SignAsync(Document(leg, "settle")));
        await SignedAsync("platform-a", path, await buyer.SignAsync(Document(await LegAsync("platform-a", path, 1), "authorization")));
        await started.ReachAsync("platform-a", path, "FINALIZED");
    }

    [Theory]
    [InlineData(DevAccounts.FlaggedWallet, "COMPLIANCE_CHECKING", "review", null)]
    [InlineData(DevAccounts.FailingWallet, "ROLLED_BACK", "failed", "compliance")]
    public async Task Magic_wallets_are_flagged_and_fail(string wallet, string state, string compliance, string? failure)
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        JsonObject body = Single(seller, buyer, Leg("asset", "KBOND", "1"), Leg("payment", "USDC", "1", giver: "buyer"));
        body["parties"]![0]!["wallet_address"] = wallet;
        string path = $"/v1/settlements/{(await started.CreateAsync("platform-a", body))["id"]}";
        JsonObject seen = [];
        await Eventually.TrueAsync(async () => (string?)(seen = await started.GetAsync("platform-a", path))["compliance"]?["status"] == compliance, Limit, $"{path} is not {compliance}.");
        Assert.Equal((state, failure), ((string)seen["state"]!, (string?)seen["failure"]?["code"]));
    }

    async Task SignedAsync(string platform, string path, JsonObject body)
    {
        (int status, JsonObject answer) = await started.SendToApiAsync(platform, HttpMethod.Post, path + "/signatures", body);
        Assert.True(status == 202, answer.ToJsonString());
    }

    async Task<JsonObject> LegAsync(string platform, string path, int index) =>
        (JsonObject)(await started.GetAsync(platform, path + "/deposit-instructions"))["legs"]!.AsArray().First(leg => (int)leg!["index"]! == index)!;

    internal static JsonObject Document(JsonObject leg, string kind) => (JsonObject)leg["documents"]!.AsArray().First(document => (string)document!["kind"]! == kind)!;

    static bool Check(JsonObject leg, string name) => (bool)leg["preflight"]!.AsArray().First(check => (string)check!["check"]! == name)!["ok"]!;

    static IEnumerable<string> Steps(JsonObject instructions, int leg) => instructions["legs"]![leg]!["operations"]!.AsArray().Select(operation => (string)operation!["step"]!);

    internal static JsonObject Leg(string type, object token, string quantity, string? tokenId = null, string giver = "seller")
    {
        JsonObject leg = new() { ["leg_type"] = type, ["instrument_id"] = token.ToString(), ["quantity"] = quantity, ["direction"] = "deliver", ["party_role"] = giver };
        if (tokenId is not null) leg["token_id"] = tokenId;
        return leg;
    }

    internal static JsonObject Single(SignedWallet seller, SignedWallet buyer, params JsonObject[] legs) => new()
    {
        ["idempotency_key"] = Guid.NewGuid().ToString(),
        ["template_id"] = "dvp-single",
        ["timeout_at"] = DateTimeOffset.UtcNow.AddHours(2).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["parties"] = new JsonArray(
            new JsonObject { ["role"] = "seller", ["external_reference"] = "s-1", ["wallet_address"] = seller.Address.ToString() },
            new JsonObject { ["role"] = "buyer", ["external_reference"] = "b-1", ["wallet_address"] = buyer.Address.ToString() }),
        ["legs"] = new JsonArray([.. legs]),
    };

    /// <summary>A system with the programs of two platforms.</summary>
    public class Started : IAsyncLifetime
    {
        readonly HttpClient _client = new();
        readonly PrivateKeySigner _issuer = DevAccounts.Party(8);
        readonly Dictionary<string, string> _tokens = [];

        internal LocalSystem System { get; private set; } = null!;

        internal IEthereumNode Node => System.Environment.Node;

        public async Task InitializeAsync() => System = await StartSystemAsync();

        /// <summary>Starts it as the tests of the class need it.</summary>
        protected virtual Task<LocalSystem> StartSystemAsync() => LocalSystem.StartAsync();

        public async Task DisposeAsync()
        {
            if (System is not null) await System.DisposeAsync();
            _issuer.Dispose();
            _client.Dispose();
        }

        internal SignedWallet NewWallet() => new(Node, System.File.ChainId);

        internal Task SendAsync(Address to, byte[] data) => new TransactionSender(Node, _issuer).SendAsync(to, data, CancellationToken.None);

        internal async Task<(Address Legacy, Address Shares, Address Deeds, Address Lots)> DeployTokensAsync()
        {
            Deployer deployer = new(Node, new TransactionSender(Node, _issuer));
            return ((await deployer.DeployTokenAsync(PublishedContract.MintableLegacy, "Legacy", "LEGC", 6, CancellationToken.None)).Address,
                (await deployer.DeployTokenAsync(PublishedContract.MintableShares, "Shares", "SHRS", 18, CancellationToken.None)).Address,
                (await deployer.DeployAsync(PublishedContract.MintableDeed, CancellationToken.None)).Address, (await deployer.DeployAsync(PublishedContract.MintableLots, CancellationToken.None)).Address);
        }

        internal async Task<Address> OwnerAsync(Address deeds, ulong token) =>
            new((await Node.CallAsync(new CallRequest(null, deeds, AbiCall.Encode("ownerOf(uint256)", AbiValue.Uint(token))), BlockTag.Latest, CancellationToken.None)).AsSpan(12));

        internal async Task MintAsync(string token, SignedWallet to, string? amount, string? tokenId = null)
        {
            JsonObject body = new() { ["token"] = token, ["to"] = to.Address.ToString() };
            if (amount is not null) body["amount"] = amount;
            if (tokenId is not null) body["token_id"] = tokenId;
            (int status, JsonObject answer) = await SendToApiAsync("platform-a", HttpMethod.Post, "/v1/test_helpers/mint", body);
            Assert.True(status == 200, answer.ToJsonString());
        }

        internal async Task<JsonObject> CreateAsync(string platform, JsonObject body)
        {
            (int status, JsonObject made) = await SendToApiAsync(platform, HttpMethod.Post, "/v1/settlements", body);
            Assert.True(status == 201, made.ToJsonString());
            return made;
        }

        internal async Task<JsonObject> GetAsync(string platform, string path)
        {
            (int status, JsonObject body) = await SendToApiAsync(platform, HttpMethod.Get, path);
            Assert.True(status == 200, body.ToJsonString());
            return body;
        }

        internal async Task<JsonObject> ReachAsync(string platform, string path, string state)
        {
            JsonObject seen = [];
            await Eventually.TrueAsync(async () =>
            {
                // A machine that is too busy for the database's shortest patience is asked again, as the answer says.
                (int status, seen) = await SendToApiAsync(platform, HttpMethod.Get, path);
                Assert.True(status == 200 || (bool)seen["retryable"]!, seen.ToJsonString());
                return (string?)seen["state"] == state;
            }, Limit, $"{path} does not reach {state}.");
            return seen;
        }

        internal async Task<(int Status, JsonObject Body)> SendToApiAsync(string platform, HttpMethod method, string path, JsonObject? body = null)
        {
            using HttpRequestMessage request = new(method, System.File.ApiUrl + path);
            request.Headers.Authorization = new("Bearer", await TokenAsync(platform));
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _client.SendAsync(request);
            return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }

        async Task<string> TokenAsync(string platform)
        {
            if (_tokens.TryGetValue(platform, out string? known)) return known;
            DevPlatform credentials = System.File.Platform(platform);
            using HttpResponseMessage response = await _client.PostAsJsonAsync(System.File.ApiUrl + "/oauth/token", new
            {
                client_id = credentials.ClientId,
                client_secret = credentials.ClientSecret,
                audience = "https://api.keystoneos.xyz",
                grant_type = "client_credentials",
            });
            return _tokens[platform] = (string)(await response.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!;
        }
    }
}
