using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Settlements.Instruments;

namespace Keystone.Api.Tests;

/// <summary>Every rule of the create request that names a refusal: the status, the member, and nothing stored.</summary>
[Collection(ApiCollection.Name)]
public sealed class RefusalTests(ApiFixture api)
{
    const string Lower = "0x00000000000000000000000000000000000000aa";

    /// <param name="Change">Breaks one rule of a good body.</param>
    /// <param name="Code">Code of the fault.</param>
    /// <param name="Pointer">Member that the fault names.</param>
    /// <param name="Cross">The good body is that of the cross-platform guide.</param>
    sealed record Row(Action<JsonObject, ApiFixture> Change, string Code, string Pointer, bool Cross = false);

    static readonly Dictionary<string, Row> Rows = new(StringComparer.Ordinal)
    {
        // sizes and characters
        ["key empty"] = new((b, _) => b["idempotency_key"] = "", "length", "/idempotency_key"),
        ["key too long"] = new((b, _) => b["idempotency_key"] = new string('k', 256), "length", "/idempotency_key"),
        ["key missing"] = new((b, _) => b.Remove("idempotency_key"), "missing", "/idempotency_key"),
        ["key null"] = new((b, _) => b["idempotency_key"] = null, "missing", "/idempotency_key"),
        ["key a number"] = new((b, _) => b["idempotency_key"] = 7, "wrong_type", "/idempotency_key"),
        ["key with a control character"] = new((b, _) => b["idempotency_key"] = "a\u0000b", "control_character", "/idempotency_key"),
        ["reference too long"] = new((b, _) => b["external_reference"] = new string('k', 256), "length", "/external_reference"),
        ["reference with a control character"] = new((b, _) => b["external_reference"] = "a\u0007b", "control_character", "/external_reference"),
        ["party reference too long"] = new((b, _) => Party(b)["external_reference"] = new string('k', 256), "length", "/parties/0/external_reference"),
        ["party name too long"] = new((b, _) => Party(b)["name"] = new string('k', 256), "length", "/parties/0/name"),
        ["party name with a control character"] = new((b, _) => Party(b)["name"] = "a\nb", "control_character", "/parties/0/name"),
        ["counterparty reference too long"] = new((b, _) => Counterparty(b)["counterparty_reference"] = new string('k', 256), "length", "/counterparty_parties/0/counterparty_reference", Cross: true),
        ["role no slug"] = new((b, _) => Party(b)["role"] = "Buyer!", "invalid_slug", "/parties/0/role"),
        ["role too long"] = new((b, _) => Party(b)["role"] = new string('r', 64), "length", "/parties/0/role"),
        ["65 parties"] = new((b, _) => b["parties"] = Many(Party(b), 65), "too_many", "/parties"),
        ["65 legs"] = new((b, _) => b["legs"] = Many(Leg(b, 0), 65), "too_many", "/legs"),
        ["65 counterparties"] = new((b, _) => b["counterparty_parties"] = Many(Counterparty(b), 65), "too_many", "/counterparty_parties", Cross: true),

        // times
        ["time without offset"] = new((b, _) => b["timeout_at"] = "2030-01-01T00:00:00", "invalid_time", "/timeout_at"),
        ["time that is none"] = new((b, _) => b["timeout_at"] = "2030-02-30T00:00:00Z", "invalid_time", "/timeout_at"),
        ["time as a number"] = new((b, _) => b["timeout_at"] = 1773662400, "wrong_type", "/timeout_at"),
        ["time as a word"] = new((b, _) => b["timeout_at"] = "tomorrow", "invalid_time", "/timeout_at"),
        ["time past"] = new((b, _) => b["timeout_at"] = "2020-01-01T00:00:00Z", "timeout_too_early", "/timeout_at"),
        ["time in 59 s"] = new((b, a) => b["timeout_at"] = Time(a.Clock.GetUtcNow().AddSeconds(59)), "timeout_too_early", "/timeout_at"),
        ["time in 367 days"] = new((b, a) => b["timeout_at"] = Time(a.Clock.GetUtcNow().AddDays(367)), "timeout_too_late", "/timeout_at"),
        ["confirm by after the timeout"] = new((b, a) => b["confirm_by"] = Time(a.Clock.GetUtcNow().AddDays(2)), "confirm_by_out_of_range", "/confirm_by", Cross: true),
        ["confirm by in the past"] = new((b, _) => b["confirm_by"] = "2020-01-01T00:00:00Z", "confirm_by_out_of_range", "/confirm_by", Cross: true),

        // addresses
        ["wallet missing"] = new((b, _) => Party(b).Remove("wallet_address"), "missing", "/parties/0/wallet_address"),
        ["wallet too short"] = new((b, _) => Party(b)["wallet_address"] = "0x12", "invalid_address", "/parties/0/wallet_address"),
        ["wallet without 0x"] = new((b, _) => Party(b)["wallet_address"] = Lower[2..], "invalid_address", "/parties/0/wallet_address"),
        ["wallet with 0X"] = new((b, _) => Party(b)["wallet_address"] = "0X" + Lower[2..], "invalid_address", "/parties/0/wallet_address"),
        ["wallet with a line end"] = new((b, _) => Party(b)["wallet_address"] = Lower + "\n", "control_character", "/parties/0/wallet_address"),
        ["wallet with a wrong checksum"] = new((b, _) => Party(b)["wallet_address"] = "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "address_checksum", "/parties/0/wallet_address"),
        ["wallet zero"] = new((b, _) => Party(b)["wallet_address"] = "0x" + new string('0', 40), "zero_address", "/parties/0/wallet_address"),
        ["wallet is the escrow"] = new((b, a) => Party(b)["wallet_address"] = a.Chain.Escrow.ToString(), "escrow_as_wallet", "/parties/0/wallet_address"),
        ["refund to the escrow"] = new((b, a) => Party(b)["refund_address"] = a.Chain.Escrow.ToString(), "escrow_as_wallet", "/parties/0/refund_address"),
        ["receive at zero"] = new((b, _) => Party(b)["receive_address"] = "0x" + new string('0', 40), "zero_address", "/parties/0/receive_address"),
        ["wallet is the leg's token"] = new((b, a) => Party(b)["wallet_address"] = a.Bond.ToString(), "token_as_wallet", "/legs/0/instrument_id"),
        ["hint no address"] = new((b, _) => Counterparty(b)["wallet_address_hint"] = "0xBuyerHint...", "invalid_address", "/counterparty_parties/0/wallet_address_hint", Cross: true),
        ["hint with a wrong checksum"] = new((b, _) => Counterparty(b)["wallet_address_hint"] = "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "address_checksum", "/counterparty_parties/0/wallet_address_hint", Cross: true),

        // chain
        ["chain id as a string"] = new((b, _) => Party(b)["chain_id"] = "11155111", "wrong_type", "/parties/0/chain_id"),
        ["chain id with a fraction"] = new((b, _) => Party(b)["chain_id"] = JsonNode.Parse("11155111.0"), "wrong_type", "/parties/0/chain_id"),
        ["party on another chain"] = new((b, _) => Party(b)["chain_id"] = 1, "cross_chain_not_supported", "/parties/0/chain_id"),
        ["leg on another chain"] = new((b, _) => Leg(b, 1)["chain_id"] = 1, "cross_chain_not_supported", "/legs/1/chain_id"),
        ["counterparty on another chain"] = new((b, _) => Counterparty(b)["chain_id"] = 1, "cross_chain_not_supported", "/counterparty_parties/0/chain_id", Cross: true),

        // template
        ["template missing"] = new((b, _) => b.Remove("template_id"), "missing", "/template_id"),
        ["template unknown"] = new((b, _) => b["template_id"] = "no-such", "template_unknown", "/template_id"),
        ["template id unknown"] = new((b, _) => b["template_id"] = "01993000-0000-7000-8000-0000000000ff", "template_unknown", "/template_id"),
        ["template slug unknown"] = new((b, _) => { b.Remove("template_id"); b["template_slug"] = "no-such"; }, "template_unknown", "/template_slug"),
        ["template id and slug differ"] = new((b, _) => b["template_slug"] = "dvp-cross-platform", "contradiction", "/template_slug"),
        ["cross-platform by the single template"] = new((b, _) => b["template_id"] = "dvp-single", "template_lacks_confirmation", "/template_id", Cross: true),

        // parties
        ["parties missing"] = new((b, _) => b.Remove("parties"), "missing", "/parties"),
        ["parties empty"] = new((b, _) => b["parties"] = new JsonArray(), "too_few", "/parties"),
        ["parties an object"] = new((b, _) => b["parties"] = new JsonObject(), "wrong_type", "/parties"),
        ["party a string"] = new((b, _) => b["parties"]![0] = "buyer", "wrong_type", "/parties/0"),
        ["role missing"] = new((b, _) => Party(b).Remove("role"), "missing", "/parties/0/role"),
        ["party reference missing"] = new((b, _) => Party(b).Remove("external_reference"), "missing", "/parties/0/external_reference"),
        ["role twice"] = new((b, _) => b["parties"]![1]!["role"] = "buyer", "duplicate_role", "/parties/1/role"),
        ["required role missing"] = new((b, _) => { Party(b)["role"] = "agent"; Leg(b, 1)["party_role"] = "agent"; }, "missing_required_role", "/parties"),
        ["lei with a wrong check digit"] = new((b, _) => Party(b)["lei"] = "529900T8BM49AURSDO56", "invalid_lei", "/parties/0/lei"),
        ["born on no day"] = new((b, _) => Party(b)["date_of_birth"] = "1961-02-30", "invalid_date", "/parties/0/date_of_birth"),
        ["born long ago"] = new((b, _) => Party(b)["date_of_birth"] = "1849-12-31", "invalid_date", "/parties/0/date_of_birth"),
        ["born in another form"] = new((b, _) => Party(b)["date_of_birth"] = "30.04.1961", "invalid_date", "/parties/0/date_of_birth"),
        ["country in small letters"] = new((b, _) => Party(b)["country"] = "nl", "invalid_country", "/parties/0/country"),
        ["country that is none"] = new((b, _) => Party(b)["country"] = "QQ", "invalid_country", "/parties/0/country"),
        ["lei too short"] = new((b, _) => Party(b)["lei"] = "529900T8BM49AURSDO", "invalid_lei", "/parties/0/lei"),

        // counterparties
        ["counterparty without platform"] = new((b, _) => Counterparty(b).Remove("platform_slug"), "missing", "/counterparty_parties/0/platform_slug", Cross: true),
        ["counterparty without role"] = new((b, _) => Counterparty(b).Remove("role"), "missing", "/counterparty_parties/0/role", Cross: true),
        ["counterparty is self"] = new((b, _) => Counterparty(b)["platform_slug"] = "platform-a", "counterparty_is_self", "/counterparty_parties/0/platform_slug", Cross: true),
        ["counterparty unknown"] = new((b, _) => Counterparty(b)["platform_slug"] = "platform-z", "counterparty_platform_unknown", "/counterparty_parties/0/platform_slug", Cross: true),
        ["counterparty suspended"] = new((b, _) => Counterparty(b)["platform_slug"] = "platform-suspended", "counterparty_platform_unknown", "/counterparty_parties/0/platform_slug", Cross: true),
        ["counterparty without a sandbox"] = new((b, _) => Counterparty(b)["platform_slug"] = "platform-production", "counterparty_platform_unknown", "/counterparty_parties/0/platform_slug", Cross: true),
        ["counterparty's role is ours too"] = new((b, _) => Counterparty(b)["role"] = "seller", "duplicate_role", "/counterparty_parties/0/role", Cross: true),

        // legs
        ["legs missing"] = new((b, _) => b.Remove("legs"), "missing", "/legs"),
        ["legs empty"] = new((b, _) => b["legs"] = new JsonArray(), "too_few", "/legs"),
        ["leg type missing"] = new((b, _) => Leg(b, 0).Remove("leg_type"), "missing", "/legs/0/leg_type"),
        ["leg type not in the template"] = new((b, _) => Leg(b, 0)["leg_type"] = "fee", "unknown_leg_type", "/legs/0/leg_type"),
        ["required leg type missing"] = new((b, _) => ((JsonArray)b["legs"]!).RemoveAt(1), "missing_required_leg_type", "/legs"),
        ["direction missing"] = new((b, _) => Leg(b, 0).Remove("direction"), "missing", "/legs/0/direction"),
        ["direction unknown"] = new((b, _) => Leg(b, 0)["direction"] = "give", "unknown_value", "/legs/0/direction"),
        ["party role missing"] = new((b, _) => Leg(b, 0).Remove("party_role"), "missing", "/legs/0/party_role"),
        ["party role of nobody"] = new((b, _) => Leg(b, 0)["party_role"] = "nobody", "unknown_role", "/legs/0/party_role"),
        ["recipient role of nobody"] = new((b, _) => Leg(b, 0)["recipient_role"] = "nobody", "unknown_role", "/legs/0/recipient_role"),
        ["giver and taker are one role"] = new((b, _) => Leg(b, 0)["recipient_role"] = "seller", "self_delivery", "/legs/0/recipient_role"),
        ["three roles, none named"] = new((b, a) => ((JsonArray)b["parties"]!).Add(new JsonObject
        {
            ["role"] = "agent",
            ["external_reference"] = "x",
            ["wallet_address"] = a.Chain.Accounts[3].Address.ToString(),
        }), "missing", "/legs/0/recipient_role"),
        ["the same wallet on both sides"] = new((b, a) => Party(b)["wallet_address"] = a.Seller.ToString(), "self_delivery", "/legs/0"),
        ["leg mirrored"] = new((b, _) => ((JsonArray)b["legs"]!).Add(Mirror(Leg(b, 0))), "leg_mirrored", "/legs/2"),
        ["token standard of another kind"] = new((b, _) => Leg(b, 0)["token_standard"] = "ERC-9999", "unknown_value", "/legs/0/token_standard"),

        // instruments
        ["instrument missing"] = new((b, _) => Leg(b, 0).Remove("instrument_id"), "missing", "/legs/0/instrument_id"),
        ["symbol in another case"] = new((b, _) => Leg(b, 1)["instrument_id"] = "usdc", "instrument_unknown", "/legs/1/instrument_id"),
        ["symbol unknown"] = new((b, _) => Leg(b, 1)["instrument_id"] = "EURX", "instrument_unknown", "/legs/1/instrument_id"),
        ["isin unknown"] = new((b, _) => Leg(b, 0)["instrument_id"] = "XS2021448886", "instrument_unknown", "/legs/0/instrument_id"),
        ["no code at the address"] = new((b, _) => Leg(b, 0)["instrument_id"] = Lower, "not_a_token", "/legs/0/instrument_id"),
        ["code but no token"] = new((b, a) => Leg(b, 0)["instrument_id"] = a.Chain.Escrow.ToString(), "not_a_token", "/legs/0/instrument_id"),
        ["instrument with a wrong checksum"] = new((b, _) => Leg(b, 0)["instrument_id"] = "0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "address_checksum", "/legs/0/instrument_id"),

        // standards of tokens and their ids
        ["token standard is another"] = new((b, _) => Leg(b, 0)["token_standard"] = "ERC-721", "token_standard_differs", "/legs/0/token_standard"),
        ["token standard ERC-20 of an ERC-721"] = new((b, a) => { Single(b, a.Deeds, "1", "7"); Leg(b, 0)["token_standard"] = "ERC-20"; }, "token_standard_differs", "/legs/0/token_standard"),
        ["token id with an ERC-20"] = new((b, _) => Leg(b, 1)["token_id"] = "7", "unexpected_token_id", "/legs/1/token_id"),
        ["ERC-721 without a token id"] = new((b, a) => Single(b, a.Deeds, "1", null), "missing", "/legs/0/token_id"),
        ["ERC-1155 without a token id"] = new((b, a) => Single(b, a.Lots, "5", null), "missing", "/legs/0/token_id"),
        ["token id a number"] = new((b, a) => Single(b, a.Deeds, "1", 7), "wrong_type", "/legs/0/token_id"),
        ["token id in hex"] = new((b, a) => Single(b, a.Deeds, "1", "0x7"), "invalid_token_id", "/legs/0/token_id"),
        ["token id empty"] = new((b, a) => Single(b, a.Deeds, "1", ""), "invalid_token_id", "/legs/0/token_id"),
        ["token id above 2^256-1"] = new((b, a) => Single(b, a.Deeds, "1", BigInteger.Pow(2, 256).ToString(CultureInfo.InvariantCulture)), "invalid_token_id", "/legs/0/token_id"),
        ["two of an ERC-721"] = new((b, a) => Single(b, a.Deeds, "2", "7"), "quantity_not_one", "/legs/0/quantity"),
        ["half of an ERC-721"] = new((b, a) => Single(b, a.Deeds, "0.5", "7"), "quantity_too_precise", "/legs/0/quantity"),
        ["half of an ERC-1155"] = new((b, a) => Single(b, a.Lots, "2.5", "7"), "quantity_too_precise", "/legs/0/quantity"),
        ["one ERC-721 in two legs"] = new((b, a) => { Single(b, a.Deeds, "1", "7"); ((JsonArray)b["legs"]!).Add(Leg(b, 0).DeepClone()); }, "token_twice", "/legs/2/token_id"),

        // quantities
        ["quantity missing"] = new((b, _) => Leg(b, 0).Remove("quantity"), "missing", "/legs/0/quantity"),
        ["quantity too precise"] = new((b, _) => Leg(b, 1)["quantity"] = "0.0000001", "quantity_too_precise", "/legs/1/quantity"),
        ["quantity above 2^256-1"] = new((b, _) => Leg(b, 0)["quantity"] = (BigInteger.Pow(2, 256) / BigInteger.Pow(10, 18) + 1).ToString(CultureInfo.InvariantCulture), "quantity_too_large", "/legs/0/quantity"),
        ["quantity a number"] = new((b, _) => Leg(b, 0)["quantity"] = 100, "wrong_type", "/legs/0/quantity"),
    };

    static RefusalTests()
    {
        foreach (string text in (string[])["1e3", "+1", "-1", " 1", "1 ", "1,000", ".5", "5.", "01", "00.5", "", "0", "0.0", "0x1", "NaN", "١", new('9', 79)])
            Rows[$"quantity '{text}'"] = new((b, _) => Leg(b, 0)["quantity"] = text, "invalid_quantity", "/legs/0/quantity");
    }

    /// <summary>The body of a guide that breaks the first rule with this code.</summary>
    internal static JsonObject Broken(ApiFixture api, string code)
    {
        Row row = Rows.Values.First(row => row.Code == code);
        JsonObject body = row.Cross ? api.Cross() : api.Single();
        row.Change(body, api);
        return body;
    }

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_refusal_names_the_member_and_stores_nothing(string name)
    {
        Row row = Rows[name];
        JsonObject body = row.Cross ? api.Cross() : api.Single();
        row.Change(body, api);
        string before = await api.CountsAsync();
        var (status, answer, response) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.True(status == 422, answer.ToJsonString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        JsonNode? fault = answer["errors"]!.AsArray().FirstOrDefault(e => (string?)e!["pointer"] == row.Pointer && (string?)e["code"] == row.Code);
        Assert.True(fault is not null, answer.ToJsonString());
        Assert.NotEmpty((string)fault["msg"]!);
        Assert.False((bool)answer["retryable"]!);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_body_that_breaks_a_rule_with_a_name_of_its_own_has_that_name_as_its_code()
    {
        JsonObject body = api.Cross();
        Counterparty(body)["platform_slug"] = "platform-a";
        Assert.Equal("counterparty_is_self", await CodeAsync(body));
        body = api.Single();
        Party(body)["role"] = "agent";
        Leg(body, 1)["party_role"] = "agent";
        var (_, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(("missing_required_role", "Missing required role: buyer"), ((string)answer["code"]!, (string)answer["detail"]!));
        body = api.Single();
        Party(body)["wallet_address"] = api.Seller.ToString();
        Assert.Equal("self_delivery", await CodeAsync(body));
    }

    [Fact]
    public async Task Unknown_suspended_and_unreachable_platforms_get_the_same_answer()
    {
        List<string> answers = [];
        foreach (string slug in (string[])["platform-z", "platform-suspended", "platform-production"])
        {
            JsonObject body = api.Cross();
            Counterparty(body)["platform_slug"] = slug;
            var (_, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
            answer.Remove("request_id");
            answers.Add(answer.ToJsonString().Replace(slug, "X", StringComparison.Ordinal));
        }
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task All_faults_are_reported_at_once_the_first_in_the_detail()
    {
        JsonObject body = api.Single();
        Leg(body, 1)["quantity"] = "0.0000001";
        Party(body)["chain_id"] = "11155111";
        body["timeout_at"] = "yesterday";
        var (status, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(422, status);
        string[] pointers = [.. answer["errors"]!.AsArray().Select(e => (string)e!["pointer"]!)];
        Assert.Equal(["/timeout_at", "/parties/0/chain_id", "/legs/1/quantity"], pointers);
        Assert.StartsWith("timeout_at: ", (string?)answer["detail"], StringComparison.Ordinal);
        JsonNode last = answer["errors"]![2]!;
        Assert.Equal("[\"body\",\"legs\",1,\"quantity\"]", last["loc"]!.ToJsonString());
        Assert.Equal("USDC has 6 decimals, 0.0000001 has 7.", (string?)last["msg"]);
        Assert.Equal("value_error", (string?)last["type"]);
    }

    [Fact]
    public async Task The_messages_help()
    {
        JsonObject body = api.Single();
        Leg(body, 1)["instrument_id"] = "usdc";
        var (_, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Contains("did you mean USDC", (string?)answer["detail"], StringComparison.Ordinal);
        body = api.Single();
        body["template_id"] = "no-such";
        (_, answer, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Contains("dvp-cross-platform, dvp-single", (string?)answer["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_503_and_nothing_is_stored()
    {
        await using var app = await api.StartAsync(("Chains:0:RpcUrls:0", "http://127.0.0.1:9/"));
        JsonObject body = api.Single();
        Leg(body, 0)["instrument_id"] = (await api.Chain.DeployTokenAsync("Never seen", "NEW", 2)).ToString();
        string before = await api.CountsAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, app.Urls.First() + "/v1/settlements") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await api.TokenAsync("platform-a"));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True((int)response.StatusCode == 503, answer.ToJsonString());
        Assert.True((bool)answer["retryable"]!);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task What_a_token_calls_itself_is_no_symbol_until_an_operator_registers_it()
    {
        Address one = await api.Chain.DeployTokenAsync("Somebody's", "EURC", 6), two = await api.Chain.DeployTokenAsync("The real one", "EURC", 18);
        var made = await Task.WhenAll(new[] { one, two, one, two }.Select(token =>
        {
            JsonObject body = api.Single();
            Leg(body, 0)["instrument_id"] = token.ToString();
            return api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        }));
        Assert.All(made, answer => Assert.True(answer.Status == 201, answer.Body.ToJsonString()));
        JsonObject bySymbol = api.Single();
        Leg(bySymbol, 0)["instrument_id"] = "EURC";
        var (status, refused, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", bySymbol.ToJsonString());
        Assert.Equal((422, "instrument_unknown"), (status, (string?)refused["errors"]![0]!["code"]));

        InstrumentStore registry = new(api.Database, TimeProvider.System);
        Hash32 code = new((byte[])(await api.Database.CreateCommand($"select code_hash from settlement.instrument where address = '\\x{Convert.ToHexString(two.ToBytes())}'").ExecuteScalarAsync())!);
        for (int i = 0; i < 2; i++)
            Assert.Null((await registry.RegisterAsync("platform-a", "sandbox", new NewInstrument(two, "EURC", 18, code), CancellationToken.None)).Error);
        Assert.Equal("symbol_taken", (await registry.RegisterAsync("platform-a", "sandbox", new NewInstrument(one, "EURC", 6, code), CancellationToken.None)).Error?.Code);
        JsonObject settlement = await api.CreateAsync("platform-a", bySymbol);
        Assert.Equal(two.ToString(), (string?)settlement["legs"]![0]!["token"]!["address"]);
    }

    // Good bodies that come near a refusal.

    [Fact]
    public async Task Spellings_that_are_right_are_taken()
    {
        JsonObject body = api.Single();
        Party(body)["wallet_address"] = "0x" + api.Buyer.ToString()[2..].ToUpperInvariant();
        body["parties"]![1]!["wallet_address"] = api.Seller.ToString().ToLowerInvariant();
        Party(body).Remove("chain_id");
        Party(body)["lei"] = "529900T8BM49AURSDO55";
        (Party(body)["date_of_birth"], Party(body)["country"]) = ("1964-02-29", "NL");
        Party(body)["name"] = "Zoë — 東京 \U0001F3E6";
        body["counterparty_parties"] = new JsonArray();
        body["timeout_at"] = Time(api.Clock.GetUtcNow().AddDays(1)).Replace("Z", ".999999+00:00", StringComparison.Ordinal);
        Leg(body, 0)["leg_type"] = "asset_delivery";
        Leg(body, 1)["quantity"] = "50000.0000000000";
        JsonObject made = await api.CreateAsync("platform-a", body);
        Assert.Equal(api.Buyer.ToString(), (string?)made["parties"]![0]!["wallet_address"]);
        Assert.Equal(api.Seller.ToString(), (string?)made["parties"]![1]!["wallet_address"]);
        Assert.Equal("Zoë — 東京 \U0001F3E6", (string?)made["parties"]![0]!["name"]);
        Assert.Equal(("1964-02-29", "NL", null), ((string?)made["parties"]![0]!["date_of_birth"], (string?)made["parties"]![0]!["country"], (string?)made["parties"]![1]!["country"]));
        Assert.Equal("asset", (string?)made["legs"]![0]!["leg_type"]);
        Assert.Equal("50000.0000000000", (string?)made["legs"]![1]!["quantity"]);
        Assert.Equal("50000000000", (string?)made["legs"]![1]!["amount"]);
        Assert.DoesNotContain('.', (string)made["timeout_at"]!);
        Assert.EndsWith("Z", (string)made["timeout_at"]!, StringComparison.Ordinal);
        Assert.Equal("single_platform", (string?)made["settlement_type"]);
    }

    [Fact]
    public async Task The_limits_themselves_are_allowed()
    {
        JsonObject body = api.Single(new string('k', 223) + Guid.NewGuid().ToString("n"));
        body["external_reference"] = new string('r', 255);
        Party(body)["name"] = new string('n', 255);
        Leg(body, 0)["quantity"] = Exact(UInt256.MaxValue, 18);
        body["legs"]!.AsArray().Add(Leg(body, 1).DeepClone());
        JsonObject made = await api.CreateAsync("platform-a", body);
        Assert.Equal(UInt256.MaxValue.ToString(), (string?)made["legs"]![0]!["amount"]);

        body = api.Single();
        body["timeout_at"] = null;
        made = await api.CreateAsync("platform-a", body);
        DateTimeOffset timeout = DateTimeOffset.Parse((string)made["timeout_at"]!, CultureInfo.InvariantCulture);
        Assert.InRange(timeout - api.Clock.GetUtcNow(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData("ERC-721", "1")]
    [InlineData("ERC-1155", "25")]
    public async Task Tokens_with_ids_are_recognised_by_what_they_say_of_themselves(string standard, string quantity)
    {
        string largest = UInt256.MaxValue.ToString();
        JsonObject body = api.Single();
        Single(body, standard == "ERC-721" ? api.Deeds : api.Lots, quantity, largest);
        JsonNode leg = (await api.CreateAsync("platform-a", body))["legs"]![0]!;
        Assert.Equal((standard, largest, quantity, quantity), ((string)leg["token_standard"]!, (string)leg["token_id"]!, (string)leg["quantity"]!, (string)leg["amount"]!));
        Assert.Equal(0, (int)leg["token"]!["decimals"]!);
        Assert.Equal((standard, largest), ((string)(await api.Database.CreateCommand($"""
            select i.standard || ' ' || l.token_id from settlement.leg l join settlement.instrument i on i.id = l.instrument_id where l.id = '{(string)leg["id"]!}'
            """).ExecuteScalarAsync())!).Split(' ') is [var kind, var id] ? (kind, id) : default);
        // The same again from the registry, and with its standard named.
        body["idempotency_key"] = Guid.NewGuid().ToString();
        body["legs"]![0]!["token_standard"] = standard;
        Assert.Equal(largest, (string?)(await api.CreateAsync("platform-a", body))["legs"]![0]!["token_id"]);
    }

    [Fact]
    public async Task A_receive_leg_is_the_same_movement_seen_from_the_taker()
    {
        JsonObject body = api.Single();
        body["legs"]![0] = Mirror(Leg(body, 0));
        JsonObject made = await api.CreateAsync("platform-a", body);
        JsonNode leg = made["legs"]![0]!;
        Assert.Equal(("receive", "buyer", "seller"), ((string)leg["direction"]!, (string)leg["party_role"]!, (string)leg["recipient_role"]!));
        Assert.Equal((api.Seller.ToString(), api.Buyer.ToString()), ((string)leg["depositor"]!, (string)leg["recipient"]!));
    }

    [Fact]
    public async Task A_cross_platform_template_is_passed_over_by_one_platform_alone()
    {
        JsonObject body = api.Single();
        body["template_id"] = "dvp-cross-platform";
        Assert.Equal("single_platform", (string?)(await api.CreateAsync("platform-a", body))["settlement_type"]);
    }

    async Task<string> CodeAsync(JsonObject body) =>
        (string)(await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Body["code"]!;

    static JsonObject Party(JsonObject body) => (JsonObject)body["parties"]![0]!;

    static JsonObject Counterparty(JsonObject body) => (JsonObject)body["counterparty_parties"]![0]!;

    static void Single(JsonObject body, Address token, string quantity, JsonNode? tokenId)
    {
        JsonObject leg = Leg(body, 0);
        leg["instrument_id"] = token.ToString();
        leg["quantity"] = quantity;
        leg["token_id"] = tokenId;
    }

    static JsonObject Leg(JsonObject body, int index) => (JsonObject)body["legs"]![index]!;

    static JsonArray Many(JsonObject one, int count) => new([.. Enumerable.Range(0, count).Select(_ => one.DeepClone())]);

    static JsonObject Mirror(JsonObject leg)
    {
        JsonObject mirrored = (JsonObject)leg.DeepClone();
        mirrored["direction"] = "receive";
        mirrored["party_role"] = "buyer";
        return mirrored;
    }

    static string Exact(UInt256 units, int decimals)
    {
        string digits = units.ToString().PadLeft(decimals + 1, '0');
        return digits[..^decimals] + "." + digits[^decimals..];
    }

    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
