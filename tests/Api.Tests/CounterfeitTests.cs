using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Settlements.Errors;
using Keystone.Settlements.Instruments;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>A token that calls itself like another, and a platform that calls it so, deceive no reader of the other side.</summary>
[Collection(ApiCollection.Name)]
public sealed class CounterfeitTests(ApiFixture api)
{
    [Theory]
    [InlineData("USDC", "USDC")]
    [InlineData("usdc", "usdc")]
    [InlineData("USD\u0421", "USD\u0421")]
    [InlineData("US\u200BDC", "USDC")]
    [InlineData(" USDC", "USDC")]
    [InlineData("\u202EUSDC", "USDC")]
    [InlineData("ＵＳＤＣ", "ＵＳＤＣ")]
    [InlineData("USDC\u0301", "USDĆ")]
    public async Task A_token_that_calls_itself_like_a_registered_one_is_marked(string claims, string shown)
    {
        Address fake = await api.Chain.DeployTokenAsync("Another", claims, 6);
        JsonObject body = api.Cross();
        body["legs"]![1]!["instrument_id"] = fake.ToString();
        JsonObject made = await api.CreateAsync("platform-a", body);
        foreach (string reader in (string[])["platform-a", "platform-b"])
        {
            JsonNode leg = (await api.GetAsync(reader, $"/v1/settlements/{made["id"]}"))["legs"]![1]!;
            Assert.Equal(fake.ToString(), (string?)leg["instrument_id"]);
            Assert.Equal((false, null, shown, "USDC"), ((bool)leg["token"]!["registered"]!, (string?)leg["token"]!["symbol"], (string?)leg["token"]!["claimed_symbol"], (string?)leg["token"]!["resembles"]));
            JsonNode real = (await api.GetAsync(reader, $"/v1/settlements/{(await api.CreateAsync("platform-a", api.Cross()))["id"]}"))["legs"]![1]!;
            Assert.Equal((true, "USDC", null, null), ((bool)real["token"]!["registered"]!, (string?)real["token"]!["symbol"], (string?)real["token"]!["claimed_symbol"], (string?)real["token"]!["resembles"]));
        }
    }

    [Fact]
    public async Task Nothing_that_B_is_sent_holds_As_word_for_a_token()
    {
        // Two environments, one word, two contracts. What A's contract says of itself is neither.
        Address other = await api.Chain.DeployTokenAsync("Another", "OTHER", 6);
        await api.AddPlatformAsync("platform-words");
        await api.RunAsync("update settlement.instrument set address = $2 where environment_id = $1 and symbol = 'USDC'", await api.EnvironmentAsync("platform-words"), other.ToBytes());
        JsonObject body = api.Cross();
        JsonObject made = await api.CreateAsync("platform-words", body);
        Assert.Equal(("USDC", true), ((string?)made["legs"]![1]!["instrument_id"], (bool)made["legs"]![1]!["token"]!["registered"]!));
        string path = $"/v1/settlements/{made["id"]}";

        JsonObject seen = await api.GetAsync("platform-b", path);
        Assert.Equal((other.ToString(), false), ((string?)seen["legs"]![1]!["instrument_id"], (bool)seen["legs"]![1]!["token"]!["registered"]!));
        Assert.Null(seen["legs"]![1]!["token"]!["symbol"]);
        List<string> sent =
        [
            seen.ToJsonString(), (await api.GetAsync("platform-b", path + "/events")).ToJsonString(),
            (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", "{}")).Body.ToJsonString(),
            (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", new JsonObject { ["external_reference"] = "b", ["wallet_address"] = other.ToString() }.ToJsonString())).Body.ToJsonString(),
            (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", api.Confirmation().ToJsonString())).Body.ToJsonString(),
            (await api.GetAsync("platform-b", path)).ToJsonString(), (await api.GetAsync("platform-b", path + "/events")).ToJsonString(),
        ];
        JsonObject list = await api.GetAsync("platform-b", "/v1/settlements?limit=200");
        sent.Add(list["items"]!.AsArray().Single(item => (string?)item!["id"] == (string?)made["id"])!.ToJsonString());
        await using (NpgsqlCommand select = api.Database.CreateCommand("select payload from webhooks.message where settlement_id = $1 and environment_id = $2"))
        {
            select.Parameters.AddWithValue(Guid.Parse((string)made["id"]!));
            select.Parameters.AddWithValue(await api.EnvironmentAsync("platform-b"));
            await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
            while (await rows.ReadAsync()) sent.Add(rows.GetString(0));
        }
        Assert.True(sent.Count >= 10, "Answers, events and webhooks.");
        Assert.All(sent, text => Assert.DoesNotContain("USDC", text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_word_of_A_is_echoed_to_B_where_B_means_the_same_token_by_it()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Cross());
        Assert.Equal("USDC", (string?)(await api.GetAsync("platform-b", $"/v1/settlements/{made["id"]}"))["legs"]![1]!["instrument_id"]);
    }

    [Theory]
    [InlineData("usdc")]
    [InlineData("USD\u0421")]
    [InlineData("U5DC", null)]
    [InlineData("USDC.", null)]
    [InlineData("ＵＳＤＣ")]
    [InlineData("US DC")]
    public async Task A_symbol_that_can_be_taken_for_a_registered_one_is_not_registered(string symbol, string? code = ErrorCodes.SymbolConfusable)
    {
        string platform = "platform-" + Guid.NewGuid().ToString("n")[..8];
        await api.AddPlatformAsync(platform);
        Address token = new(Guid.NewGuid().ToByteArray().Concat(new byte[4]).ToArray());
        InstrumentStore registry = new(api.Database, TimeProvider.System);
        DomainError? refused = (await registry.RegisterAsync(platform, "sandbox", new NewInstrument(token, symbol, 6, new Hash32(new byte[32])), CancellationToken.None)).Error;
        Assert.Equal(code, refused?.Code);
    }

    [Theory]
    [InlineData("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")]
    [InlineData("US\u200BDT")]
    [InlineData(" EURC")]
    [InlineData("EU\u202ERC")]
    [InlineData("")]
    public async Task A_symbol_with_what_nobody_sees_or_that_begins_like_an_address_is_none(string symbol)
    {
        InstrumentStore registry = new(api.Database, TimeProvider.System);
        DomainError? refused = (await registry.RegisterAsync("platform-a", "sandbox",
            new NewInstrument(new Address(Guid.NewGuid().ToByteArray().Concat(new byte[4]).ToArray()), symbol, 6, new Hash32(new byte[32])), CancellationToken.None)).Error;
        Assert.Equal("invalid_symbol", Assert.Single(refused!.Faults).Code);
    }

    [Fact]
    public async Task A_word_that_nearly_is_a_symbol_names_the_one_that_is_meant()
    {
        JsonObject body = api.Single();
        body["legs"]![1]!["instrument_id"] = "usd\u0441";
        var (status, refused, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(422, status);
        Assert.Contains("did you mean USDC?", (string?)refused["detail"], StringComparison.Ordinal);
    }
}
