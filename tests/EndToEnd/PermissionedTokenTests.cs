using System.Text.Json.Nodes;
using Keystone.Cli.Deploy;
using Keystone.Dev;
using Keystone.Ethereum;
using Keystone.Ethereum.Nodes;
using Keystone.Ethereum.Signing;

namespace Keystone.EndToEnd;

/// <summary>A security of a real ERC-3643 token (T-REX), from the instruction to the end: what its issuer refuses is named before anything is sent, and what it lets pass is delivered.</summary>
public sealed class PermissionedTokenTests(DepositTests.Started started) : IClassFixture<DepositTests.Started>
{
    const string Unit = "000000000000000000";

    static readonly UInt256 Sold = UInt256.Parse("5" + Unit), Owned = UInt256.Parse("8" + Unit);

    [Fact]
    public async Task A_permissioned_security_settles_and_every_refusal_of_its_issuer_is_named_before()
    {
        using SignedWallet seller = started.NewWallet(), buyer = started.NewWallet();
        using PrivateKeySigner issuer = DevAccounts.Party(8);
        TrexToken bond = await TrexToken.DeployAsync(new TransactionSender(started.Node, issuer), issuer.Address);
        Address escrow = Address.Parse(started.System.File.Escrow);
        await started.System.AskChainAsync("anvil_setBalance", seller.Address.ToString(), "0xde0b6b3a7640000");
        await bond.AdmitAsync(seller.Address);
        await bond.MintAsync(seller.Address, Owned);
        await started.MintAsync("USDC", buyer, "1000000");
        JsonObject body = DepositTests.Single(seller, buyer, DepositTests.Leg("asset", bond.Token, "5"), DepositTests.Leg("payment", "USDC", "1", giver: "buyer"));

        // Before anything is made: a warning, and no refusal.
        (int status, JsonObject preview) = await started.SendToApiAsync("platform-a", HttpMethod.Post, "/v1/settlements/preview", body);
        Assert.Equal((200, true), (status, (bool)preview["would_create"]!));
        JsonNode warning = Assert.Single(preview["warnings"]!.AsArray(), one => (string)one!["code"]! == "verification")!;
        Assert.Equal(0, (int)warning["leg_index"]!);
        Assert.Contains($"{buyer.Address} is not verified by the token's registry {bond.Registry}", (string)warning["detail"]!, StringComparison.Ordinal);

        string path = $"/v1/settlements/{(await started.CreateAsync("platform-a", body))["id"]}";
        await started.ReachAsync("platform-a", path, "AWAITING_DEPOSITS");
        JsonObject leg = await LegAsync(path);
        Assert.Equal((true, false, true), (Check(leg, "balance").Ok, Check(leg, "verification").Ok, Check(leg, "pause").Ok));
        string detail = Check(leg, "verification").Detail;
        Assert.StartsWith("Ask the issuer: ", detail, StringComparison.Ordinal);
        Assert.Contains($"the escrow {escrow} is not verified", detail, StringComparison.Ordinal);
        Assert.Contains($"{buyer.Address} is not verified", detail, StringComparison.Ordinal);
        Assert.DoesNotContain(seller.Address.ToString(), detail, StringComparison.Ordinal);
        // The same where somebody asks why it waits.
        JsonNode wait = Assert.Single((await started.GetAsync("platform-a", path + "/explain"))["waiting_for"]!.AsArray(), one => (string?)one!["leg_id"] == (string)leg["leg_id"]!)!;
        Assert.Equal(detail, (string)wait["checks"]!.AsArray().Single(check => (string)check!["check"]! == "verification")!["detail"]!);

        // The token says the same of the transaction.
        await seller.ExecuteAsync(Operation(leg, "approve"));
        await RefusedAsync(seller, leg);
        await bond.AdmitAsync(escrow);
        await bond.AdmitAsync(buyer.Address, TrexToken.RestrictedCountry);
        await NamesAsync(path, "verification", $"the token's rules do not let {escrow} transfer {Sold} to {buyer.Address}");
        await bond.ExpelAsync(buyer.Address);
        await bond.AdmitAsync(buyer.Address);
        Assert.True(Check(await LegAsync(path), "verification").Ok);

        await bond.FreezeAsync(seller.Address, true);
        await NamesAsync(path, "verification", $"{seller.Address} is frozen");
        await RefusedAsync(seller, leg);
        await bond.FreezeAsync(seller.Address, false);
        await bond.FreezeUnitsAsync(seller.Address, UInt256.Parse("4" + Unit), true);
        await NamesAsync(path, "verification", $"4{Unit} smallest units of {seller.Address} are frozen");
        await RefusedAsync(seller, leg);
        await bond.FreezeUnitsAsync(seller.Address, UInt256.Parse("4" + Unit), false);
        await bond.PauseAsync(true);
        await NamesAsync(path, "pause", "The token is paused");
        await RefusedAsync(seller, leg);
        await bond.PauseAsync(false);

        leg = await LegAsync(path);
        Assert.All(leg["preflight"]!.AsArray(), check => Assert.True((bool)check!["ok"]!, check.ToJsonString()));
        await seller.ExecuteAsync(Operation(leg, "deposit"));
        Assert.Equal(Sold, await bond.BalanceAsync(started.Node, escrow));

        // The recipient is frozen when all is in: the swap waits, and nothing is lost.
        await bond.FreezeAsync(buyer.Address, true);
        JsonObject cash = (JsonObject)(await started.GetAsync("platform-a", path + "/deposit-instructions"))["legs"]!.AsArray().First(one => (int)one!["index"]! == 1)!;
        (status, JsonObject answer) = await started.SendToApiAsync("platform-a", HttpMethod.Post, path + "/signatures", await buyer.SignAsync(DepositTests.Document(cash, "authorization")));
        Assert.True(status == 202, answer.ToJsonString());
        await started.ReachAsync("platform-a", path, "EXECUTING_SWAP");
        await started.System.MineAsync(3);
        Assert.Equal((UInt256.Zero, Sold), (await bond.BalanceAsync(started.Node, buyer.Address), await bond.BalanceAsync(started.Node, escrow)));
        await bond.FreezeAsync(buyer.Address, false);
        JsonObject final = await started.ReachAsync("platform-a", path, "FINALIZED");
        Assert.All(final["legs"]!.AsArray(), one => Assert.Equal("released", (string)one!["status"]!));
        Assert.Equal((Sold, Owned - Sold, UInt256.Zero), (await bond.BalanceAsync(started.Node, buyer.Address), await bond.BalanceAsync(started.Node, seller.Address), await bond.BalanceAsync(started.Node, escrow)));
        await started.System.RequireCallsOnceAsync();
    }

    async Task<JsonObject> LegAsync(string path) =>
        (JsonObject)(await started.GetAsync("platform-a", path + "/deposit-instructions"))["legs"]!.AsArray().First(leg => (int)leg!["index"]! == 0)!;

    async Task NamesAsync(string path, string check, string fault)
    {
        (bool ok, string detail) = Check(await LegAsync(path), check);
        Assert.False(ok, detail);
        Assert.Contains(fault, detail, StringComparison.Ordinal);
    }

    // The deposit as it would be sent now.
    Task RefusedAsync(SignedWallet seller, JsonObject leg)
    {
        JsonObject deposit = Operation(leg, "deposit");
        return Assert.ThrowsAsync<CallRevertedException>(() => started.Node.CallAsync(
            new CallRequest(seller.Address, Address.Parse((string)deposit["to"]!), Hex.Decode((string)deposit["data"]!)), BlockTag.Latest, CancellationToken.None));
    }

    static JsonObject Operation(JsonObject leg, string step) => (JsonObject)leg["operations"]!.AsArray().First(operation => (string)operation!["step"]! == step)!;

    static (bool Ok, string Detail) Check(JsonObject leg, string name)
    {
        JsonNode check = leg["preflight"]!.AsArray().First(check => (string)check!["check"]! == name)!;
        return ((bool)check["ok"]!, (string)check["detail"]!);
    }
}
