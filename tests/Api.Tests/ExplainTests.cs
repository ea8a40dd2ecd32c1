using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Who has to act, by when and why, for both sides in each state.</summary>
[Collection(ApiCollection.Name)]
public sealed class ExplainTests(ApiFixture api) : IAsyncLifetime
{
    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => SettlementScene.ClearAsync(api);

    Task<JsonObject> ExplainAsync(string client, SettlementScene scene) => api.GetAsync(client, scene.Path + "/explain");

    static string[] Waits(JsonObject explained) =>
        [.. explained["waiting_for"]!.AsArray().Select(one => $"{one!["who"]} {one["action"]} {one["role"]} {one["iso_reason"]}".Replace("  ", " ", StringComparison.Ordinal).Trim())];

    [Fact]
    public async Task The_counterparty_is_waited_for_until_it_has_confirmed()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false);
        await scene.SetAsync("state = 'AWAITING_CONFIRMATION'");
        JsonObject settlement = await scene.AsOwner();
        foreach (string reader in (string[])["platform-a", "platform-b"])
        {
            JsonObject explained = await ExplainAsync(reader, scene);
            Assert.Equal(("AWAITING_CONFIRMATION", "COMPLIANCE_CHECKING"), ((string?)explained["state"], (string?)explained["next_state"]));
            Assert.Equal(["platform-b confirm buyer CMIS"], Waits(explained));
            Assert.Equal((string?)settlement["confirmation"]!["deadline"], (string?)explained["waiting_for"]![0]!["by"]);
        }
        await scene.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        JsonObject ended = await ExplainAsync("platform-a", scene);
        Assert.Equal(("[]", null), (ended["waiting_for"]!.ToJsonString(), (string?)ended["next_state"]));
    }

    [Fact]
    public async Task While_parties_are_screened_all_but_the_owner_of_a_flag_read_one_sentence()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'checking', compliance_at = now()");
        string neutral = (await ExplainAsync("platform-a", scene)).ToJsonString();
        Assert.Equal(neutral, (await ExplainAsync("platform-b", scene)).ToJsonString());
        Assert.Equal(["operator screen COMP"], Waits(await ExplainAsync("platform-a", scene)));

        await scene.FlagAsync("buyer");
        Assert.Equal(neutral, (await ExplainAsync("platform-a", scene)).ToJsonString());
        JsonObject owner = await ExplainAsync("platform-b", scene);
        Assert.Equal(["platform-b decide buyer COMP"], Waits(owner));
        Assert.Contains("(entity)", (string)owner["waiting_for"]![0]!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/compliance-decision", """{"decision":"approve","reason":"another person"}""")).Status);
        Assert.Equal(neutral, (await ExplainAsync("platform-a", scene)).ToJsonString());
        Assert.Equal(neutral, (await ExplainAsync("platform-b", scene)).ToJsonString());
    }

    [Fact]
    public async Task Each_missing_deposit_is_named_with_the_reason_of_its_reader()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        Assert.Equal(["operator register ESCR"], Waits(await ExplainAsync("platform-a", scene)));
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        JsonObject settlement = await scene.AsOwner(), seller = await ExplainAsync("platform-a", scene), buyer = await ExplainAsync("platform-b", scene);
        Assert.Equal(["platform-a deposit seller LACK", "platform-b deposit buyer CMON"], Waits(seller));
        Assert.Equal(["platform-a deposit seller CLAC", "platform-b deposit buyer MONY"], Waits(buyer));
        Assert.Equal("EXECUTING_SWAP", (string?)seller["next_state"]);
        Assert.Equal([((string?)settlement["legs"]![0]!["id"], (string?)settlement["timeout_at"]), ((string?)settlement["legs"]![1]!["id"], (string?)settlement["timeout_at"])],
            seller["waiting_for"]!.AsArray().Select(one => ((string?)one!["leg_id"], (string?)one["by"])));
        // No word of a token and no wallet of the other side.
        foreach (string secret in (string[])["USDC", api.Usdc.ToString(), api.Bond.ToString(), api.Seller.ToString()])
            Assert.DoesNotContain(secret, buyer.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        // The usual causes are checked for the reader's own leg alone.
        Assert.Equal("[]", buyer["waiting_for"]![0]!["checks"]!.ToJsonString());
        Assert.Equal(["balance", "allowance", "sender", "pause", "verification", "gas_money"], buyer["waiting_for"]![1]!["checks"]!.AsArray().Select(check => (string?)check!["check"]));

        await scene.DepositAsync(0, 20);
        Assert.Equal(["platform-b deposit buyer CMON"], Waits(await ExplainAsync("platform-a", scene)));
        await scene.DepositAsync(1, 21);
        await scene.SetAsync("state = 'EXECUTING_SWAP'");
        Assert.Equal(["operator execute NEXT"], Waits(await ExplainAsync("platform-b", scene)));
        await scene.EscrowAsync(2, executed: 25);
        await scene.SetAsync("state = 'SETTLED'");
        Assert.Equal(["chain finalize NCON"], Waits(await ExplainAsync("platform-b", scene)));
    }

    [Fact]
    public async Task Holds_pauses_and_requests_to_cancel_are_shown()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'COMPLIANCE_CLEARED', compliance_status = 'cleared', compliance_at = now()");
        await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/hold", """{"reason":"not funded"}""");
        await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/cancel", """{"reason":"not funded"}""");
        Guid pause = Guid.NewGuid();
        await api.RunAsync("insert into settlement.pause (id, scope, environment_id, reason, set_by, created_at) values ($1, 'environment', $2, 'node at http://10.0.0.7 is wrong', 'operator', now())",
            pause, await api.EnvironmentAsync("platform-a"));
        try
        {
            JsonObject explained = await ExplainAsync("platform-a", scene);
            Assert.Equal(["platform-a cancel", "platform-b release PRCY", "operator resume"], Waits(explained));
            Assert.Equal(["platform-a cancel", "platform-b release PREA", "operator resume"], Waits(await ExplainAsync("platform-b", scene)));
            Assert.DoesNotContain("10.0.0.7", explained.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("not funded", explained.ToJsonString(), StringComparison.Ordinal);
        }
        finally
        {
            await api.RunAsync("delete from settlement.pause where id = $1", pause);
        }
    }

    [Fact]
    public async Task A_rollback_names_each_deposit_that_is_on_its_way_back()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(3, cancelled: 25);
        await scene.DepositAsync(0, 20);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS', rollback_reason = 'cancelled', rollback_since = now()");
        JsonObject explained = await ExplainAsync("platform-b", scene);
        Assert.Equal(["operator refund seller"], Waits(explained));
        Assert.Equal("ROLLED_BACK", (string?)explained["next_state"]);
        await scene.LegAsync(0, "refunded", 28, "refund");
        Assert.Equal(["chain finalize"], Waits(await ExplainAsync("platform-b", scene)));
    }
}
