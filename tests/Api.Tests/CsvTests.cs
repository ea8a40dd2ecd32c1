using System.Text;
using System.Text.Json.Nodes;
using Keystone.Api.Http;

namespace Keystone.Api.Tests;

/// <summary>The list of settlements as CSV.</summary>
[Collection(ApiCollection.Name)]
public sealed class CsvTests(ApiFixture api) : IAsyncLifetime
{
    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => SettlementScene.ClearAsync(api);

    async Task<(int Status, string? Type, List<string[]> Rows, string Text)> ReadAsync(string client, string query, string accept = "text/csv")
    {
        using HttpRequestMessage request = new(HttpMethod.Get, api.Url + "/v1/settlements" + query);
        request.Headers.Authorization = new("Bearer", await api.TokenAsync(client));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using HttpResponseMessage response = await api.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentType?.MediaType == "text/csv" ? Parse(text) : [], text);
    }

    // RFC 4180 by its grammar: what a field holds may be commas, quotes and line ends.
    static List<string[]> Parse(string text)
    {
        List<string[]> rows = [];
        List<string> row = [];
        StringBuilder field = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || (i + 1 < text.Length && text[i + 1] == '"'); i++)
                {
                    field.Append(text[i]);
                    if (text[i] == '"') i++;
                }
            }
            else if (text[i] == ',')
            {
                row.Add(field.ToString());
                field.Clear();
            }
            else if (text[i] == '\r')
            {
                Assert.Equal('\n', text[++i]);
                row.Add(field.ToString());
                field.Clear();
                rows.Add([.. row]);
                row.Clear();
            }
            else
            {
                Assert.NotEqual('\n', text[i]);
                field.Append(text[i]);
            }
        }
        Assert.Empty(row);
        Assert.All(rows, one => Assert.Equal(rows[0].Length, one.Length));
        return rows;
    }

    static Dictionary<string, string> Named(List<string[]> rows, int at) => rows[0].Zip(rows[at]).ToDictionary(pair => pair.First, pair => pair.Second);

    [Fact]
    public async Task Every_match_is_written_and_its_text_is_neither_lost_nor_run()
    {
        string client = "csv-" + Guid.NewGuid().ToString("n")[..8];
        await api.AddPlatformAsync(client);
        string reference = "=HYPERLINK(\"http://x\"), \"and\" more";
        JsonObject body = api.Single();
        body["external_reference"] = reference;
        body["idempotency_key"] = "@SUM(1+1)";
        body["legs"]![0]!["quantity"] = "123456789012345678.000000000000000001";
        JsonObject made = await api.CreateAsync(client, body);
        for (int i = 0; i < 205; i++) await api.CreateAsync(client, api.Single());

        var (status, type, rows, _) = await ReadAsync(client, "");
        Assert.Equal((200, "text/csv", 207), (status, type, rows.Count));
        Dictionary<string, string> last = Named(rows, 206);
        Assert.Equal(((string)made["id"]!, "'" + reference, "'@SUM(1+1)", "INSTRUCTED", "false", "0"), (last["id"], last["external_reference"], last["idempotency_key"], last["state"], last["is_terminal"], last["wei"]));
        Assert.Equal(206, rows.Skip(1).Select(row => row[0]).Distinct().Count());
        var (_, _, filtered, _) = await ReadAsync(client, "?external_reference=" + Uri.EscapeDataString(reference) + "&table=legs");
        Assert.Equal(3, filtered.Count);
        Dictionary<string, string> leg = Named(filtered, 1);
        Assert.Equal(("123456789012345678000000000000000001", "123456789012345678.000000000000000001", "pending", ""), (leg["amount"], leg["quantity"], leg["status"], leg["deposit_tx"]));
        // Others read nothing of it.
        Assert.DoesNotContain((string)made["id"]!, (await ReadAsync("platform-a", "")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transactions_and_costs_are_tables_of_their_own()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.DepositAsync(0, 20);
        await scene.IntentAsync("register", offered: true, status: "done");
        await scene.MineAsync("register", 10, gas: 60_000, price: 3_000_000_000);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        foreach (string reader in (string[])["platform-a", "platform-b"])
        {
            JsonObject settlement = await api.GetAsync(reader, scene.Path);
            Assert.Equal("""{"gas_used":60000,"wei":"180000000000000","transactions":1}""", settlement["costs"]!.ToJsonString());
            List<string[]> all = (await ReadAsync(reader, "?table=transactions&state=AWAITING_DEPOSITS")).Rows;
            List<string[]> rows = [all[0], .. all.Where(row => row[0] == scene.Id.ToString())];
            Assert.Equal(["register", "deposit"], rows.Skip(1).Select(row => row[1]));
            Assert.Equal((scene.TxText("deposit0"), "0", "20"), (Named(rows, 2)["hash"], Named(rows, 2)["leg_index"], Named(rows, 2)["block_number"]));
            all = (await ReadAsync(reader, "?table=costs&state=AWAITING_DEPOSITS")).Rows;
            Dictionary<string, string> cost = Named([all[0], .. all.Where(row => row[0] == scene.Id.ToString())], 1);
            Assert.Equal(("register", "", "true", "60000", "180000000000000", "1"), (cost["action"], cost["leg_index"], cost["succeeded"], cost["gas_used"], cost["wei"], cost["shared_by"]));
        }
    }

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/csv;q=0.5, application/json", "application/json")]
    [InlineData("text/csv, application/json;q=0.9", "text/csv")]
    [InlineData("text/csv, */*", "text/csv")]
    public async Task The_header_decides(string accept, string expected) => Assert.Equal(expected, (await ReadAsync("platform-a", "?external_reference=none", accept)).Type);

    [Fact]
    public async Task A_wrong_table_is_named_before_anything_is_written()
    {
        Assert.Equal(422, (await ReadAsync("platform-a", "?table=parties")).Status);
        Assert.Equal(422, (await ReadAsync("platform-a", "?table=legs", "application/json")).Status);
        Assert.Equal(422, (await ReadAsync("platform-a", "?created_from=yesterday")).Status);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData(" =1", "' =1")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("=a,b", "\"'=a,b\"")]
    [InlineData("", "")]
    public void A_field_is_quoted_and_guarded(string text, string field) => Assert.Equal(field, CsvWriter.Field(text));
}
