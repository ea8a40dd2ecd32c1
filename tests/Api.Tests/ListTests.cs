using System.Globalization;
using System.Text.Json.Nodes;
using Keystone.Settlements.List;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>Lists of settlements and events: filters, limits, pages.</summary>
[Collection(ApiCollection.Name)]
public sealed class ListTests(ApiFixture api)
{
    static string[] Ids(JsonObject list) => [.. list["items"]!.AsArray().Select(s => (string)s!["id"]!)];

    async Task<string> OwnPlatformAsync()
    {
        string slug = "list-" + Guid.NewGuid().ToString("n")[..12];
        await api.AddPlatformAsync(slug);
        return slug;
    }

    static string Time(DateTimeOffset at) => Uri.EscapeDataString(at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Filters_find_what_they_name()
    {
        string client = await OwnPlatformAsync();
        JsonObject first = api.Single("key-1");
        first["external_reference"] = "REF-1";
        string one = (string)(await api.CreateAsync(client, first))["id"]!;
        JsonObject later = api.Cross("key-2");
        later["timeout_at"] = api.Clock.GetUtcNow().AddDays(5).ToString("O", CultureInfo.InvariantCulture);
        string two = (string)(await api.CreateAsync(client, later))["id"]!;
        await api.RunAsync("update settlement.settlement set state = 'AWAITING_CONFIRMATION', created_at = created_at + interval '1 hour' where id = $1", Guid.Parse(two));
        await api.RunAsync("update settlement.visible_to set created_at = created_at + interval '1 hour' where settlement_id = $1", Guid.Parse(two));
        DateTimeOffset now = api.Clock.GetUtcNow();

        async Task Finds(string query, params string[] ids)
        {
            JsonObject list = await api.GetAsync(client, "/v1/settlements?" + query);
            Assert.Equal(ids, Ids(list));
            Assert.Equal(ids.Length, (int)list["total"]!);
        }

        await Finds("", two, one);
        await Finds("state=INSTRUCTED", one);
        await Finds("state=INSTRUCTED&state=AWAITING_CONFIRMATION", two, one);
        await Finds("state=FINALIZED");
        await Finds("settlement_type=cross_platform", two);
        await Finds("settlement_type=single_platform", one);
        await Finds("external_reference=REF-1", one);
        await Finds("external_reference=ref-1");
        await Finds("idempotency_key=key-2", two);
        await Finds("template_id=01993000-0000-7000-8000-000000000001", one);
        await Finds("template_id=CROSS_PLATFORM_DvP_TEMPLATE", two);
        await Finds("created_from=" + Time(now.AddMinutes(30)), two);
        await Finds("created_to=" + Time(now.AddMinutes(30)), one);
        await Finds("timeout_before=" + Time(now.AddDays(2)), one);
        await Finds("wallet_address=" + api.Seller.ToString().ToLowerInvariant(), two, one);
        await Finds("wallet_address=" + api.Buyer, one);
        await Finds("state=INSTRUCTED&settlement_type=cross_platform");
    }

    // Which of the two ways is taken depends on how many settlements of the whole system are in a state.
    [Fact]
    public async Task States_that_few_settlements_are_in_and_states_that_many_are_in_are_listed_alike()
    {
        string client = await OwnPlatformAsync();
        Guid environment = await api.EnvironmentAsync(client);
        List<Guid> ids = [];
        for (int i = 0; i < 5; i++) ids.Add(Guid.Parse((string)(await api.CreateAsync(client, api.Single($"way-{i}")))["id"]!));
        await api.RunAsync("update settlement.settlement set state = 'FINALIZED' where id = any($1)", ids.Take(3).ToArray());
        SettlementFilter all = new(["FINALIZED"], "single_platform", null, null, null, null, null, null, null, false, null);
        foreach (bool rare in (bool[])[true, false])
        {
            (Guid Id, DateTimeOffset At)[] first = await PageAsync(new ListSqlStore(environment, all, rare), 2, 0);
            Assert.Equal([ids[2], ids[1]], first.Select(one => one.Id));
            Assert.Equal([ids[0]], (await PageAsync(new ListSqlStore(environment, all, rare), 2, 2)).Select(one => one.Id));
            Assert.Equal([ids[0]], (await PageAsync(new ListSqlStore(environment, all with { After = new ListCursor(first[1].At, first[1].Id) }, rare), 2, 0)).Select(one => one.Id));
            await using NpgsqlCommand count = new ListSqlStore(environment, all, rare).Count(api.Database);
            Assert.Equal(3L, await count.ExecuteScalarAsync());
        }
    }

    async Task<(Guid Id, DateTimeOffset At)[]> PageAsync(ListSqlStore sql, int limit, int offset)
    {
        List<(Guid, DateTimeOffset)> places = [];
        await using NpgsqlCommand page = sql.Page(api.Database, limit, offset);
        await using NpgsqlDataReader row = await page.ExecuteReaderAsync();
        while (await row.ReadAsync()) places.Add((row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1)));
        return [.. places];
    }

    [Fact]
    public async Task Attention_shows_what_waits_for_the_reader()
    {
        string client = await OwnPlatformAsync(), counterparty = await OwnPlatformAsync();
        JsonObject offer = api.Cross();
        offer["counterparty_parties"]![0]!["platform_slug"] = counterparty;
        JsonObject made = await api.CreateAsync(client, offer);
        JsonObject quiet = await api.CreateAsync(client, api.Single());
        // The counterparty is waited for; nobody else has anything to do.
        Assert.Empty(Ids(await api.GetAsync(client, "/v1/settlements?attention=true")));
        Assert.Equal([(string)made["id"]!], Ids(await api.GetAsync(counterparty, "/v1/settlements?attention=true")));
        Assert.Equal([(string)made["id"]!], Ids(await api.GetAsync(counterparty, "/v1/settlements?attention=false")));
        await api.SendAsync(counterparty, HttpMethod.Post, $"/v1/settlements/{made["id"]}/confirm", api.Confirmation().ToJsonString());
        Assert.Empty(Ids(await api.GetAsync(counterparty, "/v1/settlements?attention=true")));
        // A flag is its owner's business alone.
        await api.RunAsync("update settlement.settlement set state = 'COMPLIANCE_CHECKING', compliance_status = 'review' where id = $1", Guid.Parse((string)made["id"]!));
        await api.RunAsync("""
            insert into compliance.screening (id, settlement_id, party_id, layer, round, status, due_at, created_at, updated_at)
            select gen_random_uuid(), settlement_id, id, 'entity', 1, 'flagged', now(), now(), now() from settlement.party where settlement_id = $1 and role = 'seller'
            """, Guid.Parse((string)made["id"]!));
        Assert.Equal([(string)made["id"]!], Ids(await api.GetAsync(client, "/v1/settlements?attention=true")));
        Assert.Empty(Ids(await api.GetAsync(counterparty, "/v1/settlements?attention=true")));
        // One that was decided on waits for nobody.
        await api.RunAsync("update settlement.settlement set compliance_status = 'cleared' where id = $1", Guid.Parse((string)made["id"]!));
        Assert.Empty(Ids(await api.GetAsync(client, "/v1/settlements?attention=true")));
        // A rollback concerns everybody.
        await api.RunAsync("update settlement.settlement set rollback_reason = 'timeout', rollback_since = now() where id = $1", Guid.Parse((string)quiet["id"]!));
        Assert.Contains((string)quiet["id"]!, Ids(await api.GetAsync(client, "/v1/settlements?attention=true")));
    }

    [Theory]
    [InlineData("limit=0", "/limit")]
    [InlineData("limit=201", "/limit")]
    [InlineData("limit=x", "/limit")]
    [InlineData("limit=1&limit=2", "/limit")]
    [InlineData("limit=-1", "/limit")]
    [InlineData("offset=-1", "/offset")]
    [InlineData("offset=10001", "/offset")]
    [InlineData("cursor=x", "/cursor")]
    [InlineData("cursor=%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21%21", "/cursor")]
    [InlineData("settlement_type=both", "/settlement_type")]
    [InlineData("template_id=no-such", "/template_id")]
    [InlineData("state=NOPE", "/state")]
    [InlineData("state=", "/state")]
    [InlineData("state=settled", "/state")]
    [InlineData("state=SETTLED&state=FINALISED", "/state")]
    [InlineData("state=%00", "/state")]
    [InlineData("created_from=yesterday", "/created_from")]
    [InlineData("created_to=2026-03-17T00:00:00", "/created_to")]
    [InlineData("timeout_before=1", "/timeout_before")]
    [InlineData("wallet_address=0x12", "/wallet_address")]
    [InlineData("wallet_address=0xf39fd6e51aad88F6F4ce6aB8827279cffFb92266", "/wallet_address")]
    [InlineData("external_reference=a&external_reference=b", "/external_reference")]
    [InlineData("attention=yes", "/attention")]
    public async Task A_wrong_filter_is_422_and_named(string query, string pointer)
    {
        var (status, body, _) = await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements?" + query);
        Assert.True(status == 422, body.ToJsonString());
        Assert.Equal(pointer, (string?)body["errors"]![0]!["pointer"]);
        Assert.Equal($"[\"query\",\"{pointer[1..]}\"]", body["errors"]![0]!["loc"]!.ToJsonString());
    }

    // A client of another make may ask for the end that only some templates have.
    [Fact]
    public async Task States_are_those_of_the_built_in_templates_of_own_ones_and_of_those_by_which_a_settlement_of_the_reader_goes()
    {
        string owner = await OwnPlatformAsync(), counterparty = await OwnPlatformAsync();
        JsonObject offer = api.Cross();
        offer["counterparty_parties"]![0]!["platform_slug"] = counterparty;
        JsonObject made = await api.CreateAsync(owner, offer);
        await TemplateAsync(await api.EnvironmentAsync(owner), Guid.NewGuid(), 1, "AT_THE_NOTARY");
        // A version that is not offered any more.
        await TemplateAsync(await api.EnvironmentAsync(owner), Guid.NewGuid(), 2, "AT_THE_REGISTRY");

        Assert.Empty(Ids(await api.GetAsync(owner, "/v1/settlements?state=AT_THE_NOTARY&state=AT_THE_REGISTRY&state=TIMED_OUT")));
        var (status, body, _) = await api.SendAsync(owner, HttpMethod.Get, "/v1/settlements?state=AT_THE_NOTARIES");
        Assert.Equal((422, "unknown_value"), (status, (string)body["errors"]![0]!["code"]!));
        foreach (string state in (string[])["INSTRUCTED", "ROLLED_BACK", "AT_THE_NOTARY", "AT_THE_REGISTRY"]) Assert.Contains(state, (string)body["detail"]!, StringComparison.Ordinal);

        // To the counterparty they are words like any other, until a settlement of its own goes by them.
        (status, body, _) = await api.SendAsync(counterparty, HttpMethod.Get, "/v1/settlements?state=AT_THE_NOTARY");
        Assert.Equal(422, status);
        Assert.DoesNotContain("AT_THE", ((string)body["detail"]!).Replace("AT_THE_NOTARY.", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Guid used = Guid.NewGuid();
        await TemplateAsync(await api.EnvironmentAsync(owner), used, 3, "AT_THE_NOTARY");
        await api.RunAsync("update settlement.settlement set template_id = $2, template_version = 3 where id = $1", Guid.Parse((string)made["id"]!), used);
        Assert.Empty(Ids(await api.GetAsync(counterparty, "/v1/settlements?state=AT_THE_NOTARY")));
        Assert.Equal(422, (await api.SendAsync(counterparty, HttpMethod.Get, "/v1/settlements?state=AT_THE_NOTARY&state=AT_THE_REGISTRY")).Status);
        await api.RunAsync("update settlement.settlement set template_id = $2, template_version = 1 where id = $1", Guid.Parse((string)made["id"]!), Guid.Parse((string)made["template_id"]!));
        await api.RunAsync("delete from settlement.template where slug = 'notary'");
    }

    Task<int> TemplateAsync(Guid environment, Guid id, int version, string state) => api.RunAsync("""
        insert into settlement.template (id, environment_id, slug, version, name, description, config, is_active, created_at)
        values ($1, $2, 'notary', $3, '', '', $4, false, now())
        """, id, environment, version, new JsonObject { ["states"] = new JsonArray("INSTRUCTED", state) }.ToJsonString());

    // A filter with a typing error finds everything: the answer says so.
    [Fact]
    public async Task Parameters_that_the_operation_does_not_have_are_ignored_and_named()
    {
        var (status, _, response) = await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements?LIMIT=1&sate=FINALIZED&a%0D%0Ab%C3%A4,c=1");
        Assert.Equal(200, status);
        Assert.Equal("sate,a??b??c", response.Headers.GetValues("Keystone-Ignored-Fields").Single());
        (status, _, response) = await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements?limit=1&state=FINALIZED");
        Assert.Equal((200, false), (status, response.Headers.Contains("Keystone-Ignored-Fields")));
    }

    [Fact]
    public async Task A_cursor_walks_the_list_and_what_is_new_does_not_move_it()
    {
        string client = await OwnPlatformAsync();
        List<string> made = [];
        for (int i = 0; i < 7; i++)
            made.Insert(0, (string)(await api.CreateAsync(client, api.Single()))["id"]!);
        // Two of the same instant: the id decides.
        await api.RunAsync("""
            update settlement.visible_to set created_at = (select created_at from settlement.visible_to where settlement_id = $2) where settlement_id = $1
            """, Guid.Parse(made[3]), Guid.Parse(made[2]));

        JsonObject all = await api.GetAsync(client, "/v1/settlements");
        Assert.Null(all["next_cursor"]);
        Assert.Equal(7, (int)all["total"]!);
        Assert.Equal((50, 0), ((int)all["limit"]!, (int)all["offset"]!));

        List<string> walked = [];
        string query = "limit=2";
        for (int pages = 0; ; pages++)
        {
            Assert.True(pages < 10);
            JsonObject page = await api.GetAsync(client, "/v1/settlements?" + query);
            walked.AddRange(Ids(page));
            Assert.Equal(pages == 0 ? 7 : 8, (int)page["total"]!);
            if (pages == 0)
                await api.CreateAsync(client, api.Single());
            if ((string?)page["next_cursor"] is not { } next)
                break;
            query = "limit=2&cursor=" + Uri.EscapeDataString(next);
        }
        Assert.Equal(7, walked.Distinct().Count());
        Assert.Equal(made.Order(StringComparer.Ordinal), walked.Order(StringComparer.Ordinal));

        Assert.Equal(made[5..], Ids(await api.GetAsync(client, "/v1/settlements?limit=50&offset=6")));
        Assert.Equal(422, (await api.SendAsync(client, HttpMethod.Get, "/v1/settlements?offset=1&" + query)).Status);
    }

    [Fact]
    public async Task A_counterparty_s_list_holds_what_it_was_asked_to_confirm_as_it_may_read_it()
    {
        string counterparty = await OwnPlatformAsync();
        JsonObject offer = api.Cross();
        offer["counterparty_parties"]![0]!["platform_slug"] = counterparty;
        JsonObject made = await api.CreateAsync("platform-a", offer);
        JsonObject list = await api.GetAsync(counterparty, "/v1/settlements");
        Assert.Equal([(string)made["id"]!], Ids(list));
        Assert.Equal((await api.GetAsync(counterparty, $"/v1/settlements/{made["id"]}")).ToJsonString(), list["items"]![0]!.ToJsonString());
        // What it may not read it cannot find by either.
        Assert.Empty(Ids(await api.GetAsync(counterparty, "/v1/settlements?idempotency_key=" + made["idempotency_key"])));
        Assert.Empty(Ids(await api.GetAsync(counterparty, "/v1/settlements?wallet_address=" + api.Seller)));
    }

    [Fact]
    public async Task Events_are_listed_in_order_with_their_hashes()
    {
        JsonObject made = await api.CreateAsync("platform-a", api.Single());
        JsonObject list = await api.GetAsync("platform-a", $"/v1/settlements/{made["id"]}/events");
        Assert.Equal((1, 50, 0), ((int)list["total"]!, (int)list["limit"]!, (int)list["offset"]!));
        JsonNode first = list["items"]![0]!;
        Assert.Equal((1, "state", "INSTRUCTED", "api"), ((int)first["sequence"]!, (string)first["type"]!, (string)first["to_state"]!, (string)first["triggered_by"]!));
        Assert.Null(first["from_state"]);
        Assert.Null(first["transaction"]);
        Assert.Equal("0x" + new string('0', 64), (string?)first["previous_hash"]);
        Assert.Matches("^0x[0-9a-f]{64}$", (string)first["content_hash"]!);
        Assert.Equal(422, (await api.SendAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{made["id"]}/events?limit=0")).Status);
    }

    [Fact]
    public async Task What_is_counted_is_what_is_listed_while_others_instruct()
    {
        string client = await OwnPlatformAsync();
        using CancellationTokenSource end = new();
        Task writer = Task.Run(async () =>
        {
            for (int i = 0; i < 150 && !end.IsCancellationRequested; i++) await api.CreateAsync(client, api.Single());
        });
        try
        {
            while (!writer.IsCompleted)
            {
                JsonObject list = await api.GetAsync(client, "/v1/settlements?limit=200");
                Assert.Equal(list["items"]!.AsArray().Count, (int)list["total"]!);
            }
        }
        finally
        {
            await end.CancelAsync();
            await writer;
        }
        JsonObject behind = await api.GetAsync(client, "/v1/settlements?limit=200&offset=200");
        Assert.Equal((0, 150), (behind["items"]!.AsArray().Count, (int)behind["total"]!));
    }
}
