using System.Text.Json.Nodes;
using Keystone.Settlements.Audit;

namespace Keystone.Api.Tests;

/// <summary>Each side has its own chain of a settlement, and what it agreed to stands in it.</summary>
[Collection(ApiCollection.Name)]
public sealed class ReaderChainTests(ApiFixture api)
{
    [Fact]
    public async Task What_a_counterparty_agreed_to_is_an_event_and_a_row_that_is_changed_afterwards_is_found()
    {
        string path = $"/v1/settlements/{(await api.CreateAsync("platform-a", api.Cross()))["id"]}";
        Guid id = Guid.Parse(path[(path.LastIndexOf('/') + 1)..]);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", api.Confirmation().ToJsonString())).Status);
        JsonNode[] a = [.. (await api.GetAsync("platform-a", path + "/events"))["items"]!.AsArray().Select(one => one!)];
        JsonNode[] b = [.. (await api.GetAsync("platform-b", path + "/events"))["items"]!.AsArray().Select(one => one!)];
        Assert.Equal(["state", "confirmation"], a.Select(one => (string)one["type"]!));
        Assert.Equal(["state", "confirmation"], b.Select(one => (string)one["type"]!));
        Assert.Equal(("api", "buyer", "platform-b"), ((string)b[1]["triggered_by"]!, (string)b[1]["payload"]!["role"]!, (string)b[1]["payload"]!["platform_slug"]!));
        // Whose credential it was, its own side reads; the other side reads which platform.
        Assert.Equal(("platform-b", null), ((string?)b[1]["payload"]!["actor"], (string?)a[1]["payload"]!["actor"]));
        Assert.Equal(a[1]["payload"]!["commitments"]!.ToJsonString(), b[1]["payload"]!["commitments"]!.ToJsonString());
        Assert.All(b[1]["payload"]!["commitments"]!.AsObject(), commitment => Assert.Equal(66, ((string)commitment.Value!).Length));
        // One number for each message of a feed, and none left out.
        foreach (string reader in (string[])["platform-a", "platform-b"])
        {
            await using Npgsql.NpgsqlCommand select = api.Database.CreateCommand("select sequence from webhooks.message where settlement_id = $1 and environment_id = $2 order by sequence");
            select.Parameters.AddWithValue(id);
            select.Parameters.AddWithValue(await api.EnvironmentAsync(reader));
            List<int> numbers = [];
            await using Npgsql.NpgsqlDataReader rows = await select.ExecuteReaderAsync();
            while (await rows.ReadAsync()) numbers.Add(rows.GetInt32(0));
            Assert.Equal([1, 2], numbers);
        }

        AuditCheckStore check = new(api.Database);
        async Task<string[]> FaultsAsync() => [.. (await check.CheckAsync(null, CancellationToken.None)).Faults.Where(fault => fault.Contains(id.ToString(), StringComparison.Ordinal))];
        Assert.Empty(await FaultsAsync());
        foreach ((string change, string back) in (IEnumerable<(string, string)>)[
            ("update settlement.party set name = 'Gamma Capital' where settlement_id = $1 and role = 'buyer'", "update settlement.party set name = 'Beta Capital' where settlement_id = $1 and role = 'buyer'"),
            ("update settlement.party set lei = '529900T8BM49AURSDO55' where settlement_id = $1 and role = 'buyer'", "update settlement.party set lei = null where settlement_id = $1 and role = 'buyer'"),
            ("update settlement.party set country = 'NL' where settlement_id = $1 and role = 'buyer'", "update settlement.party set country = null where settlement_id = $1 and role = 'buyer'"),
            ("update settlement.party set date_of_birth = '1961-04-30' where settlement_id = $1 and role = 'seller'", "update settlement.party set date_of_birth = null where settlement_id = $1 and role = 'seller'"),
            ("update settlement.party set external_reference = external_reference || 'x' where settlement_id = $1 and role = 'seller'", "update settlement.party set external_reference = 'bob-001' where settlement_id = $1 and role = 'seller'"),
            ("update settlement.leg set amount = amount + 1 where settlement_id = $1 and leg_index = 0", "update settlement.leg set amount = amount - 1 where settlement_id = $1 and leg_index = 0"),
            ("update settlement.event set payload = replace(payload, 'buyer', 'payer') where settlement_id = $1 and type = 'confirmation'", "update settlement.event set payload = replace(payload, 'payer', 'buyer') where settlement_id = $1 and type = 'confirmation'"),
        ])
        {
            await api.RunAsync(change, id);
            Assert.NotEmpty(await FaultsAsync());
            await api.RunAsync(back, id);
            Assert.Empty(await FaultsAsync());
        }

        // An erased field opens to nothing and breaks nothing.
        await api.RunAsync("update settlement.party set name = null where settlement_id = $1 and role = 'buyer'", id);
        await api.RunAsync("update settlement.private_salts set salts = salts - 'buyer/name' where settlement_id = $1 and scope = 'answer/buyer'", id);
        Assert.Empty(await FaultsAsync());

        await api.RunAsync("delete from settlement.event where settlement_id = $1 and type = 'confirmation'", id);
        Assert.NotEmpty(await FaultsAsync());
        await api.RunAsync("delete from settlement.event where settlement_id = $1", id);
        Assert.Contains(await FaultsAsync(), fault => fault.Contains("missing", StringComparison.Ordinal));
        // The other tests check all trails.
        foreach (string table in (string[])["event", "audit_head", "environment_event"]) await api.RunAsync($"delete from settlement.{table} where settlement_id = $1", id);
    }

    [Fact]
    public async Task A_rejection_is_an_event_with_a_number_of_its_own_for_each_role()
    {
        JsonObject body = api.Cross();
        body["counterparty_parties"]!.AsArray().Add(new JsonObject { ["platform_slug"] = "platform-b", ["role"] = "custodian" });
        body["legs"]![0]!["recipient_role"] = "buyer";
        body["legs"]![1]!["recipient_role"] = "seller";
        string path = $"/v1/settlements/{(await api.CreateAsync("platform-a", body))["id"]}";
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/reject", "{\"reason\":\"Entity not eligible\"}")).Status);
        JsonNode[] events = [.. (await api.GetAsync("platform-a", path + "/events"))["items"]!.AsArray().Select(one => one!)];
        Assert.Equal([(1, "state"), (2, "rejection"), (3, "rejection")], events.Select(one => ((int)one["sequence"]!, (string)one["type"]!)));
        Assert.DoesNotContain("not eligible", events[1].ToJsonString(), StringComparison.Ordinal);
    }
}
