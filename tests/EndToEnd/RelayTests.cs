using System.Diagnostics;
using System.Text.Json.Nodes;
using Keystone.Dev;
using Keystone.Dev.Servers;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Ethereum.Abi;
using Keystone.Ethereum.Nodes;
using Keystone.Testing;

namespace Keystone.EndToEnd;

/// <summary>Signatures that the keeper relays: through the real Permit2, under a reorg, and by two keepers.</summary>
public sealed class RelayTests(RelayTests.FarFromFinal started) : IClassFixture<RelayTests.FarFromFinal>
{
    const int FinalityDepth = 20;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_real_Permit2_takes_signed_deposits()
    {
        Address permit2 = Consents.Permit2;
        await started.System.AskChainAsync("anvil_setCode", permit2.ToString(), await Permit2CodeAsync());
        try
        {
            using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
            string path = await OpenAsync(seller, buyer);
            foreach ((SignedWallet wallet, int index, string symbol) in ((SignedWallet, int, string)[])[(seller, 0, "KBOND"), (buyer, 1, "USDC")])
            {
                // Once for all that the wallet will ever do with this token, as its owner did elsewhere.
                await started.System.AskChainAsync("anvil_setBalance", wallet.Address.ToString(), "0xde0b6b3a7640000");
                await wallet.ExecuteAsync(new JsonObject
                {
                    ["to"] = started.System.File.Token(symbol).Address,
                    ["value"] = "0",
                    ["data"] = Hex.Encode(AbiCall.Encode("approve(address,uint256)", AbiValue.Address(permit2), AbiValue.Uint(UInt256.MaxValue))),
                    ["gas_estimate"] = 60_000L,
                });
                JsonObject leg = await LegAsync(path, index);
                Assert.True((bool)leg["signed_path"]!["without_transaction"]!, leg["signed_path"]!.ToJsonString());
                await SignedAsync(path, await wallet.SignAsync(DepositTests.Document(leg, "permit2")));
            }
            await FinalizeAsync(path);
            // The approval of Permit2, and no transaction for the deposit.
            foreach (SignedWallet wallet in (SignedWallet[])[seller, buyer])
                Assert.Equal(1UL, await started.Node.GetTransactionCountAsync(wallet.Address, BlockTag.Latest, CancellationToken.None));
        }
        finally
        {
            await started.System.AskChainAsync("anvil_setCode", permit2.ToString(), "0x");
        }
    }

    [Fact]
    public async Task A_relayed_deposit_that_a_reorg_removes_is_relayed_again()
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        string path = await OpenAsync(seller, buyer);
        // The registration stays: it is further down than the reorg reaches.
        await started.System.MineAsync(4);
        await SignedAsync(path, await buyer.SignAsync(DepositTests.Document(await LegAsync(path, 1), "authorization")));
        JsonObject seen = await LegIsAsync(path, 1, "locked");
        await started.System.StopBlocksAsync();
        long mined = (long)seen["legs"]![1]!["deposit"]!["block_number"]!, head = (await started.Node.GetBlockAsync(BlockTag.Latest, CancellationToken.None))!.Number;
        await started.System.ReorgAsync(head - mined + 1);
        await LegIsAsync(path, 1, "pending");
        started.System.MakeBlocksAgain();

        // Nobody signs again.
        await LegIsAsync(path, 1, "locked");
        JsonObject bond = await LegAsync(path, 0);
        foreach (string kind in (string[])["permit", "settle"]) await SignedAsync(path, await seller.SignAsync(DepositTests.Document(bond, kind)));
        await FinalizeAsync(path);
        await RequireNothingSpentAsync(seller, buyer);
        JsonArray events = (await started.GetAsync("platform-a", path + "/events?limit=200"))["items"]!.AsArray();
        Assert.Contains(events, one => ((string)one!["type"]!).StartsWith("leg", StringComparison.Ordinal) && one.ToJsonString().Contains("reorg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_keepers_each_signature_is_relayed_once()
    {
        DevService first = started.System.File.Service("keeper");
        using Ports ports = new();
        string file = first.SettingsFile.Replace("keeper.json", "keeper-relay.json", StringComparison.Ordinal), url = $"http://127.0.0.1:{ports.Take(0)}";
        JsonObject settings = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(first.SettingsFile))!;
        settings["Management:Url"] = url;
        await Cli.SecretFile.WriteAsync(file, settings.ToJsonString(), CancellationToken.None);
        await using ServiceProcess second = new(first with { SettingsFile = file, ManagementUrl = url });
        await second.StartAsync();
        List<(string Path, SignedWallet Seller, SignedWallet Buyer)> all = [];
        try
        {
            for (int i = 0; i < 4; i++)
            {
                SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
                all.Add(("", seller, buyer));
                all[i] = (await OpenAsync(seller, buyer), seller, buyer);
            }
            await Task.WhenAll(all.Select(async one =>
            {
                JsonObject bond = await LegAsync(one.Path, 0), cash = await LegAsync(one.Path, 1);
                foreach (string kind in (string[])["permit", "settle"]) await SignedAsync(one.Path, await one.Seller.SignAsync(DepositTests.Document(bond, kind)));
                await SignedAsync(one.Path, await one.Buyer.SignAsync(DepositTests.Document(cash, "authorization")));
            }));
            foreach ((string path, SignedWallet seller, SignedWallet buyer) in all)
            {
                await FinalizeAsync(path);
                await RequireNothingSpentAsync(seller, buyer);
            }
            await started.System.RequireCallsOnceAsync();
        }
        finally
        {
            foreach ((_, SignedWallet seller, SignedWallet buyer) in all)
            {
                seller.Dispose();
                buyer.Dispose();
            }
        }
    }

    async Task<string> OpenAsync(SignedWallet seller, SignedWallet buyer)
    {
        await started.MintAsync("KBOND", seller, "1000000000000000000");
        await started.MintAsync("USDC", buyer, "5000000");
        string path = $"/v1/settlements/{(await started.CreateAsync("platform-a", DepositTests.Single(seller, buyer, DepositTests.Leg("asset", "KBOND", "1"), DepositTests.Leg("payment", "USDC", "5", giver: "buyer"))))["id"]}";
        await started.ReachAsync("platform-a", path, "AWAITING_DEPOSITS");
        return path;
    }

    async Task FinalizeAsync(string path)
    {
        await Eventually.TrueAsync(async () => (string)(await started.GetAsync("platform-a", path))["state"]! is "SETTLED" or "FINALIZED", Limit, $"{path} does not settle.");
        await started.System.MineAsync(FinalityDepth);
        await started.ReachAsync("platform-a", path, "FINALIZED");
    }

    async Task RequireNothingSpentAsync(params SignedWallet[] wallets)
    {
        foreach (SignedWallet wallet in wallets)
        {
            Assert.Equal(UInt256.Zero, await started.Node.GetBalanceAsync(wallet.Address, BlockTag.Latest, CancellationToken.None));
            Assert.Equal(0UL, await started.Node.GetTransactionCountAsync(wallet.Address, BlockTag.Latest, CancellationToken.None));
        }
    }

    async Task<JsonObject> LegIsAsync(string path, int index, string status)
    {
        JsonObject seen = [];
        await Eventually.TrueAsync(async () => (string)(seen = await started.GetAsync("platform-a", path))["legs"]![index]!["status"]! == status, Limit, $"Leg {index} of {path} is not {status}.");
        return seen;
    }

    async Task<JsonObject> LegAsync(string path, int index) =>
        (JsonObject)(await started.GetAsync("platform-a", path + "/deposit-instructions"))["legs"]!.AsArray().First(leg => (int)leg!["index"]! == index)!;

    async Task SignedAsync(string path, JsonObject body)
    {
        (int status, JsonObject answer) = await started.SendToApiAsync("platform-a", HttpMethod.Post, path + "/signatures", body);
        Assert.True(status == 202, answer.ToJsonString());
    }

    static async Task<string> Permit2CodeAsync()
    {
        using Process node = Process.Start(new ProcessStartInfo("node", [Path.Combine(NativeTool.RepositoryRoot, "contracts", "tools", "permit2.mjs")]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string said = await node.StandardOutput.ReadToEndAsync(), fault = await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, fault);
        return (await File.ReadAllTextAsync(said.Trim())).Trim();
    }

    /// <summary>A system whose blocks become final late, so that a reorg is allowed.</summary>
    public sealed class FarFromFinal : DepositTests.Started
    {
        /// <inheritdoc/>
        protected override Task<LocalSystem> StartSystemAsync() => LocalSystem.StartAsync(options => options with { FinalityDepth = FinalityDepth });
    }
}
