using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Holds before the terms are published, and the other options of an instruction: not_before, category, replacement.</summary>
[Collection(ApiCollection.Name)]
public sealed class HoldTests(ApiFixture api) : IAsyncLifetime
{
    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    public Task DisposeAsync() => SettlementScene.ClearAsync(api);

    async Task<(int Status, JsonObject Body, bool Replayed)> SayAsync(string client, string path, string verb)
    {
        var (status, body, response) = await api.SendAsync(client, HttpMethod.Post, $"{path}/{verb}", """{"reason":"Client is not funded"}""");
        return (status, body, response.Headers.Contains("Idempotent-Replayed"));
    }

    static (bool Own, bool Other, string? Iso) Seen(JsonObject settlement) =>
        ((bool)settlement["hold"]!["own"]!, (bool)settlement["hold"]!["other"]!, (string?)settlement["iso"]!["reason"]);

    [Fact]
    public async Task Each_side_has_a_hold_of_its_own()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'COMPLIANCE_CLEARED', compliance_status = 'cleared', compliance_at = now()");
        Assert.Equal((false, false, "COMP"), Seen(await scene.AsOwner()));
        var (status, body, _) = await SayAsync("platform-a", scene.Path, "hold");
        Assert.Equal((200, (true, false, "PREA")), (status, Seen(body)));
        Assert.Equal((false, true, "PRCY"), Seen(await scene.AsCounterparty()));
        Assert.Equal((200, true), await SayAsync("platform-a", scene.Path, "hold") is var (again, _, replayed) ? (again, replayed) : default);
        // B's release is of B's hold, which there is none of.
        Assert.Equal((200, true), await SayAsync("platform-b", scene.Path, "release") is var (none, _, isReplayed) ? (none, isReplayed) : default);
        await SayAsync("platform-b", scene.Path, "hold");
        Assert.Equal((true, true, "BOTH"), Seen(await scene.AsOwner()));
        var (released, after, _) = await SayAsync("platform-a", scene.Path, "release");
        Assert.Equal((200, (false, true, "PRCY")), (released, Seen(after)));
        Assert.Equal((true, false, "PREA"), Seen(await scene.AsCounterparty()));

        JsonNode[] events = [.. (await api.GetAsync("platform-b", scene.Path + "/events"))["items"]!.AsArray().Where(one => (string?)one!["type"] is "hold" or "release")!];
        Assert.Equal([("hold", "platform-a"), ("hold", "platform-b"), ("release", "platform-a")], events.Select(one => ((string)one["type"]!, (string)one["payload"]!["platform_slug"]!)));
        Assert.DoesNotContain("not funded", events[0].ToJsonString(), StringComparison.Ordinal);
        // Both are told of each, once; a repeat says nothing.
        foreach (string client in (string[])["platform-a", "platform-b"])
        {
            JsonNode[] messages = [.. (await MessagesAsync(scene.Id, await api.EnvironmentAsync(client))).Select(payload => JsonNode.Parse(payload)!)];
            Assert.Equal([("settlement.hold.placed", "platform-a"), ("settlement.hold.placed", "platform-b"), ("settlement.hold.released", "platform-a")],
                messages.Select(one => ((string)one["event"]!, (string)one["data"]!["platform_slug"]!)));
            Assert.All(messages, one => Assert.DoesNotContain("not funded", one.ToJsonString(), StringComparison.Ordinal));
        }
    }

    async Task<List<string>> MessagesAsync(Guid settlement, Guid environment)
    {
        await using Npgsql.NpgsqlCommand select = api.Database.CreateCommand("select payload from webhooks.message where settlement_id = $1 and environment_id = $2 and type like 'settlement.hold.%' order by sequence");
        select.Parameters.AddWithValue(settlement);
        select.Parameters.AddWithValue(environment);
        List<string> payloads = [];
        await using Npgsql.NpgsqlDataReader row = await select.ExecuteReaderAsync();
        while (await row.ReadAsync()) payloads.Add(row.GetString(0));
        return payloads;
    }

    [Fact]
    public async Task Published_terms_are_not_held()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.SetAsync("state = 'REGISTERING_ESCROW'");
        string before = await api.CountsAsync();
        foreach (string verb in (string[])["hold", "release"])
            Assert.Equal((409, "terms_published"), await SayAsync("platform-a", scene.Path, verb) is var (status, problem, _) ? (status, (string?)problem["code"]) : default);
        await scene.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        Assert.Equal((409, "settlement_ended"), await SayAsync("platform-a", scene.Path, "hold") is var (ended, said, _) ? (ended, (string?)said["code"]) : default);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task An_instruction_can_hold_set_the_earliest_time_and_name_its_category()
    {
        JsonObject body = api.Cross();
        string notBefore = api.Clock.GetUtcNow().AddHours(3).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        (body["hold"], body["not_before"], body["settlement_category"]) = (true, notBefore, "buy_in");
        JsonObject made = await api.CreateAsync("platform-a", body);
        JsonObject other = await api.GetAsync("platform-b", $"/v1/settlements/{made["id"]}");
        Assert.Equal((true, false, null), Seen(made));
        Assert.Equal((false, true, null), Seen(other));
        foreach (JsonObject seen in (JsonObject[])[made, other])
            Assert.Equal((notBefore, "buy_in"), ((string?)seen["not_before"], (string?)seen["settlement_category"]));
        // The same instruction by another serializer is the same, and another one is not.
        body["not_before"] = notBefore.Replace("Z", ".25+00:00", StringComparison.Ordinal);
        Assert.Equal(200, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);
        body["hold"] = false;
        Assert.Equal(422, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status);

        JsonObject late = api.Single();
        late["not_before"] = api.Clock.GetUtcNow().AddDays(2).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        (late["hold"], late["settlement_category"]) = ("yes", "Repo Open");
        string before = await api.CountsAsync();
        var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", late.ToJsonString());
        Assert.Equal(422, status);
        Assert.Equal(["/not_before not_before_out_of_range", "/hold wrong_type", "/settlement_category invalid_slug"],
            problem["errors"]!.AsArray().Select(fault => $"{fault!["pointer"]} {fault["code"]}"));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task One_that_has_ended_is_replaced_once_and_each_names_the_other()
    {
        SettlementScene old = await SettlementScene.CreateAsync(api, confirmed: false);
        JsonObject body = api.Single();
        body["replaces_settlement_id"] = old.Id.ToString();
        Assert.Equal("replaced_not_ended", await FaultAsync("platform-a", body));
        await old.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        // B's own it is not, although B may see it; and one that never was reads the same.
        Assert.Equal("replaced_unknown", await FaultAsync("platform-b", body));
        JsonObject absent = api.Single();
        absent["replaces_settlement_id"] = Guid.NewGuid().ToString();
        Assert.Equal("replaced_unknown", await FaultAsync("platform-a", absent));
        absent["replaces_settlement_id"] = "stl-77";
        Assert.Equal("replaced_unknown", await FaultAsync("platform-a", absent));

        JsonObject made = await api.CreateAsync("platform-a", body);
        Assert.Equal(old.Id.ToString(), (string?)made["replaces_settlement_id"]);
        Assert.Equal((string?)made["id"], (string?)(await old.AsOwner())["replaced_by_settlement_id"]);
        // B has no part in the new one.
        Assert.Null((await old.AsCounterparty())["replaced_by_settlement_id"]);
        JsonObject second = api.Single();
        second["replaces_settlement_id"] = old.Id.ToString();
        Assert.Equal("replaced_already", await FaultAsync("platform-a", second));
    }

    [Fact]
    public async Task Of_two_replacements_at_once_one_is_made()
    {
        SettlementScene old = await SettlementScene.CreateAsync(api, confirmed: false);
        await old.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            JsonObject body = api.Single();
            body["replaces_settlement_id"] = old.Id.ToString();
            return (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString())).Status;
        }));
        Assert.Equal([201, 422, 422, 422, 422, 422, 422, 422], answers.Order());
    }

    async Task<string> FaultAsync(string client, JsonObject body)
    {
        var (status, problem, _) = await api.SendAsync(client, HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal(422, status);
        return (string)Assert.Single(problem["errors"]!.AsArray())!["code"]!;
    }
}
