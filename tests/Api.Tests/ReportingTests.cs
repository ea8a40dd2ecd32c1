using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>Files of an operations desk.</summary>
[Collection(ApiCollection.Name)]
public sealed class ReportingTests(ApiFixture api)
{
    async Task<(int Status, string? Type, string Text)> ReadAsync(string client, string path, string? accept = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url + path);
        request.Headers.Authorization = new("Bearer", await api.TokenAsync(client));
        if (accept is not null) request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    static string Path(XDocument message) => string.Join(' ', message.Descendants().Where(element => !element.HasElements).Select(element =>
        string.Join('/', element.AncestorsAndSelf().Reverse().Skip(2).Select(one => one.Name.LocalName)) + "=" + element.Value));

    [Fact]
    public async Task A_settlement_is_told_as_sese_024_to_each_side_in_its_own_words_and_confirmed_once_as_sese_025()
    {
        JsonObject body = api.Cross();
        JsonObject made = await api.CreateAsync("platform-a", body);
        string path = $"/v1/settlements/{made["id"]}/messages/sese.02";
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString())).Status);
        await api.RunAsync("update settlement.settlement set state = 'AWAITING_CONFIRMATION' where id = $1", Guid.Parse((string)made["id"]!));
        (int status, string? type, string text) = await ReadAsync("platform-a", path + "4");
        Assert.Equal((200, "application/xml"), (status, type));
        XDocument ofA = XDocument.Parse(text), ofB = XDocument.Parse((await ReadAsync("platform-b", path + "4")).Text);
        Assert.Equal("urn:iso:std:iso:20022:tech:xsd:sese.024.001.14", ofA.Root!.Name.NamespaceName);
        string a = Path(ofA), b = Path(ofB), id = ((string)made["id"]!).Replace("-", "", StringComparison.Ordinal);
        Assert.Contains("TxId/AcctOwnrTxId=bob-001 TxId/AcctSvcrTxId=" + id, a, StringComparison.Ordinal);
        Assert.Contains("MtchgSts/Umtchd/Rsn/Cd/Cd=CMIS", a, StringComparison.Ordinal);
        Assert.Contains($"TxDtls/BlckChainAdrOrWllt/Id=eip155:11155111:{api.Seller}", a, StringComparison.Ordinal);
        Assert.Contains($"TxDtls/FinInstrmId/Desc=eip155:11155111/erc20:{api.Bond} TxDtls/SttlmQty/Qty/DgtlTknUnit=100", a, StringComparison.Ordinal);
        Assert.Contains("TxDtls/SctiesMvmntTp=DELI TxDtls/Pmt=APMT TxDtls/SttlmParams/SctiesTxTp/Cd=TRAD TxDtls/RcvgSttlmPties/Pty1/Id/PrtryId/Id=platform-b", a, StringComparison.Ordinal);
        Assert.Contains("TxDtls/SctiesMvmntTp=RECE", b, StringComparison.Ordinal);
        Assert.Contains("TxId/AcctOwnrTxId=buyer-acct-042", b, StringComparison.Ordinal);
        Assert.DoesNotContain("bob-001", b, StringComparison.Ordinal);
        Assert.DoesNotContain("buyer-acct-042", a, StringComparison.Ordinal);
        // Screening and registration are reasons of our own.
        foreach ((string state, string reason) in ((string, string)[])[("COMPLIANCE_CHECKING", "COMP"), ("REGISTERING_ESCROW", "ESCR")])
        {
            await api.RunAsync("update settlement.settlement set state = $2 where id = $1", Guid.Parse((string)made["id"]!), state);
            Assert.Contains($"SttlmSts/Pdg/Rsn/Cd/Prtry/Id={reason} SttlmSts/Pdg/Rsn/Cd/Prtry/Issr=KEYSTONE", Path(XDocument.Parse((await ReadAsync("platform-a", path + "4")).Text)), StringComparison.Ordinal);
        }
        (status, _, text) = await ReadAsync("platform-a", path + "5");
        Assert.Equal((409, "message_not_due"), (status, (string?)JsonNode.Parse(text)!["code"]));
        await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'finalized', state = 'FINALIZED' where id = $1", Guid.Parse((string)made["id"]!));
        Assert.Equal(409, (await ReadAsync("platform-a", path + "4")).Status);
        XDocument confirmed = XDocument.Parse((await ReadAsync("platform-a", path + "5")).Text);
        Assert.Equal("urn:iso:std:iso:20022:tech:xsd:sese.025.001.13", confirmed.Root!.Name.NamespaceName);
        Assert.Contains("TxIdDtls/SctiesMvmntTp=DELI TxIdDtls/Pmt=APMT", Path(confirmed), StringComparison.Ordinal);
        Assert.Contains("QtyAndAcctDtls/SttldQty/Qty/DgtlTknUnit=100", Path(confirmed), StringComparison.Ordinal);
        Assert.Contains("DgtlPmtSttlm/Qty/ElctrncMnyTknSttlmQty=50000", Path(confirmed), StringComparison.Ordinal);
        // Every identification fits its 35 characters.
        Assert.All(confirmed.Descendants().Concat(ofA.Descendants()).Where(element => element.Name.LocalName is "AcctOwnrTxId" or "AcctSvcrTxId" or "TradId" or "CmonId"), element => Assert.InRange(element.Value.Length, 1, 35));
        Assert.Equal(404, (await ReadAsync("platform-c", path + "4")).Status);
    }

    [Fact]
    public async Task A_reference_with_characters_that_XML_has_not_is_replaced_by_the_settlement_s_id()
    {
        JsonObject body = api.Cross();
        body["parties"]![0]!["external_reference"] = "bob \uFFFF 001";
        JsonObject made = await api.CreateAsync("platform-a", body);
        (int status, _, string text) = await ReadAsync("platform-a", $"/v1/settlements/{made["id"]}/messages/sese.024");
        Assert.Equal(200, status);
        Assert.Contains("TxId/AcctOwnrTxId=" + ((string)made["id"]!).Replace("-", "", StringComparison.Ordinal), Path(XDocument.Parse(text)), StringComparison.Ordinal);
        // Those that it has stay, also beyond the first plane.
        body = api.Cross();
        body["parties"]![0]!["external_reference"] = "bob \U0001F4B6";
        made = await api.CreateAsync("platform-a", body);
        Assert.Contains("TxId/AcctOwnrTxId=bob \U0001F4B6", Path(XDocument.Parse((await ReadAsync("platform-a", $"/v1/settlements/{made["id"]}/messages/sese.024")).Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_both_parties_names_one()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        string path = $"/v1/settlements/{made["id"]}/messages/sese.024";
        Assert.Equal(422, (await ReadAsync("platform-a", path)).Status);
        Assert.Contains("PrcgSts/AckdAccptd/NoSpcfdRsn=NORE", Path(XDocument.Parse((await ReadAsync("platform-a", path + "?role=buyer")).Text)), StringComparison.Ordinal);
        Assert.Equal(422, (await ReadAsync("platform-a", path + "?role=broker")).Status);
    }

    [Fact]
    public async Task Fails_are_counted_by_reason_and_side_with_their_value()
    {
        string tenant = "desk" + Guid.NewGuid().ToString("n")[..10];
        await api.AddPlatformAsync(tenant);
        List<Guid> made = [];
        for (int i = 0; i < 5; i++)
        {
            JsonObject body = i < 3 ? api.Cross() : api.Single();
            if (i < 3) body["legs"]![1]!["quantity"] = "1000.5";
            made.Add(Guid.Parse((string)(await api.CreateAsync(tenant, body))["id"]!));
        }
        string deadline = "timeout_at = now() - interval '2 days'";
        await api.RunAsync($"update settlement.settlement set {deadline} where id = any($1)", made.ToArray());
        await api.RunAsync("""
            update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK', rollback_reason = 'timeout',
              failure = '{"code":"timeout","message":"The deadline passed.","by_platform":null,"role":null,"at":"2026-11-28T00:00:00Z"}' where id = any($1)
            """, made.Take(2).ToArray());
        await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'finalized', state = 'FINALIZED' where id = $1", made[3]);
        await api.RunAsync("""
            update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK',
              failure = '{"code":"cancelled","message":"By phone.","by_platform":null,"role":null,"at":"2026-11-28T00:00:00Z"}' where id = $1
            """, made[4]);
        JsonObject report = await api.GetAsync(tenant, "/v1/fails");
        Assert.Equal((5, 1, 1, 3, "25.00"), ((int)report["due"]!, (int)report["settled"]!, (int)report["withdrawn"]!, (int)report["failed"]!, (string)report["efficiency_rate"]!));
        Assert.Equal([$"CMON counterparty {api.Usdc} USDC 3 3001.5", $"LACK own {api.Bond}  3 300"],
            report["reasons"]!.AsArray().Select(one => $"{one!["iso_reason"]} {one["side"]} {one["token_address"]} {one["symbol"]} {one["count"]} {one["value"]}"));
        Assert.Equal("2-3 1", string.Join(' ', report["ageing"]!.AsArray().Where(age => (int)age!["count"]! > 0).Select(age => $"{age!["days"]} {age["count"]}")));
        // Of the one that is still open: whose legs are missing, and how much.
        Assert.Equal([$"CMON counterparty {api.Usdc} 1 1000.5", $"LACK own {api.Bond} 1 100"], report["ageing"]!.AsArray().SelectMany(age => age!["reasons"]!.AsArray())
            .Select(one => $"{one!["iso_reason"]} {one["side"]} {one["token_address"]} {one["count"]} {one["value"]}"));
        (int status, string? type, string csv) = await ReadAsync(tenant, "/v1/fails", "text/csv");
        Assert.Equal(2, csv.Split("\r\n").Count(line => line.EndsWith(",2-3", StringComparison.Ordinal)));
        Assert.Equal((200, "text/csv", 5), (status, type, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length));
        string before = Uri.EscapeDataString(api.Clock.GetUtcNow().AddDays(-10).ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(0, (int)(await api.GetAsync(tenant, $"/v1/fails?to={before}"))["due"]!);
        Assert.Equal(422, (await api.SendAsync(tenant, HttpMethod.Get, "/v1/fails?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).Status);
    }

    [Fact]
    public async Task A_statement_is_read_as_JSON_and_as_CSV_by_its_own_environment()
    {
        // A chain of its own, which no other test writes to.
        const long Chain = 4_243;
        string tenant = "day" + Guid.NewGuid().ToString("n")[..10];
        Guid environment = await api.AddPlatformAsync(tenant);
        await api.RunAsync("update identity.environment set chain_id = $2 where id = $1", environment, Chain);
        JsonObject quiet = await api.GetAsync(tenant, "/v1/statements");
        DateTimeOffset day = api.Clock.GetUtcNow().AddDays(-1);
        string date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal((date, 0, null, false), ((string)quiet["date"]!, quiet["accounts"]!.AsArray().Count, quiet["closing_block"], (bool)quiet["final"]!));

        EscrowLeg leg = new(TokenKind.Erc20, CustodyMode.Custody, api.Bond, api.Seller, api.Buyer, api.Seller, UInt256.Zero, 1_000UL);
        EscrowTerms terms = new(Chain, api.Chain.Escrow, new EscrowHeader(Keccak256.Hash(environment.ToByteArray()), 0, 4_000_000_000, Address.Zero, Address.Zero, Hash32.Zero), [leg]);
        SettlementBook book = new(api.Database);
        Guid id = await book.InstructAsync(Chain, environment, "dvp-single", [new BookParty("seller", environment, api.Seller), new BookParty("buyer", environment, api.Buyer)],
            [new BookLeg("asset", api.Bond, "seller", "buyer", 1_000UL)], day.AddDays(3), day);
        await api.RunAsync("update settlement.settlement set escrow_id = $2, escrow_contract = $3, terms = '\\x00', external_reference = 'desk, \"1\"' where id = $1", id, terms.Id.ToBytes(), terms.Contract.ToBytes());
        PlantedMirror mirror = new(api.Database, Chain);
        await mirror.BeginAsync(terms.Contract, int.MaxValue, 1, day.ToUnixTimeSeconds());
        await mirror.LogsAsync(terms, 1, "deposited");
        await api.RunAsync("update chain.block set timestamp = $2 where chain_id = $1", Chain, new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero).AddHours(12).ToUnixTimeSeconds());

        JsonObject statement = await api.GetAsync(tenant, $"/v1/statements?date={date}&token={api.Bond}&wallet={api.Seller}");
        JsonNode account = Assert.Single(statement["accounts"]!.AsArray())!;
        Assert.Equal(("0", "1000", api.Seller.ToString()), ((string)account["opening"]!, (string)account["closing"]!, (string)account["wallet_address"]!));
        JsonNode movement = Assert.Single(account["movements"]!.AsArray())!;
        Assert.Equal(("deposited", "1000", id.ToString(), "desk, \"1\""), ((string)movement["type"]!, (string)movement["amount"]!, (string)movement["settlement_id"]!, (string)movement["external_reference"]!));
        Assert.Equal(statement["closing_block"]!["hash"]!.ToString(), (string)movement["block_hash"]!);
        Assert.Null(statement["reconciled"]);
        (int status, string? type, string csv) = await ReadAsync(tenant, $"/v1/statements?date={date}", "text/csv");
        string[] rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((200, "text/csv", 4), (status, type, rows.Length));
        Assert.Equal(["opening", "deposited", "closing"], rows.Skip(1).Select(row => row.Split(',')[6]));
        Assert.Contains("\"desk, \"\"1\"\"\"", rows[2], StringComparison.Ordinal);
        await api.RunAsync("insert into settlement.statement_check (chain_id, day, balances_read, tokens, breaks, checked_at) values ($1, $2, true, 1, '[]', now())", Chain, DateOnly.FromDateTime(day.UtcDateTime));
        Assert.True((bool)(await api.GetAsync(tenant, $"/v1/statements?date={date}"))["reconciled"]!);
        // Another environment reads its own accounts, of its own chain.
        Assert.Empty((await api.GetAsync("platform-b", $"/v1/statements?date={date}&wallet={api.Seller}"))["accounts"]!.AsArray());
        foreach (string wrong in (string[])["date=yesterday", "date=2999-01-01", "token=NOTHING", "wallet=0x12"])
            Assert.Equal((422, "validation_failed"), (await api.SendAsync(tenant, HttpMethod.Get, "/v1/statements?" + wrong)) is var refused ? (refused.Status, (string?)refused.Body["code"]) : default);
    }
}
