using System.Buffers.Text;
using System.Text.Json.Nodes;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>The guides' commands, byte for byte, by real curl. What the engine does afterwards is told by the end-to-end tests.</summary>
[Collection(ApiCollection.Name)]
public sealed class SeedTests(ApiFixture api)
{
    SeedShell Shell()
    {
        SeedShell shell = new(new Uri(api.Url));
        shell.Values["0x1234...abcd"] = api.Buyer.ToString();
        shell.Values["0x5678...efgh"] = api.Seller.ToString();
        shell.Values["0xTokenContractAddress"] = api.Bond.ToString();
        shell.Values["0xSellerWallet..."] = api.Seller.ToString();
        shell.Values["0xBuyerHint..."] = api.Buyer.ToString();
        shell.Values["0xBuyerWallet..."] = api.Buyer.ToString();
        shell.Values["0xTokenAddress"] = api.Bond.ToString();
        return shell;
    }

    async Task<string> TokenAsync(SeedShell shell, string client)
    {
        shell.Values["YOUR_CLIENT_ID"] = client;
        shell.Values["YOUR_CLIENT_SECRET"] = "secret-" + client;
        JsonObject token = (await shell.RunAsync(SeedGuide.SinglePlatform.Command("/oauth/token"))).Expect(200);
        Assert.Equal("Bearer", (string?)token["token_type"]);
        Assert.Equal(86400, (int)token["expires_in"]!);
        JsonNode claims = JsonNode.Parse(Base64Url.DecodeFromChars(((string)token["access_token"]!).Split('.')[1]))!;
        Assert.Equal("https://api.keystoneos.xyz", (string?)claims["aud"]);
        Assert.Equal(86400, (long)claims["exp"]! - (long)claims["iat"]!);
        return (string)token["access_token"]!;
    }

    [Fact]
    public void The_guides_hold_the_commands_that_are_tested()
    {
        Assert.Equal(3, SeedGuide.SinglePlatform.Commands.Count);
        Assert.Equal(3, SeedGuide.CrossPlatform.Commands.Count);
        Assert.Single(SeedGuide.SinglePlatform.Samples);
        Assert.Equal(2, SeedGuide.CrossPlatform.Samples.Count);
        // The reject names no content type, so curl labels it as a form.
        Assert.DoesNotContain("Content-Type", SeedGuide.CrossPlatform.Command("/reject"), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("dvp-single")]
    [InlineData("dvp-standard")]
    [InlineData("01993000-0000-7000-8000-000000000001")]
    public async Task The_single_platform_guide_runs(string template)
    {
        string client = "single-" + template;
        await api.AddPlatformAsync(client);
        SeedGuide guide = SeedGuide.SinglePlatform;
        SeedShell shell = Shell();
        shell.Values["YOUR_TEMPLATE_ID"] = template;
        shell.Variables["TOKEN"] = await TokenAsync(shell, client);

        JsonObject made = (await shell.RunAsync(guide.Command("/v1/settlements \\"))).Expect(201);
        SeedGuide.AssertShape(guide.Samples[0], made);
        Assert.Equal("INSTRUCTED", (string?)made["state"]);
        Assert.Equal("single_platform", (string?)made["settlement_type"]);
        Assert.Equal(["buyer", "seller"], made["parties"]!.AsArray().Select(p => (string)p!["role"]!));
        Assert.Equal(["100", "50000"], made["legs"]!.AsArray().Select(l => (string)l!["quantity"]!));
        Assert.Equal([api.Bond.ToString(), "USDC"], made["legs"]!.AsArray().Select(l => (string)l!["instrument_id"]!));

        shell.Variables["SETTLEMENT_ID"] = (string)made["id"]!;
        JsonObject read = (await shell.RunAsync(guide.Command("$SETTLEMENT_ID"))).Expect(200);
        Assert.Equal(made.ToJsonString(), read.ToJsonString());

        SeedAnswer again = await shell.RunAsync(guide.Command("/v1/settlements \\"));
        Assert.Equal(made.ToJsonString(), again.Expect(200).ToJsonString());
        Assert.Contains("Idempotent-Replayed: true", again.Headers);
    }

    [Fact]
    public async Task The_cross_platform_guide_runs_to_the_confirmation()
    {
        await api.AddPlatformAsync("seed-a");
        SeedGuide guide = SeedGuide.CrossPlatform;
        SeedShell shell = Shell();
        shell.Variables["PLATFORM_A_TOKEN"] = await TokenAsync(shell, "seed-a");
        shell.Variables["PLATFORM_B_TOKEN"] = await TokenAsync(shell, "platform-b");

        // The template's name runs as it stands in the guide.
        Assert.Contains("CROSS_PLATFORM_DvP_TEMPLATE", shell.Fill(guide.Command("counterparty_parties")), StringComparison.Ordinal);
        JsonObject made = (await shell.RunAsync(guide.Command("counterparty_parties"))).Expect(201);
        Assert.Equal("cross_platform", (string?)made["settlement_type"]);
        Assert.Equal("INSTRUCTED", (string?)made["state"]);
        JsonNode buyer = made["parties"]!.AsArray().Single(p => (string?)p!["role"] == "buyer")!;
        Assert.Equal("pending_confirmation", (string?)buyer["status"]);
        Assert.Equal("platform-b", (string?)buyer["platform_slug"]);
        Assert.Equal("Acme Fund LLC", (string?)buyer["counterparty_reference"]);
        Assert.Null(buyer["wallet_address"]);

        shell.Variables["SETTLEMENT_ID"] = (string)made["id"]!;
        JsonObject confirmed = (await shell.RunAsync(guide.Command("/confirm"))).Expect(200);
        buyer = confirmed["parties"]!.AsArray().Single(p => (string?)p!["role"] == "buyer")!;
        Assert.Equal(("confirmed", api.Buyer.ToString(), "buyer-acct-042"), ((string)buyer["status"]!, (string)buyer["wallet_address"]!, (string)buyer["external_reference"]!));
        (await shell.RunAsync(guide.Command("/reject"))).Expect(409);
    }

    [Fact]
    public async Task The_guide_s_reject_is_JSON_without_a_JSON_content_type()
    {
        await api.AddPlatformAsync("seed-r");
        SeedGuide guide = SeedGuide.CrossPlatform;
        SeedShell shell = Shell();
        shell.Variables["PLATFORM_A_TOKEN"] = await TokenAsync(shell, "seed-r");
        shell.Variables["PLATFORM_B_TOKEN"] = await TokenAsync(shell, "platform-b");
        shell.Variables["SETTLEMENT_ID"] = (string)(await shell.RunAsync(guide.Command("counterparty_parties"))).Expect(201)["id"]!;
        JsonObject rejected = (await shell.RunAsync(guide.Command("/reject"))).Expect(200);
        Assert.Equal("rejected", (string?)rejected["parties"]!.AsArray().Single(p => (string?)p!["role"] == "buyer")!["status"]);
        Assert.Equal("Entity not eligible", (string?)rejected["failure"]?["message"]);
        Assert.Equal("rejected", (string?)rejected["failure"]?["code"]);
        (await shell.RunAsync(guide.Command("/confirm"))).Expect(409);
    }
}
