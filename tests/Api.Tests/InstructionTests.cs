using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Postgres;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Instructions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Keystone.Api.Tests;

/// <summary>Two sides instruct what each knows; what agrees becomes a settlement, what differs is named to both.</summary>
[Collection(ApiCollection.Name)]
public sealed class InstructionTests(ApiFixture api)
{
    const string Path = "/v1/instructions";

    /// <summary>One side of the guides' trade.</summary>
    internal static JsonObject Side(ApiFixture api, string role, string reference) => new()
    {
        ["idempotency_key"] = Guid.NewGuid().ToString(),
        ["template_slug"] = "dvp-bilateral",
        ["trade_reference"] = reference,
        ["role"] = role,
        ["party"] = new JsonObject
        {
            ["external_reference"] = role + "-001",
            ["name"] = "Name of the " + role,
            ["wallet_address"] = (role == "seller" ? api.Seller : api.Buyer).ToString(),
            ["chain_id"] = 11155111,
        },
        ["legs"] = new JsonArray(
            new JsonObject { ["instrument_id"] = api.Bond.ToString(), ["quantity"] = "100", ["direction"] = role == "seller" ? "deliver" : "receive" },
            new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = "USDC", ["quantity"] = "50000", ["direction"] = role == "seller" ? "receive" : "deliver" }),
        ["timeout_at"] = api.Clock.GetUtcNow().AddDays(2).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
    };

    internal static async Task<JsonObject> SubmitAsync(ApiFixture api, string client, JsonObject body)
    {
        var (status, made, response) = await api.SendAsync(client, HttpMethod.Post, Path, body.ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        Assert.Equal($"{Path}/{made["id"]}", response.Headers.Location!.ToString());
        return made;
    }

    Task<JsonObject> ReadAsync(string client, JsonObject instruction) => api.GetAsync(client, $"{Path}/{instruction["id"]}");

    static string Reference() => "T-" + Guid.NewGuid().ToString("n");

    async Task<string[]> EventsAsync(string client, JsonObject instruction)
    {
        List<string> types = [];
        await using Npgsql.NpgsqlCommand select = api.Database.CreateCommand($"""
            select type from webhooks.message where environment_id = '{await api.EnvironmentAsync(client)}' and payload::jsonb -> 'data' ->> 'instruction_id' = '{instruction["id"]}' order by created_at, type
            """);
        await using Npgsql.NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync()) types.Add(rows.GetString(0));
        return [.. types];
    }

    static string[] Fields(JsonObject instruction) => [.. instruction["mismatches"]!.AsArray().SelectMany(one => one!["fields"]!.AsArray())
        .Select(field => $"{field!["field"]} {field["iso_reason"]} {field["own_value"]}")];

    [Theory]
    [InlineData("seller")]
    [InlineData("buyer")]
    public async Task Two_sides_that_agree_become_a_settlement_whoever_comes_first(string first)
    {
        string reference = Reference(), second = first == "seller" ? "buyer" : "seller";
        JsonObject waiting = await SubmitAsync(api, "platform-a", Side(api, first, reference));
        Assert.Equal(("pending_match", null, "NMAT", "CMIS"), ((string)waiting["status"]!, (string?)waiting["settlement_id"], (string)waiting["iso"]!["status"]!, (string)waiting["iso"]!["reason"]!));
        JsonObject matched = await SubmitAsync(api, "platform-b", Side(api, second, reference));
        Assert.Equal(("matched", "MACH"), ((string)matched["status"]!, (string)matched["iso"]!["status"]!));
        waiting = await ReadAsync("platform-a", waiting);
        Assert.Equal(("matched", (string)matched["settlement_id"]!), ((string)waiting["status"]!, (string)waiting["settlement_id"]!));

        string path = $"/v1/settlements/{matched["settlement_id"]}";
        JsonObject ofA = await api.GetAsync("platform-a", path), ofB = await api.GetAsync("platform-b", path);
        foreach (JsonObject seen in (JsonObject[])[ofA, ofB])
        {
            Assert.Equal(("INSTRUCTED", "cross_platform", "dvp-bilateral", reference), ((string)seen["state"]!, (string)seen["settlement_type"]!, (string)seen["template_slug"]!, (string)seen["trade_reference"]!));
            Assert.All(seen["parties"]!.AsArray(), party => Assert.Equal("confirmed", (string)party!["status"]!));
            Assert.All(seen["parties"]!.AsArray(), party => Assert.NotNull((string?)party!["wallet_address"]));
            Assert.Equal((api.Seller.ToString(), api.Buyer.ToString()), ((string)seen["legs"]![0]!["depositor"]!, (string)seen["legs"]![0]!["recipient"]!));
            Assert.Equal((api.Buyer.ToString(), api.Seller.ToString()), ((string)seen["legs"]![1]!["depositor"]!, (string)seen["legs"]![1]!["recipient"]!));
        }
        // Neither reads the other's references.
        string own = first + "-001", theirs = second + "-001";
        Assert.Contains(own, ofA.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(theirs, ofA.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(theirs, ofB.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(own, ofB.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["instruction.matched"], await EventsAsync("platform-a", waiting));
        Assert.Equal(["instruction.matched"], await EventsAsync("platform-b", matched));
        // Nobody is asked to confirm what was instructed.
        Assert.Equal((403, "no_pending_party"), await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", api.Confirmation().ToJsonString()) is var (status, problem, _) ? (status, (string)problem["code"]!) : default);
        Assert.Equal((409, "instruction_not_pending"), await api.SendAsync("platform-a", HttpMethod.Post, $"{Path}/{waiting["id"]}/cancel", "") is var (late, why, _) ? (late, (string)why["code"]!) : default);
    }

    [Fact]
    public async Task Birth_and_country_go_on_into_the_settlement_are_the_own_side_s_to_read_and_are_erased_in_both()
    {
        string reference = Reference(), name = "Erasable " + Guid.NewGuid();
        JsonObject side = Side(api, "seller", reference);
        (side["party"]!["name"], side["party"]!["date_of_birth"], side["party"]!["country"]) = (name, "1905-06-07", "LI");
        JsonObject waiting = await SubmitAsync(api, "platform-a", side);
        Assert.Equal(("1905-06-07", "LI"), ((string)waiting["party"]!["date_of_birth"]!, (string)waiting["party"]!["country"]!));
        JsonObject matched = await SubmitAsync(api, "platform-b", Side(api, "buyer", reference));
        string id = (string)matched["settlement_id"]!;
        Assert.DoesNotContain("1905-06-07", matched.ToJsonString() + (await api.GetAsync("platform-b", $"/v1/settlements/{id}")).ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("1905-06-07", (await api.GetAsync("platform-a", $"/v1/settlements/{id}")).ToJsonString(), StringComparison.Ordinal);
        await api.RunAsync("update settlement.settlement set closed_at = now(), is_terminal = true, outcome = 'failed', state = 'ROLLED_BACK' where id = $1", Guid.Parse(id));
        Assert.Equal(200, (await api.SendAsync("operator", HttpMethod.Post, $"/v1/admin/settlements/{id}/erase", """{"role":"seller"}""")).Status);
        JsonNode left = (await ReadAsync("platform-a", waiting))["party"]!;
        Assert.Equal((null, null, null, ""), ((string?)left["name"], (string?)left["date_of_birth"], (string?)left["country"], (string)left["external_reference"]!));
        foreach (string table in (string[])["party", "instruction", "fact", "event"])
            foreach (string text in (string[])[name, "1905-06-07"])
                Assert.Equal(0, await api.CountAsync($"settlement.{table} t where t::text like '%{text}%'"));
    }

    [Fact]
    public async Task Both_sides_of_one_platform_make_a_settlement_of_one_platform()
    {
        string reference = Reference();
        await SubmitAsync(api, "platform-a", Side(api, "seller", reference));
        JsonObject matched = await SubmitAsync(api, "platform-a", Side(api, "buyer", reference));
        Assert.Equal("single_platform", (string)(await api.GetAsync("platform-a", $"/v1/settlements/{matched["settlement_id"]}"))["settlement_type"]!);
    }

    [Fact]
    public async Task What_differs_is_named_to_both_with_its_reason_and_nothing_of_the_other_side()
    {
        string reference = Reference();
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        buyer["legs"]![0]!["quantity"] = "101";
        buyer["legs"]![1]!["quantity"] = "49999.5";
        JsonObject ofA = await SubmitAsync(api, "platform-a", seller), ofB = await SubmitAsync(api, "platform-b", buyer);
        ofA = await ReadAsync("platform-a", ofA);
        Assert.Equal(["legs[0].quantity DQUA 100", "legs[1].quantity DMON 50000"], Fields(ofA).Order(StringComparer.Ordinal));
        Assert.Equal(["legs[0].quantity DQUA 101", "legs[1].quantity DMON 49999.5"], Fields(ofB).Order(StringComparer.Ordinal));
        Assert.Equal("NMAT", (string)ofA["iso"]!["status"]!);
        Assert.Contains((string)ofA["iso"]!["reason"]!, (string[])["DQUA", "DMON"]);
        Assert.DoesNotContain("101", ofA["mismatches"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(["instruction.mismatched"], await EventsAsync("platform-a", ofA));
        Assert.Equal(["instruction.mismatched"], await EventsAsync("platform-b", ofB));
        Assert.Equal(0L, await CountOfAsync(reference));

        // The buyer corrects itself: it takes the wrong one back and instructs anew.
        var (status, cancelled, _) = await api.SendAsync("platform-b", HttpMethod.Post, $"{Path}/{ofB["id"]}/cancel", "{\"reason\":\"Typing error\"}");
        Assert.Equal((200, "cancelled", "CAND"), (status, (string)cancelled["status"]!, (string)cancelled["iso"]!["status"]!));
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"{Path}/{ofB["id"]}/cancel", "")).Status);
        Assert.Equal(["instruction.counterparty_cancelled", "instruction.mismatched"], (await EventsAsync("platform-a", ofA)).Order(StringComparer.Ordinal));
        Assert.Empty(Fields(await ReadAsync("platform-a", ofA)));
        Assert.Equal("matched", (string)(await SubmitAsync(api, "platform-b", Side(api, "buyer", reference)))["status"]!);
        Assert.Equal(1L, await CountOfAsync(reference));
    }

    [Fact]
    public async Task A_token_that_only_the_other_side_names_is_not_shown()
    {
        string reference = Reference();
        JsonObject buyer = Side(api, "buyer", reference);
        buyer["legs"]![0]!["instrument_id"] = api.Usdc.ToString();
        ((JsonArray)buyer["legs"]!).RemoveAt(1);
        ((JsonArray)buyer["legs"]!).Add(new JsonObject { ["leg_type"] = "payment", ["instrument_id"] = api.Bond.ToString(), ["quantity"] = "1", ["direction"] = "deliver" });
        JsonObject other = Side(api, "seller", reference);
        ((JsonArray)other["legs"]!).RemoveAt(0);
        ((JsonArray)other["legs"]!).Insert(0, new JsonObject { ["leg_type"] = "asset", ["instrument_id"] = api.Deeds.ToString(), ["token_id"] = "7", ["quantity"] = "1", ["direction"] = "deliver" });
        JsonObject ofA = await SubmitAsync(api, "platform-a", other);
        await SubmitAsync(api, "platform-b", buyer);
        ofA = await ReadAsync("platform-a", ofA);
        Assert.Contains("legs NCRR ", Fields(ofA));
        Assert.Contains($"legs[0].instrument_id DSEC {api.Deeds}", Fields(ofA));
        Assert.DoesNotContain(api.Bond.ToString(), ofA["mismatches"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cash_may_differ_as_far_as_both_tolerate_and_the_receiver_s_amount_is_paid()
    {
        string reference = Reference();
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        (seller["cash_tolerance"], buyer["cash_tolerance"], buyer["legs"]![1]!["quantity"]) = ("2", "5", "49998");
        await SubmitAsync(api, "platform-b", buyer);
        JsonObject matched = await SubmitAsync(api, "platform-a", seller);
        Assert.Equal("matched", (string)matched["status"]!);
        JsonObject settlement = await api.GetAsync("platform-a", $"/v1/settlements/{matched["settlement_id"]}");
        Assert.Equal(("50000", "50000000000"), ((string)settlement["legs"]![1]!["quantity"]!, (string)settlement["legs"]![1]!["amount"]!));
    }

    [Fact]
    public async Task Two_sides_at_the_same_moment_make_one_settlement()
    {
        for (int i = 0; i < 10; i++)
        {
            string reference = Reference();
            await Task.WhenAll(SubmitAsync(api, "platform-a", Side(api, "seller", reference)), SubmitAsync(api, "platform-b", Side(api, "buyer", reference)));
            Assert.Equal(1L, await CountOfAsync(reference));
        }
    }

    [Fact]
    public async Task Only_the_platform_that_is_named_is_compared()
    {
        string reference = Reference();
        JsonObject seller = Side(api, "seller", reference);
        seller["counterparty_platform_slug"] = "platform-b";
        JsonObject waiting = await SubmitAsync(api, "platform-a", seller);
        JsonObject stranger = await SubmitAsync(api, "platform-c", Side(api, "buyer", reference));
        Assert.Equal(("pending_match", "CMIS"), ((string)stranger["status"]!, (string)stranger["iso"]!["reason"]!));
        Assert.Empty(Fields(await ReadAsync("platform-a", waiting)));
        Assert.Equal(404, (await api.SendAsync("platform-c", HttpMethod.Get, $"{Path}/{waiting["id"]}")).Status);
        Assert.Equal("matched", (string)(await SubmitAsync(api, "platform-b", Side(api, "buyer", reference)))["status"]!);
    }

    [Fact]
    public async Task A_reference_is_made_when_none_is_sent_and_the_same_request_again_is_the_same_instruction()
    {
        JsonObject body = Side(api, "seller", "");
        body.Remove("trade_reference");
        JsonObject made = await SubmitAsync(api, "platform-a", body);
        Assert.Matches("^KS-[0-9a-f-]{36}$", (string)made["trade_reference"]!);
        body["legs"]![0]!["quantity"] = "100.0";
        body["party"]!["wallet_address"] = api.Seller.ToString().ToLowerInvariant();
        var (status, again, response) = await api.SendAsync("platform-a", HttpMethod.Post, Path, body.ToJsonString());
        Assert.Equal((200, (string)made["id"]!, "true"), (status, (string)again["id"]!, response.Headers.GetValues("Idempotent-Replayed").Single()));
        body["legs"]![0]!["quantity"] = "99";
        Assert.Equal((422, "idempotency_key_reused"), await api.SendAsync("platform-a", HttpMethod.Post, Path, body.ToJsonString()) is var (refused, problem, _) ? (refused, (string)problem["code"]!) : default);
        JsonObject list = await api.GetAsync("platform-a", $"{Path}?status=pending_match&trade_reference={made["trade_reference"]}");
        Assert.Equal((string)made["id"]!, (string)Assert.Single(list["items"]!.AsArray())!["id"]!);
        Assert.Equal(422, (await api.SendAsync("platform-a", HttpMethod.Get, Path + "?status=lost")).Status);
    }

    [Fact]
    public async Task Every_fault_of_an_instruction_is_named_at_once_and_nothing_is_stored()
    {
        string before = await api.CountsAsync() + await api.CountAsync("settlement.instruction");
        JsonObject body = Side(api, "broker", Reference());
        (body["cash_tolerance"], body["expires_at"], body["maturity_at"]) = ("1,5", body["timeout_at"]!.DeepClone(), body["timeout_at"]!.DeepClone());
        body["legs"]![0]!["direction"] = "give";
        body["legs"]![1]!["quantity"] = "0";
        ((JsonObject)body["party"]!).Remove("external_reference");
        ((JsonObject)body["party"]!)["wallet_address"] = "0x1";
        var (status, problem, _) = await api.SendAsync("platform-a", HttpMethod.Post, Path, body.ToJsonString());
        Assert.Equal(422, status);
        string[] pointers = [.. problem["errors"]!.AsArray().Select(fault => (string)fault!["pointer"]!)];
        foreach (string pointer in (string[])["/role", "/cash_tolerance", "/expires_at", "/maturity_at", "/legs/0/direction", "/legs/1/quantity", "/party/external_reference", "/party/wallet_address"])
            Assert.Contains(pointer, pointers);
        foreach ((string member, JsonNode? value, string pointer) in ((string, JsonNode?, string)[])[("template_slug", "nothing", "/template_slug"), ("party", null, "/party"), ("legs", new JsonArray(), "/legs"),
            ("legs", null, "/legs"), ("idempotency_key", null, "/idempotency_key"), ("role", null, "/role")])
        {
            body = Side(api, "seller", Reference());
            body[member] = value?.DeepClone();
            Assert.Contains(pointer, (await api.SendAsync("platform-a", HttpMethod.Post, Path, body.ToJsonString())).Body["errors"]!.AsArray().Select(fault => (string)fault!["pointer"]!));
        }
        body = Side(api, "seller", Reference());
        ((JsonArray)body["legs"]!).Add(body["legs"]![1]!.DeepClone());
        Assert.Equal("instrument_twice", (string)(await api.SendAsync("platform-a", HttpMethod.Post, Path, body.ToJsonString())).Body["errors"]![0]!["code"]!);
        Assert.Equal(before, await api.CountsAsync() + await api.CountAsync("settlement.instruction"));
    }

    [Fact]
    public async Task An_instruction_whose_time_is_over_is_matched_no_more_and_both_sides_are_told()
    {
        string reference = Reference();
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        buyer["legs"]![0]!["quantity"] = "101";
        seller["expires_at"] = api.Clock.GetUtcNow().AddMinutes(5).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        JsonObject ofA = await SubmitAsync(api, "platform-a", seller), ofB = await SubmitAsync(api, "platform-b", buyer);
        await using ServiceProvider keeper = await KeeperAsync(api);
        await keeper.GetRequiredService<ExpireInstructions>().ExecuteAsync(CancellationToken.None);
        Assert.Equal("pending_match", (string)(await ReadAsync("platform-a", ofA))["status"]!);
        api.Clock.Shift += TimeSpan.FromMinutes(6);
        try
        {
            // It waits for the keeper still, and is matched no more.
            JsonObject late = await SubmitAsync(api, "platform-b", Side(api, "buyer", reference));
            Assert.Equal(("pending_match", "CMIS"), ((string)late["status"]!, (string)late["iso"]!["reason"]!));
            Assert.True(await keeper.GetRequiredService<ExpireInstructions>().ExecuteAsync(CancellationToken.None) >= 1);
            ofA = await ReadAsync("platform-a", ofA);
            Assert.Equal(("expired", "CANS"), ((string)ofA["status"]!, (string)ofA["iso"]!["reason"]!));
            Assert.Contains("instruction.expired", await EventsAsync("platform-a", ofA));
            Assert.Contains("instruction.counterparty_expired", await EventsAsync("platform-b", ofB));
            Assert.Empty(Fields(await ReadAsync("platform-b", ofB)));
        }
        finally
        {
            api.Clock.Shift -= TimeSpan.FromMinutes(6);
        }
    }

    [Fact]
    public async Task A_repo_is_matched_with_its_maturity_and_repayment()
    {
        string reference = Reference();
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        foreach (JsonObject side in (JsonObject[])[seller, buyer])
            (side["settlement_category"], side["maturity_at"], side["repayment_amount"]) =
                ("repo_open", api.Clock.GetUtcNow().AddDays(9).ToString("yyyy-MM-ddT00:00:00Z", CultureInfo.InvariantCulture), "50100.25");
        JsonObject wrong = (JsonObject)buyer.DeepClone();
        (wrong["idempotency_key"], wrong["repayment_amount"]) = (Guid.NewGuid().ToString(), "50100");
        await SubmitAsync(api, "platform-a", seller);
        Assert.Equal(["repayment_amount DMON 50100"], Fields(await SubmitAsync(api, "platform-b", wrong)));
        JsonObject matched = await SubmitAsync(api, "platform-b", buyer);
        JsonObject settlement = await api.GetAsync("platform-b", $"/v1/settlements/{matched["settlement_id"]}");
        Assert.Equal(("repo_open", "50100.25"), ((string)settlement["settlement_category"]!, (string)settlement["repo"]!["repayment_amount"]!));
    }

    [Fact]
    public async Task A_template_of_the_same_name_in_another_environment_is_another_template()
    {
        string reference = Reference(), slug = "t" + Guid.NewGuid().ToString("n")[..12];
        JsonObject screened = TemplateUploadTests.Body(slug), lax = TemplateUploadTests.Body(slug);
        // The other one would never screen a second time.
        ((JsonObject)lax["config"]!).Remove("compliance");
        foreach ((string client, JsonObject template) in ((string, JsonObject)[])[("manager-a", screened), ("manager-c", lax)])
            Assert.Equal(201, (await api.SendAsync(client, HttpMethod.Post, "/v1/settlement-templates", template.ToJsonString())).Status);
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        (seller["template_slug"], buyer["template_slug"]) = (slug, slug);
        JsonObject waiting = await SubmitAsync(api, "platform-a", seller), other = await SubmitAsync(api, "platform-c", buyer);
        Assert.Equal(("pending_match", $"template_slug SETR {slug}"), ((string)other["status"]!, Assert.Single(Fields(other))));
        Assert.Equal([$"template_slug SETR {slug}"], Fields(await ReadAsync("platform-a", waiting)));
        Assert.Equal(0L, await CountOfAsync(reference));

        // Another version has other rules, too.
        string id = (string)(await api.GetAsync("platform-a", $"/v1/settlement-templates/{slug}"))["id"]!;
        Assert.Equal(200, (await api.SendAsync("manager-a", HttpMethod.Patch, $"/v1/settlement-templates/{id}", new JsonObject { ["config"] = lax["config"]!.DeepClone() }.ToJsonString())).Status);
        JsonObject later = Side(api, "buyer", reference);
        later["template_slug"] = slug;
        Assert.Equal("pending_match", (string)(await SubmitAsync(api, "platform-a", later))["status"]!);
        (seller["idempotency_key"], seller["party"]!["external_reference"]) = (Guid.NewGuid().ToString(), "seller-002");
        Assert.Equal("matched", (string)(await SubmitAsync(api, "platform-a", seller))["status"]!);
        await api.RunAsync("delete from settlement.template");
    }

    [Fact]
    public async Task A_key_of_a_settlement_keeps_no_two_instructions_apart()
    {
        string reference = Reference();
        JsonObject waiting = await SubmitAsync(api, "platform-a", Side(api, "seller", reference));
        // Whoever knows the id of its own instruction could take the key under which the settlement is made.
        await api.CreateAsync("platform-a", api.Single($"instruction-match:{waiting["id"]}"));
        Assert.Equal("matched", (string)(await SubmitAsync(api, "platform-b", Side(api, "buyer", reference)))["status"]!);
    }

    [Fact]
    public async Task Who_tries_too_often_under_a_reference_is_refused_and_hides_nobody()
    {
        string reference = Reference();
        for (int i = 1; i <= 20; i++)
        {
            JsonObject guess = Side(api, "buyer", reference);
            guess["legs"]![0]!["quantity"] = i.ToString(CultureInfo.InvariantCulture);
            JsonObject made = await SubmitAsync(api, "platform-c", guess);
            // What was taken back counts as well.
            if (i % 2 == 0) Assert.Equal(200, (await api.SendAsync("platform-c", HttpMethod.Post, $"{Path}/{made["id"]}/cancel", "")).Status);
        }
        string before = await api.CountAsync("settlement.instruction") + " " + await api.CountAsync("settlement.idempotency");
        var (status, problem, _) = await api.SendAsync("platform-c", HttpMethod.Post, Path, Side(api, "buyer", reference).ToJsonString());
        Assert.Equal((422, "/trade_reference trade_reference_used_up"), (status, $"{problem["errors"]![0]!["pointer"]} {problem["errors"]![0]!["code"]}"));
        Assert.Equal(before, await api.CountAsync("settlement.instruction") + " " + await api.CountAsync("settlement.idempotency"));

        // More than are compared at once, all of them older than the two that belong together.
        await api.RunAsync("""
            with model as (select id from settlement.instruction where trade_reference = $1 and status = 'pending_match' order by id limit 1),
            made as (insert into settlement.instruction select (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid(), 'idempotency_key', gen_random_uuid()))).*
              from settlement.instruction n, generate_series(1, 250) where n.id = (select id from model) returning id)
            insert into settlement.instruction_leg
            select (jsonb_populate_record(l, jsonb_build_object('instruction_id', made.id))).* from made, settlement.instruction_leg l where l.instruction_id = (select id from model)
            """, reference);
        JsonObject seller = Side(api, "seller", reference), buyer = Side(api, "buyer", reference);
        (seller["counterparty_platform_slug"], buyer["counterparty_platform_slug"]) = ("platform-b", "platform-a");
        await SubmitAsync(api, "platform-a", seller);
        Assert.Equal("matched", (string)(await SubmitAsync(api, "platform-b", buyer))["status"]!);
    }

    /// <summary>What the keeper does, under its role.</summary>
    internal static async Task<ServiceProvider> KeeperAsync(ApiFixture api)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(await api.SettingsAsync("keystone_keeper")).Build();
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(api.Clock);
        services.AddStorage(configuration);
        services.AddAdvance();
        return services.BuildServiceProvider();
    }

    async Task<long> CountOfAsync(string reference) =>
        (long)(await api.Database.CreateCommand($"select count(*) from settlement.settlement where trade_reference = '{reference}'").ExecuteScalarAsync())!;
}
