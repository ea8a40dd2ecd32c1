using System.Text.Json.Nodes;
using Keystone.Hosting;
using Keystone.Hosting.Reports;
using Keystone.Settlements.Audit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Keystone.Api.Tests;

/// <summary>The operator's routes: what it reads of everybody, what it orders, and that no tenant gets in.</summary>
[Collection(ApiCollection.Name)]
public sealed class AdminTests(ApiFixture api)
{
    const string Admin = "/v1/admin", Settlements = Admin + "/settlements";

    static readonly HttpMethod Post = HttpMethod.Post, Get = HttpMethod.Get;

    async Task<JsonObject> DoAsync(HttpMethod method, string path, string? body = null, int expected = 200)
    {
        var (status, answer, _) = await api.SendAsync("operator", method, path, body);
        Assert.True(status == expected, $"{method} {path}: {status} {answer.ToJsonString()}");
        return answer;
    }

    // A settlement of a and b that both have confirmed; ended, when asked, as the engine would end it.
    async Task<string> ConfirmedAsync(string? end = null)
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Cross());
        Assert.Equal(200, (await api.SendAsync("platform-b", Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString())).Status);
        if (end is not null) await api.RunAsync($"update settlement.settlement set {end} where id = $1", Guid.Parse((string)made["id"]!));
        return (string)made["id"]!;
    }

    const string Failed = "closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK'",
        Finalized = "closed_at = now(), is_terminal = true, outcome = 'finalized', state = 'FINALIZED'";

    [Fact]
    public async Task The_operator_reads_every_party_and_its_own_chain_of_a_settlement()
    {
        string id = await ConfirmedAsync();
        JsonObject read = await DoAsync(Get, $"{Settlements}/{id}");
        Assert.Equal(("Name of platform-a", "platform-a", "sandbox", 0), ((string)read["platform_name"]!, (string)read["platform_slug"]!, (string)read["environment_slug"]!, (int)read["attempts"]!));
        Assert.Equal(["bob-001", "buyer-acct-042"], read["settlement"]!["parties"]!.AsArray().Select(party => (string)party!["external_reference"]!).Order(StringComparer.Ordinal));
        Assert.Equal(2, read["readers"]!.AsArray().Count);
        JsonObject events = await DoAsync(Get, $"{Settlements}/{id}/events");
        // Whose credential answered is in the operator's chain; the other side's does not say.
        Assert.Equal(["platform-a", "platform-b"], events["items"]!.AsArray().Select(one => (string?)one!["payload"]!["actor"]));
        Assert.Null((await api.GetAsync("platform-a", $"/v1/settlements/{id}/events"))["items"]![1]!["payload"]!["actor"]);
        Assert.Equal(2, (int)(await DoAsync(Get, $"{Settlements}/{id}/events?offset=5"))["total"]!);
        foreach (string absent in (string[])[Guid.NewGuid().ToString(), "nonsense"])
            foreach (string path in (string[])[$"{Settlements}/{absent}", $"{Settlements}/{absent}/events"])
                Assert.Equal("Settlement not found.", (string?)(await DoAsync(Get, path, expected: 404))["detail"]);
    }

    [Fact]
    public async Task The_pipeline_the_moves_and_what_is_stuck_are_counted()
    {
        JsonObject before = await DoAsync(Get, Settlements + "/pipeline");
        string open = await ConfirmedAsync("attempts = 3, last_error = 'the node said no'");
        await ConfirmedAsync(Failed);
        JsonObject after = await DoAsync(Get, Settlements + "/pipeline");
        Assert.Equal((1, 1), ((int)after["total_in_flight"]! - (int)before["total_in_flight"]!, (int)after["total_terminal"]! - (int)before["total_terminal"]!));
        Assert.Equal((int)after["total_in_flight"]!, after["states"]!.AsArray().Sum(row => (int)row!["count"]!));
        JsonNode stuck = Assert.Single((await DoAsync(Get, Settlements + "/stuck?minutes=525600&limit=200"))["items"]!.AsArray(), row => (string)row!["settlement_id"]! == open)!;
        Assert.Equal("error of ours, tried 3 times: the node said no", (string?)stuck["waits_for"]);
        JsonObject moves = await DoAsync(Get, Settlements + "/transitions?period=1h");
        Assert.True((int)Assert.Single(moves["transitions"]!.AsArray(), move => move!["from_state"] is null && (string)move["to_state"]! == "INSTRUCTED")!["count"]! >= 2);
        Assert.Equal("24h", (string?)(await DoAsync(Get, Settlements + "/transitions"))["period"]);
        Assert.Equal("/period", (string?)(await DoAsync(Get, Settlements + "/transitions?period=2h", expected: 422))["errors"]![0]!["pointer"]);
        Assert.Equal(["/limit", "/minutes"], (await DoAsync(Get, Settlements + "/stuck?limit=0&minutes=-1", expected: 422))["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
    }

    [Fact]
    public async Task The_accounts_that_send_are_listed_with_what_each_still_holds()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        byte[] account = scene.Terms.Header.Operator.ToBytes(), next = [.. Enumerable.Repeat((byte)0xab, 20)];
        await scene.IntentAsync("execute_swap", offered: true, status: "resting");
        try
        {
            await api.RunAsync("update settlement.settlement set operator = $2 where id = $1", scene.Id, account);
            await api.RunAsync("insert into transactions.sender (chain_id, address, status, key_seen_at) values ($1, $2, 'draining', null) on conflict (chain_id, address) do update set status = 'draining', key_seen_at = null", Keystone.Testing.TestChain.ChainId, account);
            await api.RunAsync("insert into transactions.sender (chain_id, address, status, key_seen_at) values ($1, $2, 'active', now())", Keystone.Testing.TestChain.ChainId, next);
            await api.RunAsync("update transactions.intent set only_by = $1 where subject = $2", account, scene.Terms.Id.ToBytes());
            JsonObject[] accounts = [.. (await DoAsync(Get, Admin + "/senders"))["accounts"]!.AsArray().Select(one => one!.AsObject())];
            Assert.Equal((Keystone.Testing.TestChain.ChainId, "active"), ((long)accounts[0]["chain_id"]!, (string)accounts[0]["status"]!));
            Assert.NotNull(accounts[0]["key_seen_at"]);
            JsonObject old = Assert.Single(accounts, one => (string)one["address"]! == scene.Terms.Header.Operator.ToString());
            Assert.Equal(("draining", 1, 1), ((string)old["status"]!, (int)old["open_settlements"]!, (int)old["open_intents"]!));
            Assert.Null(old["key_seen_at"]);
            // Closed, it is nobody's any more.
            await api.RunAsync($"update settlement.settlement set {Failed} where id = $1", scene.Id);
            old = (await DoAsync(Get, Admin + "/senders"))["accounts"]!.AsArray().Select(one => one!.AsObject()).Single(one => (string)one["address"]! == scene.Terms.Header.Operator.ToString());
            Assert.Equal(0, (int)old["open_settlements"]!);
        }
        finally
        {
            await SettlementScene.ClearAsync(api);
        }
    }

    [Fact]
    public async Task The_transactions_that_are_wanted_are_listed_with_their_settlement_and_why_they_wait()
    {
        SettlementScene scene = await SettlementScene.CreateAsync(api);
        await scene.FreezeAsync();
        await scene.IntentAsync("register", offered: true, status: "done");
        await scene.IntentAsync("execute_swap", attempts: 2, reason: "would revert: NotFunded");
        await scene.IntentAsync("refund", part: 1, attempts: 3, reason: "budget", status: "failed");
        try
        {
            JsonObject[] open = await OfAsync("");
            Assert.Equal(["execute_swap", "refund"], open.Select(one => (string)one["purpose"]!).Order());
            JsonObject swap = open.Single(one => (string)one["purpose"]! == "execute_swap");
            Assert.Equal((scene.Id.ToString(), "wanted", 2, "would revert: NotFunded", scene.Terms.Id.ToString()), ((string)swap["settlement_id"]!, (string)swap["status"]!, (int)swap["attempts"]!, (string)swap["last_reason"]!, (string)swap["escrow_id"]!));
            Assert.Null(swap["leg_index"]);
            Assert.Null(swap["transaction"]);
            Assert.Equal(1, (int)open.Single(one => (string)one["purpose"]! == "refund")["leg_index"]!);
            JsonObject done = Assert.Single(await OfAsync("?status=done&status=obsolete"));
            Assert.Equal(("register", scene.TxText("register attempt 2")), ((string)done["purpose"]!, (string)done["transaction"]!));
            JsonObject page = await DoAsync(Get, Admin + "/intents?limit=1");
            Assert.True((int)page["total"]! >= 2);
            Assert.Single(page["items"]!.AsArray());
            Assert.Equal("/status", (string?)(await DoAsync(Get, Admin + "/intents?status=lost", expected: 422))["errors"]![0]!["pointer"]);
        }
        finally
        {
            await SettlementScene.ClearAsync(api);
        }

        async Task<JsonObject[]> OfAsync(string query) => [.. (await DoAsync(Get, Admin + "/intents" + query))["items"]!.AsArray().Select(one => one!.AsObject()).Where(one => (string?)one["settlement_id"] == scene.Id.ToString())];
    }

    [Fact]
    public async Task Orders_are_facts_once_and_what_was_executed_stays()
    {
        string id = await ConfirmedAsync("attempts = 3, last_error = 'x', due_at = null");
        JsonObject retried = await DoAsync(Post, $"{Settlements}/{id}/retry", "");
        Assert.Equal((id, "INSTRUCTED", "INSTRUCTED", "retry"), ((string)retried["settlement_id"]!, (string)retried["previous_state"]!, (string)retried["current_state"]!, (string)retried["action"]!));
        Assert.Equal(1, await api.CountAsync($"settlement.settlement where id = '{id}' and attempts = 0 and last_error is null and due_at is not null"));
        Assert.Equal("/reason", (string?)(await DoAsync(Post, $"{Settlements}/{id}/rollback", "{}", 422))["errors"]![0]!["pointer"]);
        Assert.Equal(0, await api.CountAsync($"settlement.fact where settlement_id = '{id}' and kind = 'order'"));
        foreach (string action in (string[])["rollback", "none"])
            Assert.Equal(action, (string?)(await DoAsync(Post, $"{Settlements}/{id}/rollback", """{"reason":"both asked"}"""))["action"]);
        Assert.Equal(1, await api.CountAsync($"settlement.fact where settlement_id = '{id}' and kind = 'order' and actor = 'operator:operator' and body like '%both asked%'"));
        Assert.Equal("none", (string?)(await DoAsync(Post, $"{Settlements}/{await ConfirmedAsync(Failed)}/rollback", """{"reason":"r"}"""))["action"]);
        string done = await ConfirmedAsync(Finalized);
        foreach (string order in (string[])["retry", "rollback"])
            Assert.Equal(("settlement_ended", "FINALIZED"), await DoAsync(Post, $"{Settlements}/{done}/{order}", """{"reason":"r"}""", 409) is { } problem ? ((string)problem["code"]!, (string)problem["state"]!) : ("", ""));
        await DoAsync(Post, $"{Settlements}/{Guid.NewGuid()}/rollback", """{"reason":"r"}""", 404);
        await DoAsync(Post, $"{Settlements}/{Guid.NewGuid()}/retry", "", 404);
    }

    [Fact]
    public async Task A_pause_is_set_listed_and_lifted()
    {
        Guid environment = await api.EnvironmentAsync("platform-c");
        string body = $$"""{"scope":"environment","environment_id":"{{environment}}","reason":"a drill"}""";
        JsonObject made = await DoAsync(Post, Admin + "/pause", body, 201);
        Assert.Equal(("environment", environment.ToString(), "operator"), ((string)made["scope"]!, (string)made["environment_id"]!, (string)made["set_by"]!));
        Assert.Equal("already_paused", (string?)(await DoAsync(Post, Admin + "/pause", body, 409))["code"]);
        Assert.Contains((await DoAsync(Get, Admin + "/pause"))["items"]!.AsArray(), pause => (string)pause!["id"]! == (string)made["id"]!);
        await DoAsync(Post, Admin + "/resume", $$"""{"pause_id":"{{made["id"]}}"}""", 204);
        await DoAsync(Post, Admin + "/resume", $$"""{"pause_id":"{{made["id"]}}"}""", 404);
        foreach ((string wrong, string pointer) in new[] { ("{}", "/scope"), ("""{"scope":"world","reason":"r"}""", "/scope"), ("""{"scope":"environment","reason":"r"}""", "/environment_id"),
            ("""{"scope":"environment","environment_id":"00000000-0000-0000-0000-000000000009","reason":"r"}""", "/environment_id"), ("""{"scope":"token","reason":"r","chain_id":1}""", "/token"), ("""{"scope":"all"}""", "/reason") })
            Assert.Equal(pointer, (string?)(await DoAsync(Post, Admin + "/pause", wrong, 422))["errors"]![0]!["pointer"]);
    }

    [Fact]
    public async Task Processes_report_with_their_age_and_alarms_are_noted_and_end()
    {
        Guid instance = Guid.NewGuid();
        ReportStore reports = new(api.Database, api.Clock);
        AlarmStore alarms = new(api.Database, api.Clock);
        string subject = "keeper@" + instance;
        try
        {
            await reports.WriteAsync(instance, "keeper", "m1", "1", api.Clock.GetUtcNow(), new Dictionary<string, string>
            {
                ["health"] = """{"work":{"status":"unhealthy","detail":"The mirror is halted."},"postgres":{"status":"healthy","detail":null}}""",
                ["providers"] = """{"providers":[{"name":"wallet","circuit_state":"open","failure_count":12}]}""",
                ["nodes"] = """{"nodes":[{"chain_id":1,"name":"http://node:8545","eligible":false,"lag":7}]}""",
            }, CancellationToken.None);
            JsonObject health = await DoAsync(Get, Admin + "/providers/health");
            Assert.Equal("unhealthy", (string?)health["overall_status"]);
            Assert.Equal("alive", (string?)Assert.Single(health["instances"]!.AsArray(), one => (string)one!["id"]! == instance.ToString())!["status"]);
            JsonNode provider = Assert.Single(health["providers"]!.AsArray(), one => (string)one!["instance"]!["id"]! == instance.ToString())!["report"]!["providers"]![0]!;
            Assert.Equal(("open", 12), ((string)provider["circuit_state"]!, (int)provider["failure_count"]!));
            JsonNode nodes = Assert.Single((await DoAsync(Get, Admin + "/nodes"))["reports"]!.AsArray(), one => (string)one!["instance"]!["id"]! == instance.ToString())!;
            Assert.Equal(7, (int)nodes["report"]!["nodes"]![0]!["lag"]!);
            api.Clock.Shift = TimeSpan.FromSeconds(21);
            health = await DoAsync(Get, Admin + "/providers/health");
            JsonNode silent = Assert.Single(health["instances"]!.AsArray(), one => (string)one!["id"]! == instance.ToString())!;
            Assert.Equal("not_heard_from", (string?)silent["status"]);
            Assert.InRange((int)silent["age_seconds"]!, 20, 40);
            Assert.NotEqual("unhealthy", (string?)health["overall_status"]);
            await alarms.RaiseAsync("health_work", subject, "The node at http://u:p@host/key is away.", CancellationToken.None);
            await alarms.RaiseAsync("health_work", subject, "The mirror is halted.", CancellationToken.None);
            JsonNode alarm = Assert.Single((await DoAsync(Get, Admin + "/alarms?active=true&limit=200"))["items"]!.AsArray(), one => (string)one!["subject"]! == subject)!;
            Assert.Equal("The mirror is halted.", (string?)alarm["detail"]);
            JsonObject noted = await DoAsync(Post, $"{Admin}/alarms/{alarm["id"]}/acknowledge", """{"note":"called them"}""");
            Assert.Equal(("operator", "called them"), ((string)noted["acknowledged_by"]!, (string)noted["note"]!));
            await alarms.ClearAsync(subject, ["health_other"], CancellationToken.None);
            Assert.DoesNotContain((await DoAsync(Get, Admin + "/alarms?active=true&limit=200"))["items"]!.AsArray(), one => (string)one!["subject"]! == subject);
            Assert.NotNull(Assert.Single((await DoAsync(Get, Admin + "/alarms?limit=200"))["items"]!.AsArray(), one => (string)one!["subject"]! == subject)!["cleared_at"]);
            await DoAsync(Post, $"{Admin}/alarms/{Guid.NewGuid()}/acknowledge", "{nonsense", 404);
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
            await api.RunAsync("delete from hosting.instance where id = $1", instance);
        }
    }

    [Fact]
    public async Task A_check_that_fails_is_an_alarm_of_the_process_until_it_is_over()
    {
        HealthCheckResult result = HealthCheckResult.Unhealthy("The node at http://user:word@node.example/key does not answer.");
        ServiceCollection services = new();
        services.AddLogging().AddSingleton(api.Database).AddSingleton(new KeystoneService("reporter", 0));
        services.AddHealthChecks().AddCheck("work", () => result, tags: ["ready"]).AddCheck("other", () => HealthCheckResult.Healthy(), tags: ["ready"]);
        services.AddReportLoop().AddReport("nodes", _ => new JsonObject { ["nodes"] = new JsonArray("http://user:word@node.example/key") });
        await using ServiceProvider provider = services.BuildServiceProvider();
        ReportLoop loop = provider.GetRequiredService<ReportLoop>();
        try
        {
            await loop.WriteAsync(CancellationToken.None);
            await loop.WriteAsync(CancellationToken.None);
            JsonNode alarm = Assert.Single((await DoAsync(Get, Admin + "/alarms?active=true&limit=200"))["items"]!.AsArray(), one => ((string)one!["subject"]!).StartsWith("reporter@", StringComparison.Ordinal))!;
            Assert.Equal(("health_work", "The node at http://node.example does not answer."), ((string)alarm["code"]!, (string)alarm["detail"]!));
            string nodes = (await DoAsync(Get, Admin + "/nodes")).ToJsonString();
            Assert.Contains("http://node.example", nodes, StringComparison.Ordinal);
            Assert.DoesNotContain("word", nodes, StringComparison.Ordinal);
            result = HealthCheckResult.Healthy();
            await loop.WriteAsync(CancellationToken.None);
            Assert.DoesNotContain((await DoAsync(Get, Admin + "/alarms?active=true&limit=200"))["items"]!.AsArray(), one => ((string)one!["subject"]!).StartsWith("reporter@", StringComparison.Ordinal));
            Assert.NotNull(Assert.Single((await DoAsync(Get, Admin + "/alarms?limit=200"))["items"]!.AsArray(), one => (string)one!["id"]! == (string)alarm["id"]!)!["cleared_at"]);
        }
        finally
        {
            await api.RunAsync("delete from hosting.instance where id = $1", loop.Instance);
        }
    }

    [Fact]
    public async Task A_platform_is_suspended_and_let_in_again_and_all_activity_is_read()
    {
        string slug = "adm" + Guid.NewGuid().ToString("n")[..12];
        await api.AddPlatformAsync(slug);
        string id = (await api.Database.CreateCommand($"select id from identity.platform where slug = '{slug}'").ExecuteScalarAsync())!.ToString()!;
        Assert.Equal(slug, (string?)(await DoAsync(Get, $"{Admin}/platforms/{id}"))["slug"]);
        Assert.Equal("suspended", (string?)(await DoAsync(Post, $"{Admin}/platforms/{id}/suspend"))["status"]);
        // By 429 when other tests have failed often enough from this address.
        var (refused, _, _) = await api.SendAsync(null, Post, "/oauth/token", $$"""{"client_id":"{{slug}}","client_secret":"secret-{{slug}}","grant_type":"client_credentials"}""");
        Assert.True(refused is 401 or 429, $"{refused}");
        Assert.Equal("active", (string?)(await DoAsync(Post, $"{Admin}/platforms/{id}/activate"))["status"]);
        await api.CreateAsync(slug, api.Single());
        JsonArray own = (await DoAsync(Get, $"{Admin}/activity?resource_id={id}"))["items"]!.AsArray();
        Assert.Equal(["platform.activated operator operator", "platform.suspended operator operator"], own.Select(one => $"{one!["type"]} {one["actor_type"]} {one["actor_id"]}"));
        Assert.Equal("settlement.created", (string?)Assert.Single((await DoAsync(Get, $"{Admin}/activity?platform_id={id}"))["items"]!.AsArray())!["type"]);
        Assert.DoesNotContain((await api.GetAsync("manager-a", "/v1/activity?limit=200"))["items"]!.AsArray(), one => (string)one!["actor_type"]! == "operator");
        List<string> slugs = [];
        for (JsonArray page; (page = (await DoAsync(Get, $"{Admin}/platforms?limit=200&offset={slugs.Count}"))["items"]!.AsArray()).Count > 0;) slugs.AddRange(page.Select(one => (string)one!["slug"]!));
        Assert.Single(slugs, slug);
        await DoAsync(Post, $"{Admin}/platforms/{Guid.NewGuid()}/suspend", expected: 404);
    }

    [Fact]
    public async Task Erased_fields_are_gone_and_every_chain_stays_whole()
    {
        string name = "Erasable " + Guid.NewGuid(), reference = "ref-" + Guid.NewGuid();
        JsonObject body = api.Cross();
        body["counterparty_parties"]![0]!["counterparty_reference"] = "Held " + name;
        JsonObject made = await api.CreateAsync("platform-a", body);
        JsonObject confirmation = api.Confirmation();
        (confirmation["name"], confirmation["external_reference"]) = (name, reference);
        (confirmation["date_of_birth"], confirmation["country"]) = ("1907-08-09", "NU");
        string id = (string)made["id"]!, path = $"{Settlements}/{id}/erase";
        Assert.Equal(200, (await api.SendAsync("platform-b", Post, $"/v1/settlements/{id}/confirm", confirmation.ToJsonString())).Status);
        Assert.Equal("settlement_open", (string?)(await DoAsync(Post, path, """{"role":"buyer"}""", 409))["code"]);
        // The same again is the same; another birth is another person.
        Assert.Equal(200, (await api.SendAsync("platform-b", Post, $"/v1/settlements/{id}/confirm", confirmation.ToJsonString())).Status);
        JsonObject other = (JsonObject)confirmation.DeepClone();
        other["date_of_birth"] = "1907-08-10";
        Assert.Equal("confirmation_differs", (string?)(await api.SendAsync("platform-b", Post, $"/v1/settlements/{id}/confirm", other.ToJsonString())).Body["code"]);
        // Its own platform and the operator read it, and the other side nowhere.
        foreach ((string reader, string? born, string? country) in ((string, string?, string?)[])[("platform-b", "1907-08-09", "NU"), ("platform-a", null, null)])
        {
            JsonObject read = await api.GetAsync(reader, $"/v1/settlements/{id}");
            JsonNode seen = read["parties"]!.AsArray().Single(party => (string)party!["role"]! == "buyer")!;
            Assert.Equal((born, country), ((string?)seen["date_of_birth"], (string?)seen["country"]));
        }
        Assert.Equal("NU", (string?)(await DoAsync(Get, $"{Settlements}/{id}"))["settlement"]!["parties"]!.AsArray().Single(party => (string)party!["role"]! == "buyer")!["country"]);
        foreach (string at in (string[])["", "/events", "/explain"])
            Assert.DoesNotContain("1907-08-09", (await api.GetAsync("platform-a", $"/v1/settlements/{id}{at}")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0, await api.CountAsync("webhooks.message t where t::text like '%1907-08-09%'"));
        await api.RunAsync($"update settlement.settlement set {Failed} where id = $1", Guid.Parse(id));
        Assert.Equal("/fields", (string?)(await DoAsync(Post, path, """{"role":"buyer","fields":["wallet_address"]}""", 422))["errors"]![0]!["pointer"]);
        Assert.Equal("/role", (string?)(await DoAsync(Post, path, """{"role":"broker"}""", 422))["errors"]![0]!["pointer"]);
        // No field at all is no request; all of them is the absent member.
        Assert.Equal("too_few", (string?)(await DoAsync(Post, path, """{"role":"buyer","fields":[]}""", 422))["errors"]![0]!["code"]);
        AuditCheckStore audit = new(api.Database);
        string[] before = [.. (await audit.CheckAsync(null, CancellationToken.None)).Faults.Where(fault => fault.Contains(id, StringComparison.Ordinal))];
        string events = (await api.GetAsync("platform-b", $"/v1/settlements/{id}/events")).ToJsonString();
        for (int again = 0; again < 2; again++) Assert.Equal("buyer", (string?)(await DoAsync(Post, path, """{"role":"buyer"}"""))["role"]);
        JsonNode buyer = (await api.GetAsync("platform-b", $"/v1/settlements/{id}"))["parties"]!.AsArray().Single(party => (string)party!["role"]! == "buyer")!;
        Assert.Equal((null, null, null, api.Buyer.ToString()), ((string?)buyer["name"], (string?)buyer["external_reference"], (string?)buyer["counterparty_reference"], (string)buyer["wallet_address"]!));
        Assert.Equal((null, null), ((string?)buyer["date_of_birth"], (string?)buyer["country"]));
        // Neither a value nor a salt that would prove a guess; the seller's fields are as they were.
        foreach (string table in (string[])["party", "fact", "event", "settlement", "private_salts"])
            foreach (string text in (string[])[name, reference, "1907-08-09"])
                Assert.Equal(0, await api.CountAsync($"settlement.{table} t where t::text like '%{text}%'"));
        Assert.Equal(0, await api.CountAsync($"settlement.private_salts where settlement_id = '{id}' and (salts::text like '%buyer/name%' or salts::text like '%buyer/date_of_birth%' or salts::text like '%buyer/country%')"));
        Assert.Equal("Bob (Seller)", (string?)(await api.GetAsync("platform-a", $"/v1/settlements/{id}"))["parties"]!.AsArray().Single(party => (string)party!["role"]! == "seller")!["name"]);
        Assert.Equal(events, (await api.GetAsync("platform-b", $"/v1/settlements/{id}/events")).ToJsonString());
        Assert.Equal(before, (await audit.CheckAsync(null, CancellationToken.None)).Faults.Where(fault => fault.Contains(id, StringComparison.Ordinal)));
        // A repeat of the confirmation cannot be told from another any more; nothing is written back.
        Assert.InRange((await api.SendAsync("platform-b", Post, $"/v1/settlements/{id}/confirm", confirmation.ToJsonString())).Status, 200, 409);
        Assert.Equal(0, await api.CountAsync($"settlement.party t where t::text like '%{name}%'"));
    }

    [Fact]
    public async Task No_tenant_gets_in_whatever_it_may_do()
    {
        string id = await ConfirmedAsync();
        string before = await api.CountsAsync();
        foreach ((HttpMethod method, string path) in new[] { (Get, $"{Settlements}/{id}"), (Get, $"{Settlements}/{Guid.NewGuid()}"), (Get, Settlements + "/stuck"), (Post, $"{Settlements}/{id}/rollback"),
            (Post, $"{Settlements}/{id}/erase"), (Post, Admin + "/pause"), (Get, Admin + "/nodes"), (Get, Admin + "/alarms"), (Get, Admin + "/activity"), (Get, Admin + "/platforms"), (Post, "/v1/platforms") })
        {
            var (status, refused, _) = await api.SendAsync("manager-a", method, path, method == Post ? """{"reason":"r","role":"buyer","scope":"all"}""" : null);
            Assert.Equal((403, "insufficient_scope", "This call needs the scope admin."), (status, (string)refused["code"]!, (string)refused["detail"]!));
        }
        Assert.Equal(before, await api.CountsAsync());
        Assert.Equal(404, (await api.SendAsync("operator", Get, Admin + "/nothing")).Status);
    }
}
