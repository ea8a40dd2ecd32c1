using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Settlements.Cancel;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;

namespace Keystone.Api.Tests;

/// <summary>Who may cancel when, row by row, over rows as the engine and the mirror write them.</summary>
[Collection(ApiCollection.Name)]
public sealed class CancelTests(ApiFixture api) : IAsyncLifetime
{
    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => SettlementScene.ClearAsync(api);

    async Task<(int Status, JsonObject Body, bool Replayed)> CancelAsync(string client, string path, string reason = "Trade broken")
    {
        var (status, body, response) = await api.SendAsync(client, HttpMethod.Post, path + "/cancel", new JsonObject { ["reason"] = reason }.ToJsonString());
        return (status, body, response.Headers.Contains("Idempotent-Replayed"));
    }

    async Task<string[]> MessagesAsync(Guid id, string platform)
    {
        List<string> messages = [];
        await using Npgsql.NpgsqlCommand select = api.Database.CreateCommand("select payload from webhooks.message where settlement_id = $1 and environment_id = $2 and type = 'settlement.cancel_requested' order by sequence");
        select.Parameters.AddWithValue(id);
        select.Parameters.AddWithValue(await api.EnvironmentAsync(platform));
        await using Npgsql.NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync()) messages.Add(rows.GetString(0));
        return [.. messages];
    }

    async Task<(int Requests, int Effective)> FactsAsync(Guid id)
    {
        int[] counts = new int[2];
        foreach ((string kind, int at) in (IEnumerable<(string, int)>)[("cancel_request", 0), ("cancel", 1)])
            counts[at] = (int)await api.CountAsync($"settlement.fact where settlement_id = '{id}' and kind = '{kind}'");
        return (counts[0], counts[1]);
    }

    [Theory]
    [InlineData("INSTRUCTED")]
    [InlineData("AWAITING_CONFIRMATION")]
    public async Task Before_everyone_has_confirmed_the_initiator_alone_ends_it(string state)
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false);
        await scene.SetAsync($"state = '{state}'");
        string before = await api.CountsAsync();
        var (refused, problem, _) = await CancelAsync("platform-b", scene.Path);
        Assert.Equal((403, "not_initiator"), (refused, (string?)problem["code"]));
        Assert.Equal(before, await api.CountsAsync());

        var (status, body, replayed) = await CancelAsync("platform-a", scene.Path);
        Assert.Equal((200, false, state, "effective", "CANP"), (status, replayed, (string?)body["state"], (string?)body["cancellation"]!["status"], (string?)body["iso"]!["status"]));
        Assert.Equal("[]", body["cancellation"]!["waits_for"]!.ToJsonString());
        Assert.Equal((1, 1), await FactsAsync(scene.Id));
        JsonObject other = await scene.AsCounterparty();
        Assert.Equal(("Trade broken", "platform-a", "CPRC"), ((string?)other["cancellation"]!["requested_by"]![0]!["reason"], (string?)other["cancellation"]!["requested_by"]![0]!["platform_slug"], (string?)other["iso"]!["status"]));
        foreach (string platform in (string[])["platform-a", "platform-b"])
            Assert.Contains("\"platform_slug\":\"platform-a\",\"effective\":true", Assert.Single(await MessagesAsync(scene.Id, platform)), StringComparison.Ordinal);

        // The same again, whatever its reason, is a repeat; nothing else can be said any more.
        Assert.Equal((200, true), (await CancelAsync("platform-a", scene.Path, "another reason")) is var (again, _, isReplayed) ? (again, isReplayed) : default);
        Assert.Equal((1, 1), await FactsAsync(scene.Id));
        foreach ((string path, string text) in (IEnumerable<(string, string)>)[("/confirm", api.Confirmation().ToJsonString()), ("/reject", """{"reason":"too late"}"""), ("/hold", """{"reason":"too late"}"""), ("/cancel", """{"reason":"too late"}""")])
        {
            var (late, said, _) = await api.SendAsync("platform-b", HttpMethod.Post, scene.Path + path, text);
            Assert.Equal((409, "settlement_ended"), (late, (string?)said["code"]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_settlement_of_one_platform_is_ended_by_its_initiator_until_the_swap(int deposits)
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        SettlementScene scene = new(api, Guid.Parse((string)made["id"]!), $"/v1/settlements/{made["id"]}");
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        for (int leg = 0; leg < deposits; leg++) await scene.DepositAsync(leg, 20);
        await scene.SetAsync($"state = '{(deposits == 2 ? "EXECUTING_SWAP" : "AWAITING_DEPOSITS")}'");
        var (status, body, _) = await CancelAsync("platform-a", scene.Path);
        Assert.Equal((200, "effective"), (status, (string?)body["cancellation"]!["status"]));
        Assert.Equal((404, "not_found"), await CancelAsync("platform-b", scene.Path) is var (foreign, problem, _) ? (foreign, (string?)problem["code"]) : default);

        // The swap was mined first: the chain decided.
        await scene.EscrowAsync(2, executed: 25);
        var (late, said, _) = await CancelAsync("platform-a", scene.Path);
        Assert.Equal((409, "already_executed"), (late, (string?)said["code"]));
        Assert.Equal("too_late", (string?)(await scene.AsOwner())["cancellation"]!["status"]);
    }

    [Fact]
    public async Task After_all_have_confirmed_it_takes_two_platforms()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.DepositAsync(0, 20);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        var (first, asked, _) = await CancelAsync("platform-b", scene.Path, "Client withdrew");
        Assert.Equal((202, "requested", "[\"platform-a\"]", "CANP"), (first, (string?)asked["cancellation"]!["status"], asked["cancellation"]!["waits_for"]!.ToJsonString(), (string?)asked["iso"]!["status"]));
        Assert.Equal((202, true), await CancelAsync("platform-b", scene.Path) is var (again, _, replayed) ? (again, replayed) : default);
        Assert.Equal((1, 0), await FactsAsync(scene.Id));
        Assert.Equal("CPRC", (string?)(await scene.AsOwner())["iso"]!["status"]);
        // It waits for A, and for nobody else.
        Assert.Contains((string)asked["id"]!, (await api.GetAsync("platform-a", "/v1/settlements?attention=true&limit=200")).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain((string)asked["id"]!, (await api.GetAsync("platform-b", "/v1/settlements?attention=true&limit=200")).ToJsonString(), StringComparison.Ordinal);

        var (second, body, _) = await CancelAsync("platform-a", scene.Path, "Agreed");
        Assert.Equal((200, "effective", 2), (second, (string?)body["cancellation"]!["status"], body["cancellation"]!["requested_by"]!.AsArray().Count));
        Assert.Equal((2, 1), await FactsAsync(scene.Id));
        Assert.Equal((200, true), await CancelAsync("platform-b", scene.Path) is var (now, _, isReplayed) ? (now, isReplayed) : default);
        string[] messages = await MessagesAsync(scene.Id, "platform-a");
        Assert.Equal(2, messages.Length);
        Assert.Contains("\"platform_slug\":\"platform-b\",\"effective\":false", messages[0], StringComparison.Ordinal);
        Assert.Contains("\"platform_slug\":\"platform-a\",\"effective\":true", messages[1], StringComparison.Ordinal);

        // Each request is an event of its own; its reason stands in it as a commitment, and whose credential it was is read by its own side alone.
        foreach ((string reader, string other) in (IEnumerable<(string, string)>)[("platform-a", "platform-b"), ("platform-b", "platform-a")])
        {
            JsonNode[] events = [.. (await api.GetAsync(reader, scene.Path + "/events"))["items"]!.AsArray().Where(one => (string?)one!["type"] == "cancel_request")!];
            Assert.Equal([false, true], events.Select(one => (bool)one["payload"]!["effective"]!));
            Assert.All(events, one => Assert.StartsWith("0x", (string)one["payload"]!["reason"]!, StringComparison.Ordinal));
            Assert.All(events, one => Assert.Equal((string?)one["payload"]!["platform_slug"] == reader ? reader : null, (string?)one["payload"]!["actor"]));
        }
    }

    [Fact]
    public async Task After_full_funding_the_chain_decides_and_the_same_request_reports_what_it_decided()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.DepositAsync(0, 20);
        await scene.DepositAsync(1, 21);
        await scene.SetAsync("state = 'EXECUTING_SWAP'");
        Assert.Equal(202, (await CancelAsync("platform-a", scene.Path)).Status);
        Assert.Equal(200, (await CancelAsync("platform-b", scene.Path)).Status);
        await scene.EscrowAsync(2, executed: 25);
        foreach (string platform in (string[])["platform-a", "platform-b"])
        {
            var (status, problem, _) = await CancelAsync(platform, scene.Path);
            Assert.Equal((409, "already_executed", false), (status, (string?)problem["code"], (bool)problem["retryable"]!));
        }
        await scene.SetAsync("state = 'FINALIZED', is_terminal = true, closed_at = now(), outcome = 'finalized'");
        Assert.Equal((409, "already_executed"), await CancelAsync("platform-a", scene.Path) is var (end, said, _) ? (end, (string?)said["code"]) : default);
    }

    [Theory]
    [InlineData("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'")]
    [InlineData("rollback_reason = 'timeout', rollback_since = now()")]
    [InlineData("timeout_at = now() - interval '1 minute'")]
    public async Task What_ends_anyway_is_not_cancelled(string how)
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false);
        await scene.SetAsync(how);
        string before = await api.CountsAsync();
        var (status, problem, _) = await CancelAsync("platform-a", scene.Path);
        Assert.Equal((409, "settlement_ended"), (status, (string?)problem["code"]));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_foreign_settlement_reads_like_none_and_a_wrong_body_names_the_fix()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api, confirmed: false);
        string before = await api.CountsAsync();
        foreach (string verb in (string[])["cancel", "hold", "release", "compliance-decision"])
        {
            string[] answers = new string[2];
            foreach ((string path, int at) in (IEnumerable<(string, int)>)[(scene.Path, 0), ($"/v1/settlements/{Guid.NewGuid()}", 1)])
            {
                var (status, problem, _) = await api.SendAsync("platform-c", HttpMethod.Post, $"{path}/{verb}", "{\"reason\":7}");
                Assert.Equal(404, status);
                problem.Remove("request_id");
                answers[at] = problem.ToJsonString();
            }
            Assert.Equal(answers[0], answers[1]);
            foreach ((string body, string code) in (IEnumerable<(string, string)>)[("", "missing"), ("{\"reason\":\"\"}", "length"), ($"{{\"reason\":\"{new string('x', 501)}\"}}", "length"), ("{\"reason\":7}", "wrong_type")])
            {
                var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, $"{scene.Path}/{verb}", body);
                Assert.Equal(422, status);
                Assert.Contains(problem["errors"]!.AsArray(), fault => (string?)fault!["pointer"] == "/reason" && (string?)fault["code"] == code);
            }
        }
        Assert.Equal(404, (await api.SendAsync("platform-c", HttpMethod.Get, scene.Path + "/explain")).Status);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task Two_requests_at_once_are_one_after_the_other()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'COMPLIANCE_CLEARED'");
        var answers = await Task.WhenAll(CancelAsync("platform-a", scene.Path), CancelAsync("platform-b", scene.Path));
        Assert.Equal([200, 202], answers.Select(answer => answer.Status).Order());
        Assert.Equal((2, 1), await FactsAsync(scene.Id));
    }

    [Theory]
    [InlineData(false, 1, true)]
    [InlineData(true, 1, false)]
    [InlineData(true, 2, true)]
    public void Of_three_platforms_two_suffice_until_every_leg_is_in_and_then_it_takes_all(bool full, int askedBefore, bool effective)
    {
        Guid[] sides = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];
        LegSnapshot leg = new(null, full ? LegStatus.Deposited : LegStatus.Pending, null, null);
        LockedSettlement settlement = new(Guid.NewGuid(), "cross_platform", "AWAITING_DEPOSITS", false, false, sides[0], DateTimeOffset.MaxValue, "cleared", null, BuiltInTemplates.CrossPlatform)
        {
            OnChain = (ChainHead.None, new EscrowSnapshot(default, EscrowState.Open, null, null, [leg, leg], 0, null, null, null)),
        };
        settlement.Parties.AddRange(sides.Select((side, at) => new LockedParty(Guid.NewGuid(), $"role-{at}", side, "confirmed")));
        settlement.Facts.AddRange(sides.Take(askedBefore).Select(side => new LockedFact("cancel_request", null, side, "test", "{}", 1, DateTimeOffset.UnixEpoch)));
        Result<CancelRules.Verdict> verdict = CancelRules.Judge(settlement, sides[2], DateTimeOffset.UnixEpoch);
        Assert.Equal((effective, false), (verdict.Value!.IsEffective, verdict.Value.IsRepeated));
    }
}
