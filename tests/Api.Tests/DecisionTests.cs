using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Decisions on flagged parties: whose, how often, and that nobody else reads of them.</summary>
[Collection(ApiCollection.Name)]
public sealed class DecisionTests(ApiFixture api) : IAsyncLifetime
{
    const string Approve = """{"decision":"approve","reason":"Another person of the same name"}""", Reject = """{"decision":"reject","reason":"It is that person"}""";

    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => Task.CompletedTask;

    async Task<(int Status, string? Code, bool Replayed)> DecideAsync(string client, SettlementScene scene, string body)
    {
        var (status, answer, response) = await api.SendAsync(client, HttpMethod.Post, scene.Path + "/compliance-decision", body);
        return (status, status >= 300 ? (string?)answer["code"] : null, response.Headers.Contains("Idempotent-Replayed"));
    }

    async Task<long> DecisionsAsync(SettlementScene scene) => await api.CountAsync($"settlement.fact where settlement_id = '{scene.Id}' and kind = 'decision'");

    [Theory]
    [InlineData(Approve, Reject)]
    [InlineData(Reject, Approve)]
    public async Task The_owner_of_the_flagged_party_decides_once(string first, string opposite)
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FlagAsync("buyer");
        JsonObject before = await scene.AsCounterparty();
        Assert.True((bool)before["compliance"]!["decidable"]!);
        Assert.Equal((200, null, false), await DecideAsync("platform-b", scene, first));
        Assert.Equal(1, await DecisionsAsync(scene));
        Assert.Null((await scene.AsCounterparty())["compliance"]!["decidable"]);
        Assert.Equal((200, null, true), await DecideAsync("platform-b", scene, first));
        Assert.Equal((409, "already_decided", false), await DecideAsync("platform-b", scene, opposite));
        Assert.Equal(1, await DecisionsAsync(scene));

        // Who and how stands in the owner's trail and in the operator's; why, as a commitment.
        JsonNode[] own = [.. (await api.GetAsync("platform-b", scene.Path + "/events"))["items"]!.AsArray().Where(one => (string?)one!["type"] == "compliance")!];
        JsonNode payload = Assert.Single(own)["payload"]!;
        Assert.Equal(("decision", "platform-b", """[{"layer":"entity","role":"buyer"}]"""), ((string?)payload["event"], (string?)payload["actor"], payload["stopped"]!.ToJsonString()));
        Assert.StartsWith("0x", (string)payload["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_other_side_reads_the_same_bytes_before_and_after()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'checking', compliance_at = now()");
        async Task<string> SeenAsync() => string.Join('\n', await Task.WhenAll(((string[])["", "/events", "/explain"]).Select(async part =>
            (await api.GetAsync("platform-a", scene.Path + part)).ToJsonString())))
            + (await api.GetAsync("platform-a", "/v1/settlements?limit=1")).ToJsonString();
        string unflagged = await SeenAsync();
        (int, string?, bool) nothing = await DecideAsync("platform-a", scene, Approve);
        Assert.Equal((409, "nothing_to_decide", false), nothing);
        await scene.FlagAsync("buyer");
        Assert.Equal(unflagged, await SeenAsync());
        Assert.Equal(nothing, await DecideAsync("platform-a", scene, Approve));
        await DecideAsync("platform-b", scene, Approve);
        Assert.Equal(unflagged, await SeenAsync());
        Assert.Equal(nothing, await DecideAsync("platform-a", scene, Reject));
    }

    [Fact]
    public async Task Each_side_decides_on_its_own_flagged_parties()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FlagAsync("buyer");
        await scene.FlagAsync("seller");
        JsonObject settlement = await scene.AsOwner();
        string seller = (string)settlement["parties"]!.AsArray().First(party => (string?)party!["role"] == "seller")!["id"]!;
        string buyer = (string)settlement["parties"]!.AsArray().First(party => (string?)party!["role"] == "buyer")!["id"]!;
        // Neither B's party, nor none, is A's to name.
        foreach (string party in (string[])[buyer, Guid.NewGuid().ToString(), "x"])
        {
            var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, scene.Path + "/compliance-decision",
                new JsonObject { ["decision"] = "approve", ["reason"] = "r", ["party_id"] = party }.ToJsonString());
            Assert.Equal((422, "unknown_party"), (status, (string?)problem["errors"]![0]!["code"]));
        }
        Assert.Equal((200, null, false), await DecideAsync("platform-a", scene, new JsonObject { ["decision"] = "approve", ["reason"] = "r", ["party_id"] = seller.ToUpperInvariant() }.ToJsonString()));
        Assert.True((bool)(await scene.AsCounterparty())["compliance"]!["decidable"]!);
        Assert.Equal((200, null, false), await DecideAsync("platform-b", scene, Reject));
        Assert.Equal(2, await DecisionsAsync(scene));
    }

    [Theory]
    [InlineData("state = 'COMPLIANCE_CLEARED', compliance_status = 'cleared'")]
    [InlineData("state = 'ROLLED_BACK', compliance_status = 'failed', is_terminal = true, closed_at = now(), outcome = 'failed'")]
    [InlineData("timeout_at = now() - interval '1 minute'")]
    public async Task Where_nothing_waits_nothing_is_decided(string how)
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FlagAsync("buyer");
        await scene.SetAsync(how);
        Assert.Equal((409, "nothing_to_decide", false), await DecideAsync("platform-b", scene, Approve));
        Assert.Equal(0, await DecisionsAsync(scene));
    }

    [Fact]
    public async Task A_wrong_body_names_the_fix()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FlagAsync("buyer");
        foreach ((string body, string pointer, string code) in (IEnumerable<(string, string, string)>)[
            ("{}", "/decision", "missing"), ("""{"decision":"Approve","reason":"r"}""", "/decision", "unknown_value"), ("""{"decision":"approve"}""", "/reason", "missing"),
            ("""{"decision":"approve","reason":"a\u0007"}""", "/reason", "control_character")])
        {
            var (status, problem, _) = await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + "/compliance-decision", body);
            Assert.Equal((422, pointer, code), (status, (string?)problem["errors"]![0]!["pointer"], (string?)problem["errors"]![0]!["code"]));
        }
        Assert.Equal(0, await DecisionsAsync(scene));
    }

    [Fact]
    public async Task With_four_eyes_on_neither_who_instructed_nor_who_confirmed_decides()
    {
        string a = "four-a-" + Guid.NewGuid().ToString("n")[..8], b = "four-b-" + Guid.NewGuid().ToString("n")[..8];
        Guid[] environments = [await api.AddPlatformAsync(a), await api.AddPlatformAsync(b)];
        foreach ((string client, Guid environment) in (IEnumerable<(string, Guid)>)[("officer-" + a, environments[0]), ("officer-" + b, environments[1])])
            await api.AddCredentialAsync(client, environment, "settlements:read", "compliance:decide");
        await api.RunAsync("update identity.environment set four_eyes = true where id = any($1)", environments);
        JsonObject body = api.Cross();
        body["counterparty_parties"]![0]!["platform_slug"] = b;
        JsonObject made = await api.CreateAsync(a, body);
        SettlementScene scene = new(api, Guid.Parse((string)made["id"]!), $"/v1/settlements/{made["id"]}");
        Assert.Equal(200, (await api.SendAsync(b, HttpMethod.Post, scene.Path + "/confirm", api.Confirmation().ToJsonString())).Status);
        await scene.FlagAsync("buyer");
        await scene.FlagAsync("seller");
        foreach (string platform in (string[])[a, b])
        {
            Assert.Equal((403, "second_person_needed", false), await DecideAsync(platform, scene, Approve));
            // A second credential of the same person is no second person.
            string shadow = "officer-second-" + platform;
            await api.AddCredentialAsync(shadow, await api.EnvironmentAsync(platform), "settlements:read", "compliance:decide");
            await api.RunAsync("update identity.credential set made_by = $2 where client_id = $1", shadow, platform);
            Assert.Equal((403, "second_person_needed", false), await DecideAsync(shadow, scene, Approve));
            Assert.Equal((200, null, false), await DecideAsync("officer-" + platform, scene, Approve));
        }
        Assert.Equal(2, await DecisionsAsync(scene));
    }

    [Fact]
    public async Task It_takes_the_scope_and_the_operator_sees_every_settlement()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FlagAsync("buyer");
        string reader = "reader-" + Guid.NewGuid().ToString("n")[..8];
        await api.AddCredentialAsync(reader, await api.EnvironmentAsync("platform-b"), "settlements:read");
        Assert.Equal((403, "insufficient_scope", false), await DecideAsync(reader, scene, Approve));

        string officer = "operator-" + Guid.NewGuid().ToString("n")[..8];
        await api.AddOperatorCredentialAsync(officer, "compliance:decide");
        Assert.Equal((404, "not_found", false), await DecideAsync(officer, new SettlementScene(api, Guid.NewGuid(), $"/v1/settlements/{Guid.NewGuid()}"), Approve));
        Assert.Equal((200, null, false), await DecideAsync(officer, scene, Approve));
        JsonNode[] own = [.. (await api.GetAsync("platform-b", scene.Path + "/events"))["items"]!.AsArray().Where(one => (string?)one!["type"] == "compliance")!];
        Assert.Equal(officer, (string?)Assert.Single(own)["payload"]!["actor"]);
        Assert.DoesNotContain("compliance", (await api.GetAsync("platform-a", scene.Path + "/events"))["items"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
