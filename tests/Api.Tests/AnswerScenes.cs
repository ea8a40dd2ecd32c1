using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Identity;
using Keystone.Testing;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>
/// Makes what an operation needs to give one of the answers that the document names for it, beside those that every operation gives in the same way. The keys are the operation and
/// the code of the error, or the status of an answer without one.
/// </summary>
internal sealed partial class AnswerScenes
{
    const string Settlements = "/v1/settlements", Instructions = "/v1/instructions", Instruments = "/v1/instruments", Me = "/v1/platforms/me", Admin = "/v1/admin";
    const string Ended = "state = 'ROLLED_BACK', is_terminal = true, closed_at = now(), outcome = 'failed'";
    const string Final = "state = 'FINALIZED', is_terminal = true, closed_at = now(), outcome = 'finalized'";
    const string Reason = """{"reason":"Trade broken"}""", Approve = """{"decision":"approve","reason":"Checked"}""", Completed = """{"result":"completed"}""";

    readonly ApiFixture _api;
    readonly Dictionary<string, Func<Task<AnswerScene>>> _all = new(StringComparer.Ordinal);

    public AnswerScenes(ApiFixture api)
    {
        _api = api;
        AddCreation();
        AddAnswers();
        AddConduct();
        AddDeposits();
        AddInstructions();
        AddInstruments();
        AddWebhooks();
        AddTenants();
        AddMembers();
        AddAdmin();
    }

    /// <summary>The operations and codes that have a scene.</summary>
    public IReadOnlyCollection<string> Names => _all.Keys;

    /// <summary>The scene; null when there is none.</summary>
    public async Task<AnswerScene?> MakeAsync(string name) => _all.TryGetValue(name, out Func<Task<AnswerScene>>? make) ? await make() : null;

    void Add(string name, Func<Task<AnswerScene>> make) => _all.Add(name, make);

    void AddCreation()
    {
        Add("createSettlement 200", async () =>
        {
            JsonObject body = _api.Single();
            await _api.CreateAsync("platform-a", body);
            return new("platform-a", Settlements, body.ToJsonString());
        });
        Add("createSettlement idempotency_in_progress", () => RunningAsync("settlement.create", Settlements, _api.Single()));
        Add("createSettlement idempotency_key_reused", async () =>
        {
            JsonObject body = _api.Single();
            await _api.CreateAsync("platform-a", body);
            body["legs"]![0]!["quantity"] = "101";
            return new("platform-a", Settlements, body.ToJsonString());
        });
        foreach (string code in (string[])["template_lacks_confirmation", "missing_required_role", "missing_required_leg_type", "counterparty_is_self", "counterparty_platform_unknown",
            "cross_chain_not_supported", "leg_mirrored", "self_delivery"])
            Add("createSettlement " + code, () => Task.FromResult(new AnswerScene("platform-a", Settlements, RefusalTests.Broken(_api, code).ToJsonString())));
        Add("createSettlement quota_reached", async () =>
        {
            string tenant = await TenantAsync();
            await _api.RunAsync("update identity.environment set max_open_settlements = 1 where id = $1", await _api.EnvironmentAsync(tenant));
            await _api.CreateAsync(tenant, _api.Single());
            return new(tenant, Settlements, _api.Single().ToJsonString());
        });
        foreach ((string operation, string path) in ((string, string)[])[("createSettlement", Settlements), ("previewSettlement", Settlements + "/preview")])
        {
            Add(operation + " node_unavailable", async () => await WithoutNodeAsync(new(await TenantAsync(), path, _api.Single().ToJsonString())));
            if (operation != "previewSettlement") continue;
            Add(operation + " quota_reached", async () =>
            {
                JsonObject body = _api.Single();
                body["legs"]![0]!["instrument_id"] = Unknown();
                body["legs"]![1]!["instrument_id"] = Unknown();
                return await OfAsync(new(await TenantAsync(), path, body.ToJsonString()), ("Api:MaxTokenReadsPerMinute", "1"));
            });
        }
    }

    void AddAnswers()
    {
        foreach ((string operation, string verb) in ((string, string)[])[("confirmSettlement", "confirm"), ("rejectSettlement", "reject")])
        {
            string body = verb == "confirm" ? _api.Confirmation().ToJsonString() : Reason;
            Add(operation + " no_pending_party", async () => new("platform-a", (await OfferAsync()).Path + "/" + verb, body));
            Add(operation + " settlement_not_cross_platform", async () => new("platform-a", $"{Settlements}/{(await _api.CreateAsync("platform-a", _api.Single()))["id"]}/{verb}", body));
            Add(operation + " settlement_ended", async () => new("platform-b", (await OfferAsync(Ended)).Path + "/" + verb, body));
        }
        Add("confirmSettlement confirmation_differs", async () => new("platform-b", (await AgreedAsync()).Path + "/confirm", Confirmation("name", "Another")));
        Add("confirmSettlement already_rejected", async () =>
        {
            SettlementScene scene = await OfferAsync();
            await DoAsync("platform-b", scene.Path + "/reject", Reason, 200);
            return new("platform-b", scene.Path + "/confirm", _api.Confirmation().ToJsonString());
        });
        Add("confirmSettlement self_delivery", async () => new("platform-b", (await OfferAsync()).Path + "/confirm", Confirmation("wallet_address", _api.Seller.ToString())));
        Add("confirmSettlement cross_chain_not_supported", async () => new("platform-b", (await OfferAsync()).Path + "/confirm", Confirmation("chain_id", 1)));
        Add("rejectSettlement already_confirmed", async () => new("platform-b", (await AgreedAsync()).Path + "/reject", Reason));
    }

    void AddConduct()
    {
        Add("cancelSettlement 202", async () => new("platform-a", (await AgreedAsync()).Path + "/cancel", Reason));
        Add("cancelSettlement not_initiator", async () => new("platform-b", (await OfferAsync()).Path + "/cancel", Reason));
        Add("cancelSettlement settlement_ended", async () => new("platform-a", (await OfferAsync(Ended)).Path + "/cancel", Reason));
        Add("cancelSettlement already_executed", async () => new("platform-a", (await ExecutedAsync()).Path + "/cancel", Reason));
        Add("rollbackSettlement already_executed", async () => new("operator", $"{Admin}/settlements/{(await ExecutedAsync()).Id}/rollback", Reason));
        foreach (string verb in (string[])["hold", "release"])
        {
            Add(verb + "Settlement settlement_ended", async () => new("platform-a", (await AgreedAsync(Ended)).Path + "/" + verb, Reason));
            Add(verb + "Settlement terms_published", async () => new("platform-a", (await AgreedAsync("state = 'REGISTERING_ESCROW'")).Path + "/" + verb, Reason));
        }
        Add("reportAction not_initiator", async () => new("platform-b", await AskedAsync(), Completed));
        Add("reportAction settlement_ended", async () => new("platform-a", await AskedAsync(Ended), Completed));
        Add("reportAction action_not_required", async () => new("platform-a", (await AgreedAsync()).Path + "/actions/LOCKING_ASSETS", Completed));
        Add("reportAction action_resolved", async () =>
        {
            string path = await AskedAsync();
            await DoAsync("platform-a", path, Completed, 200);
            return new("platform-a", path, """{"result":"failed"}""");
        });
        Add("decideCompliance nothing_to_decide", async () => new("platform-b", (await AgreedAsync()).Path + "/compliance-decision", Approve));
        Add("decideCompliance already_decided", async () =>
        {
            SettlementScene scene = await AgreedAsync();
            await scene.FlagAsync("buyer");
            await DoAsync("platform-b", scene.Path + "/compliance-decision", Approve, 200);
            return new("platform-b", scene.Path + "/compliance-decision", Approve.Replace("approve", "reject", StringComparison.Ordinal));
        });
        Add("decideCompliance second_person_needed", async () =>
        {
            string tenant = await TenantAsync();
            await _api.RunAsync("update identity.environment set four_eyes = true where id = $1", await _api.EnvironmentAsync(tenant));
            JsonObject made = await _api.CreateAsync(tenant, _api.Single());
            SettlementScene scene = new(_api, Guid.Parse((string)made["id"]!), $"{Settlements}/{made["id"]}");
            await scene.FlagAsync("buyer");
            return new(tenant, scene.Path + "/compliance-decision", Approve);
        });
        Add("getStatusMessage message_not_due", async () => new("platform-a", (await AgreedAsync(Final)).Path + "/messages/sese.024"));
        Add("getConfirmationMessage message_not_due", async () => new("platform-a", (await AgreedAsync()).Path + "/messages/sese.025"));
        Add("getStatusMessage validation_failed", async () => new("platform-a", (await AgreedAsync()).Path + "/messages/sese.024?role=nobody"));
        Add("getConfirmationMessage validation_failed", async () => new("platform-a", (await AgreedAsync(Final)).Path + "/messages/sese.025?role=nobody"));
    }

    void AddDeposits()
    {
        const string link = """{"role":"seller"}""", signature = """{"role":"seller","kind":"settle","signature":"0x""";
        string wrong = signature + new string('7', 130) + "\"}";
        foreach ((string operation, string part, string? body) in ((string, string, string?)[])[
            ("getDepositInstructions", "/deposit-instructions", null), ("submitSignature", "/signatures", "{}"), ("createDepositLink", "/deposit-links", link)])
        {
            Add(operation + " escrow_not_registered", async () => new("platform-a", (await AgreedAsync()).Path + part, body));
            Add(operation + " settlement_ended", async () => new("platform-a", (await AgreedAsync(Ended)).Path + part, body));
        }
        Add("getDepositInstructions node_unavailable", async () => await WithoutNodeAsync(new("platform-a", await FrozenAsync() + "/deposit-instructions")));
        Add("getDepositInstructions quota_reached", async () => await OfAsync(new("platform-a", await FrozenAsync() + "/deposit-instructions"), ("Api:MaxPreflightLegsPerMinute", "1")));
        Add("submitSignature signature_invalid", async () => new("platform-a", await FrozenAsync() + "/signatures", wrong));
        Add("submitSignature node_unavailable", async () => await WithoutNodeAsync(new("platform-a", await FrozenAsync() + "/signatures", wrong)));
        Add("submitSignature quota_reached", async () =>
        {
            string path = await FrozenAsync();
            JsonObject leg = DepositTests.LegOf(await _api.GetAsync("platform-a", path + "/deposit-instructions"), 0);
            JsonObject permit = DepositTests.Signed(DepositTests.DocumentOf(leg, "permit"), _api.Chain.Accounts[2]);
            return await OfAsync(new("platform-a", path + "/signatures", permit.ToJsonString()), ("Api:MaxRegistrationsPerHour", "1"));
        });
        Add("submitSignature consent_withdrawn", async () =>
        {
            JsonObject made = await _api.CreateAsync("platform-a", _api.Single());
            (string path, EscrowTerms terms) = await DepositTests.FreezeAsync(_api, made);
            await _api.RunAsync("insert into chain.escrow (chain_id, escrow_id, contract, state, registered, opened_block) values ($1, $2, $3, 1, true, 10)", TestChain.ChainId, terms.Id.ToBytes(), terms.Contract.ToBytes());
            await _api.RunAsync("update chain.escrow set legs[1] = row(null, null, null, null, null, null, 'withdrawn', 12::bigint, $2::bytea, 7, null, null, null)::chain.leg where escrow_id = $1",
                terms.Id.ToBytes(), new byte[32]);
            return new("platform-a", path + "/signatures", wrong);
        });
        Add("createDepositLink deposit_page_off", async () =>
        {
            WebApplication app = await _api.StartAsync(sandbox: false);
            return new("platform-a", await FrozenAsync() + "/deposit-links", link) { Url = app.Urls.First(), Held = [app] };
        });
        Add("createDepositLink deposit_link_limit_reached", async () =>
        {
            string path = await FrozenAsync();
            await _api.RunAsync("""
                insert into settlement.deposit_link (id, settlement_id, environment_id, role, token_sha256, expires_at, created_by, created_at)
                select gen_random_uuid(), $1, $2, 'seller', sha256(convert_to($1::text || n::text, 'UTF8')), now() + interval '1 day', 'test', now() from generate_series(1, 50) n
                """, Guid.Parse(path[^36..]), await _api.EnvironmentAsync("platform-a"));
            return new("platform-a", path + "/deposit-links", link);
        });
    }

    /// <summary>A platform of its own whose credential may do everything that a tenant may.</summary>
    async Task<string> TenantAsync(string kind = "sandbox")
    {
        string slug = "answer-" + Guid.NewGuid().ToString("n")[..12];
        await _api.AddPlatformAsync(slug, kind, scopes: [.. Scopes.OfTenants.Select(scope => scope.Name)]);
        return slug;
    }

    async Task<SettlementScene> OfferAsync(string? change = null) => await ChangedAsync(await SettlementScene.CreateAsync(_api, confirmed: false), change);

    async Task<SettlementScene> AgreedAsync(string? change = null) => await ChangedAsync(await SettlementScene.CreateAsync(_api), change);

    static async Task<SettlementScene> ChangedAsync(SettlementScene scene, string? change)
    {
        if (change is not null) await scene.SetAsync(change);
        return scene;
    }

    async Task<SettlementScene> ExecutedAsync()
    {
        SettlementScene scene = await AgreedAsync();
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(2, executed: 25);
        return await ChangedAsync(scene, "state = 'EXECUTING_SWAP'");
    }

    async Task<string> AskedAsync(string? change = null)
    {
        SettlementScene scene = await AgreedAsync();
        await scene.AskAsync("LOCKING_ASSETS");
        return (await ChangedAsync(scene, change)).Path + "/actions/LOCKING_ASSETS";
    }

    async Task<string> FrozenAsync() => (await DepositTests.FreezeAsync(_api, await _api.CreateAsync("platform-a", _api.Single()))).Path;

    string Confirmation(string member, JsonNode value)
    {
        JsonObject body = _api.Confirmation();
        body[member] = value;
        return body.ToJsonString();
    }

    static string Unknown() => new Address([.. Guid.NewGuid().ToByteArray(), 0, 0, 0, 1]).ToString();

    Task<AnswerScene> WithoutNodeAsync(AnswerScene scene) => OfAsync(scene, ("Chains:0:RpcUrls:0", "http://127.0.0.1:9/"));

    async Task<AnswerScene> OfAsync(AnswerScene scene, params (string, string)[] settings)
    {
        WebApplication app = await _api.StartAsync(settings);
        return scene with { Url = app.Urls.First(), Held = [app] };
    }

    /// <summary>The first request with the key has not committed yet.</summary>
    async Task<AnswerScene> RunningAsync(string route, string path, JsonObject body)
    {
        NpgsqlConnection connection = await _api.Database.OpenConnectionAsync();
        NpgsqlTransaction running = await connection.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0))", connection, running);
        foreach (string part in (string[])[(await _api.EnvironmentAsync("platform-a")).ToString(), route, (string)body["idempotency_key"]!])
            hold.Parameters.AddWithValue(part);
        await hold.ExecuteNonQueryAsync();
        return new("platform-a", path, body.ToJsonString()) { Held = [running, connection] };
    }

    async Task<JsonObject> DoAsync(string client, string path, string? body, int expected, HttpMethod? method = null)
    {
        var (status, answer, _) = await _api.SendAsync(client, method ?? HttpMethod.Post, path, body);
        Assert.True(status == expected, $"{path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    async Task PostToAsync(string url, string client, string path, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, url + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _api.TokenAsync(client));
        using HttpResponseMessage response = await _api.Client.SendAsync(request);
    }
}
