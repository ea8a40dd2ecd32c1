using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Domain.Templates;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>Results of steps that a platform does in systems of its own: whose, when, how often, and who reads of them.</summary>
[Collection(ApiCollection.Name)]
public sealed class ActionTests(ApiFixture api) : IAsyncLifetime
{
    const string State = "LOCKING_ASSETS", Completed = """{"result":"completed","reference":"vault-tx-7781"}""", Failed = """{"result":"failed"}""";

    public Task InitializeAsync() => SettlementScene.ClearAsync(api);

    // Others list what there is.
    public Task DisposeAsync() => api.RunAsync("delete from settlement.template");

    async Task<SettlementScene> SceneAsync(bool asked = true)
    {
        JsonObject upload = new()
        {
            ["slug"] = "t" + Guid.NewGuid().ToString("n")[..12],
            ["name"] = "DvP with a lock",
            ["description"] = "Assets are locked by the platform before the terms are published.",
            ["config"] = JsonNode.Parse(TemplateJson.Write(ExternalTemplate.Of(BuiltInTemplates.CrossPlatform, State))),
        };
        var (status, made, _) = await api.SendAsync("manager-a", HttpMethod.Post, "/v1/settlement-templates", upload.ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        Assert.Equal("external_action", (string?)made["config"]!["actions"]![State]!["type"]);
        JsonObject body = api.Cross();
        body["template_id"] = (string)made["slug"]!;
        SettlementScene scene = await SettlementScene.CreateAsync(api, body: body);
        if (asked) await scene.AskAsync(State);
        return scene;
    }

    async Task<(int Status, string? Code, bool Replayed)> ReportAsync(string client, SettlementScene scene, string body, string state = State)
    {
        var (status, answer, response) = await api.SendAsync(client, HttpMethod.Post, $"{scene.Path}/actions/{state}", body);
        return (status, status >= 300 ? (string?)answer["code"] : null, response.Headers.Contains("Idempotent-Replayed"));
    }

    async Task<string[]> WaitsAsync(string client, SettlementScene scene) =>
        [.. (await api.GetAsync(client, scene.Path + "/explain"))["waiting_for"]!.AsArray().Select(one => $"{one!["who"]} {one["action"]}")];

    async Task<JsonNode?[]> EventsAsync(string client, SettlementScene scene) =>
        [.. (await api.GetAsync(client, scene.Path + "/events"))["items"]!.AsArray().Where(one => ((string)one!["type"]!).StartsWith("action", StringComparison.Ordinal))];

    [Fact]
    public async Task The_platform_that_was_asked_reports_once()
    {
        SettlementScene scene = await SceneAsync();
        JsonObject explained = await api.GetAsync("platform-a", scene.Path + "/explain");
        Assert.Equal(["platform-a act"], await WaitsAsync("platform-a", scene));
        Assert.Equal(["platform-a act"], await WaitsAsync("platform-b", scene));
        DateTimeOffset timeout = DateTimeOffset.Parse((string)(await scene.AsOwner())["timeout_at"]!, CultureInfo.InvariantCulture);
        Assert.Equal(timeout.AddSeconds(-30), DateTimeOffset.Parse((string)explained["waiting_for"]![0]!["by"]!, CultureInfo.InvariantCulture));
        Assert.Equal(("PEND", "OTHR"), await scene.AsOwner() is var seen ? ((string?)seen["iso"]!["status"], (string?)seen["iso"]!["reason"]) : default);

        await scene.SetAsync("due_at = null");
        Assert.Equal((200, null, false), await ReportAsync("platform-a", scene, Completed));
        Assert.Equal(1, await api.CountAsync($"settlement.settlement where id = '{scene.Id}' and due_at is not null and state = '{State}'"));
        Assert.Equal((200, null, true), await ReportAsync("platform-a", scene, Completed));
        foreach (string other in (string[])[Failed, """{"result":"completed"}""", """{"result":"completed","reference":"vault-tx-7782"}"""])
            Assert.Equal((409, "action_resolved", false), await ReportAsync("platform-a", scene, other));
        Assert.Equal(1, await api.CountAsync($"settlement.fact where settlement_id = '{scene.Id}' and kind = 'action_result'"));
        Assert.Equal(["operator wait"], await WaitsAsync("platform-a", scene));
        // The end takes nothing of the answer back.
        await scene.SetAsync("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'");
        Assert.Equal((200, null, true), await ReportAsync("platform-a", scene, Completed));

        // In its own trail and the operator's; the reference as a commitment.
        JsonNode payload = Assert.Single(await EventsAsync("platform-a", scene))!["payload"]!;
        Assert.Equal(("action_result", State, "completed", "platform-a"), ((string?)payload["type"], (string?)payload["action"], (string?)payload["result"], (string?)payload["actor"]));
        Assert.StartsWith("0x", (string)payload["reference"]!, StringComparison.Ordinal);
        Assert.Empty(await EventsAsync("platform-b", scene));
        Assert.DoesNotContain("vault-tx", (await api.GetAsync("platform-b", scene.Path)).ToJsonString(), StringComparison.Ordinal);
        JsonObject activity = await api.GetAsync("manager-a", $"/v1/activity?type=action.reported&resource_id={scene.Id}");
        Assert.Contains(activity["items"]!.AsArray(), one => (int)one!["status_code"]! == 200 && (string?)one["actor_id"] == "platform-a");
    }

    [Fact]
    public async Task The_counterparty_reports_nothing()
    {
        SettlementScene scene = await SceneAsync();
        string before = await api.CountsAsync();
        Assert.Equal((403, "not_initiator", false), await ReportAsync("platform-b", scene, Completed));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task What_is_not_waited_for_is_not_taken()
    {
        // The parties are screened again, so that it is in the state and not asked yet.
        SettlementScene scene = await SceneAsync(asked: false);
        await scene.SetAsync($"state = '{State}'");
        string before = await api.CountsAsync();
        foreach (string state in (string[])[State, "COMPLIANCE_CLEARED", "NOWHERE", "%F0%9F%98%80", new string('x', 500)])
            Assert.Equal((409, "action_not_required", false), await ReportAsync("platform-a", scene, Completed, state));
        Assert.Equal(before, await api.CountsAsync());
        await scene.AskAsync(State);
        Assert.Equal((409, "action_not_required", false), await ReportAsync("platform-a", scene, Completed, "locking_assets"));
        Assert.Equal(0, await api.CountAsync($"settlement.fact where settlement_id = '{scene.Id}' and kind = 'action_result'"));
    }

    [Theory]
    [InlineData("state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'")]
    [InlineData("timeout_at = now() - interval '1 minute'")]
    // A registration would not come in time any more.
    [InlineData("timeout_at = now() + interval '29 seconds'")]
    public async Task What_ends_anyway_takes_no_result(string how)
    {
        SettlementScene scene = await SceneAsync();
        await scene.SetAsync(how);
        string before = await api.CountsAsync();
        Assert.Equal((409, "settlement_ended", false), await ReportAsync("platform-a", scene, Completed));
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_wrong_body_names_the_fix_and_a_foreign_settlement_reads_like_none()
    {
        SettlementScene scene = await SceneAsync();
        string before = await api.CountsAsync();
        foreach ((string body, string fault) in (IEnumerable<(string, string)>)[("", "/result missing"), ("{}", "/result missing"), ("{\"result\":\"done\"}", "/result unknown_value"), ("{\"result\":7}", "/result wrong_type"),
            ("{\"result\":\"failed\",\"reference\":\"\"}", "/reference length"), ($"{{\"result\":\"failed\",\"reference\":\"{new string('x', 256)}\"}}", "/reference length")])
        {
            var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, $"{scene.Path}/actions/{State}", body);
            Assert.Equal(422, status);
            Assert.Contains(fault, problem["errors"]!.AsArray().Select(one => $"{one!["pointer"]} {one["code"]}"));
        }
        string[] answers = new string[2];
        foreach ((string path, int at) in (IEnumerable<(string, int)>)[(scene.Path, 0), ($"/v1/settlements/{Guid.NewGuid()}", 1)])
        {
            var (status, problem, _) = await api.SendAsync("platform-c", HttpMethod.Post, $"{path}/actions/{State}", Completed);
            Assert.Equal(404, status);
            problem.Remove("request_id");
            answers[at] = problem.ToJsonString();
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(before, await api.CountsAsync());
    }
}
