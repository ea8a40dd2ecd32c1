using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Identity;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>Scenes of answers, and what they have in common.</summary>
internal abstract class AnswerGroup(ApiFixture api)
{
    protected const string Settlements = "/v1/settlements", Instructions = "/v1/instructions", Instruments = "/v1/instruments", Me = "/v1/platforms/me", Admin = "/v1/admin";
    protected const string Ended = "state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'";
    protected const string Final = "state = 'FINALIZED', is_terminal = true, closed_at = now(), outcome = 'finalized'";
    protected const string Reason = """{"reason":"Trade broken"}""", Approve = """{"decision":"approve","reason":"Checked"}""", Completed = """{"result":"completed"}""";

    readonly Dictionary<string, Func<Task<AnswerScene>>> _all = new(StringComparer.Ordinal);

    /// <summary>How each is made, by operation and code.</summary>
    public IReadOnlyDictionary<string, Func<Task<AnswerScene>>> All => _all;

    protected ApiFixture Api => api;

    protected void Add(string name, Func<Task<AnswerScene>> make) => _all.Add(name, make);

    /// <summary>A platform of its own whose credential may do everything that a tenant may.</summary>
    protected async Task<string> TenantAsync(string kind = "sandbox")
    {
        string slug = "answer-" + Guid.NewGuid().ToString("n")[..12];
        await Api.AddPlatformAsync(slug, kind, scopes: [.. Scopes.OfTenants.Select(scope => scope.Name)]);
        return slug;
    }

    protected async Task<SettlementScene> OfferAsync(string? change = null) => await ChangedAsync(await SettlementScene.CreateAsync(Api, confirmed: false), change);

    protected async Task<SettlementScene> AgreedAsync(string? change = null) => await ChangedAsync(await SettlementScene.CreateAsync(Api), change);

    protected static async Task<SettlementScene> ChangedAsync(SettlementScene scene, string? change)
    {
        if (change is not null) await scene.SetAsync(change);
        return scene;
    }

    protected async Task<SettlementScene> ExecutedAsync()
    {
        SettlementScene scene = await AgreedAsync();
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(2, executed: 25);
        return await ChangedAsync(scene, "state = 'EXECUTING_SWAP'");
    }

    protected async Task<string> AskedAsync(string? change = null)
    {
        SettlementScene scene = await AgreedAsync();
        await scene.AskAsync("LOCKING_ASSETS");
        return (await ChangedAsync(scene, change)).Path + "/actions/LOCKING_ASSETS";
    }

    protected async Task<string> FrozenAsync() => (await DepositTests.FreezeAsync(Api, await Api.CreateAsync("platform-a", Api.Single()))).Path;

    protected string Confirmation(string member, JsonNode value)
    {
        JsonObject body = Api.Confirmation();
        body[member] = value;
        return body.ToJsonString();
    }

    protected static string Unknown() => new Address([.. Guid.NewGuid().ToByteArray(), 0, 0, 0, 1]).ToString();

    protected Task<AnswerScene> WithoutNodeAsync(AnswerScene scene) => OfAsync(scene, ("Chains:0:RpcUrls:0", "http://127.0.0.1:9/"));

    protected async Task<AnswerScene> OfAsync(AnswerScene scene, params (string, string)[] settings)
    {
        WebApplication app = await Api.StartAsync(settings);
        return scene with { Url = app.Urls.First(), Held = [app] };
    }

    /// <summary>The first request with the key has not committed yet.</summary>
    protected async Task<AnswerScene> RunningAsync(string route, string path, JsonObject body)
    {
        NpgsqlConnection connection = await Api.Database.OpenConnectionAsync();
        NpgsqlTransaction running = await connection.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0))", connection, running);
        foreach (string part in (string[])[(await Api.EnvironmentAsync("platform-a")).ToString(), route, (string)body["idempotency_key"]!])
            hold.Parameters.AddWithValue(part);
        await hold.ExecuteNonQueryAsync();
        return new("platform-a", path, body.ToJsonString()) { Held = [running, connection] };
    }

    protected async Task<JsonObject> DoAsync(string client, string path, string? body, int expected, HttpMethod? method = null)
    {
        var (status, answer, _) = await Api.SendAsync(client, method ?? HttpMethod.Post, path, body);
        Assert.True(status == expected, $"{path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    protected async Task PostToAsync(string url, string client, string path, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Api.TokenAsync(client));
        using HttpResponseMessage response = await Api.Client.SendAsync(request);
    }
}
