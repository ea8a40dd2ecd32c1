using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Xml.Linq;

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
        (int status, string? type, string csv) = await ReadAsync(tenant, "/v1/fails", "text/csv");
        Assert.Equal((200, "text/csv", 3), (status, type, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length));
        string before = Uri.EscapeDataString(api.Clock.GetUtcNow().AddDays(-10).ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(0, (int)(await api.GetAsync(tenant, $"/v1/fails?to={before}"))["due"]!);
        Assert.Equal(422, (await api.SendAsync(tenant, HttpMethod.Get, "/v1/fails?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z")).Status);
    }
}
