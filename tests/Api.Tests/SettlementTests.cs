using System.Text.Json.Nodes;
using Keystone.Testing;
using Npgsql;

namespace Keystone.Api.Tests;

[Collection(ApiCollection.Name)]
public sealed class SettlementTests(ApiFixture api)
{
    [Fact]
    public async Task Create_answers_the_object_and_a_repeat_answers_it_again()
    {
        JsonObject body = api.Single();
        var (status, made, response) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        Assert.Equal($"/v1/settlements/{made["id"]}", response.Headers.Location!.ToString());
        Assert.Equal("INSTRUCTED", (string?)made["state"]);
        Assert.Equal("single_platform", (string?)made["settlement_type"]);
        Assert.Equal("100000000000000000000", (string?)made["legs"]![0]!["amount"]);
        Assert.Equal("50000000000", (string?)made["legs"]![1]!["amount"]);
        Assert.Null(made["escrow"]);

        body["legs"]![0]!["quantity"] = "100.0";
        var repeat = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal((200, (string?)made["id"]), (repeat.Status, (string?)repeat.Body["id"]));
        body["legs"]![0]!["quantity"] = "101";
        var other = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body.ToJsonString());
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, (string?)other.Body["code"]));

        foreach (string path in (string[])["", "/events"])
            Assert.Equal(404, (await api.SendAsync("platform-b", HttpMethod.Get, $"/v1/settlements/{made["id"]}{path}")).Status);
        var events = await api.SendAsync("platform-a", HttpMethod.Get, $"/v1/settlements/{made["id"]}/events");
        Assert.Equal(1, (int)events.Body["total"]!);
        var list = await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements?state=INSTRUCTED&limit=1");
        Assert.True(list.Status == 200 && (int)list.Body["total"]! >= 1, list.Body.ToJsonString());
    }

    [Fact]
    public async Task Create_answers_what_a_read_answers()
    {
        const string Maker = "platform-maker";
        await api.AddPlatformAsync(Maker);
        await api.RunAsync("""
            insert into settlement.instrument (id, environment_id, chain_id, address, symbol, isin, standard, decimals, code_hash, created_at)
            select gen_random_uuid(), id, $1, $2, 'KBOND', null, 'ERC-20', 18, $3, now() from identity.environment where id = $4
            on conflict (environment_id, chain_id, address) do update set symbol = 'KBOND', registered = true
            """, TestChain.ChainId, api.Bond.ToBytes(), new byte[32], await api.EnvironmentAsync(Maker));
        List<JsonObject> bodies = [api.Single(), api.Cross(), api.Single(), api.Cross()];
        // By word and by address, registered and not; with all that a request may say.
        foreach (JsonObject body in bodies[2..]) body["legs"]![0]!["instrument_id"] = "KBOND";
        JsonObject full = bodies[2];
        (full["external_reference"], full["settlement_category"], full["not_before"]) = ("ref-1", "primary", Postgres.Timestamps.Seconds(api.Clock.GetUtcNow().AddDays(1)));
        (full["parties"]![0]!["name"], full["parties"]![0]!["lei"], full["legs"]![1]!["external_reference"]) = ("A Name", "529900T8BM49AURSDO55", "leg-1");
        JsonObject held = api.Single();
        (held["hold"], held["legs"]![0]!["instrument_id"]) = (true, "KBOND");
        bodies.Add(held);
        foreach (JsonObject body in bodies)
        {
            body["timeout_at"] = Postgres.Timestamps.Seconds(api.Clock.GetUtcNow().AddDays(30));
            JsonObject made = await api.CreateAsync(Maker, body);
            Assert.Equal((await api.GetAsync(Maker, $"/v1/settlements/{made["id"]}")).ToJsonString(), made.ToJsonString());
        }
    }

    [Fact]
    public async Task Create_answers_what_was_instructed_however_fast_the_keeper_is()
    {
        // Stands for a keeper that has moved the settlement on by the time its commit is acknowledged.
        await api.RunAsync("""
            create function moved_on() returns trigger language plpgsql security definer as
              'begin update settlement.settlement set state = ''COMPLIANCE_CHECKING'' where id = new.id and state = ''INSTRUCTED''; return null; end'
            """);
        await api.RunAsync("create constraint trigger moved_on after insert on settlement.settlement deferrable initially deferred for each row execute function moved_on()");
        try
        {
            JsonObject made = await api.CreateAsync("platform-a", api.Single());
            Assert.Equal(("INSTRUCTED", 1), ((string?)made["state"], (int)made["sequence"]!));
            Assert.Equal("COMPLIANCE_CHECKING", (string?)(await api.GetAsync("platform-a", $"/v1/settlements/{made["id"]}"))["state"]);
        }
        finally
        {
            await api.RunAsync("drop trigger moved_on on settlement.settlement");
            await api.RunAsync("drop function moved_on");
        }
    }

    [Fact]
    public async Task The_counterparty_sees_the_instruction_confirms_and_then_sees_the_wallets()
    {
        var (status, made, _) = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", api.Cross().ToJsonString());
        Assert.True(status == 201, made.ToJsonString());
        string path = $"/v1/settlements/{made["id"]}";
        var before = await api.SendAsync("platform-b", HttpMethod.Get, path);
        Assert.Null(before.Body["parties"]![0]!["wallet_address"]);
        Assert.Null(before.Body["idempotency_key"]);
        Assert.Equal(404, (await api.SendAsync("platform-c", HttpMethod.Post, path + "/confirm", "{}")).Status);
        Assert.Equal(403, (await api.SendAsync("platform-a", HttpMethod.Post, path + "/confirm", "{}")).Status);
        string said = new JsonObject { ["external_reference"] = "buyer-acct-042", ["name"] = "Beta Capital", ["wallet_address"] = api.Buyer.ToString(), ["chain_id"] = 11155111 }.ToJsonString();
        var confirmed = await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", said);
        Assert.True(confirmed.Status == 200, confirmed.Body.ToJsonString());
        Assert.Equal("confirmed", (string?)confirmed.Body["parties"]![1]!["status"]);
        Assert.Equal(api.Seller.ToString(), (string?)confirmed.Body["parties"]![0]!["wallet_address"]);
        Assert.Null(confirmed.Body["parties"]![0]!["external_reference"]);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/confirm", said)).Status);
        Assert.Equal(409, (await api.SendAsync("platform-b", HttpMethod.Post, path + "/reject", "{\"reason\":\"late\"}")).Status);
    }

    [Fact]
    public async Task Two_counterparties_that_confirm_at_once_cannot_share_a_wallet()
    {
        JsonObject body = api.Cross();
        body["counterparty_parties"]!.AsArray().Add(new JsonObject { ["platform_slug"] = "platform-c", ["role"] = "agent" });
        body["legs"]![0]!["recipient_role"] = "buyer";
        // Between the two of them; the initiator's own wallet is on the other leg.
        body["legs"]![1]!["recipient_role"] = "agent";
        string id = (string)(await api.CreateAsync("platform-a", body))["id"]!;
        await api.TokenAsync("platform-b");
        await api.TokenAsync("platform-c");
        (int Status, JsonObject Body, HttpResponseMessage Response)[] answers;
        await using (NpgsqlConnection connection = await api.Database.OpenConnectionAsync())
        {
            // Both have been checked and wait for the settlement's lock when it is given free.
            await using NpgsqlTransaction held = await connection.BeginTransactionAsync();
            await using (NpgsqlCommand hold = new($"select 1 from settlement.settlement where id = '{id}' for update", connection, held))
                await hold.ExecuteNonQueryAsync();
            var confirmations = Task.WhenAll(new[] { "platform-b", "platform-c" }.Select(client =>
                api.SendAsync(client, HttpMethod.Post, $"/v1/settlements/{id}/confirm", api.Confirmation().ToJsonString())));
            await Eventually.TrueAsync(async () => (long)(await api.Database.CreateCommand(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%for update of s%'").ExecuteScalarAsync())! == 2);
            await held.CommitAsync();
            answers = await confirmations;
        }
        Assert.Single(answers, answer => answer.Status == 200);
        var refused = Assert.Single(answers, answer => answer.Status == 422);
        Assert.Equal(("self_delivery", "/wallet_address"), ((string)refused.Body["code"]!, (string)refused.Body["errors"]![0]!["pointer"]!));
        Assert.Equal(1L, await api.Database.CreateCommand($"select count(*) from settlement.fact where settlement_id = '{id}'").ExecuteScalarAsync());
    }

    [Fact]
    public async Task An_answer_of_a_counterparty_is_reported_to_every_platform()
    {
        string id = (string)(await api.CreateAsync("platform-a", api.Cross()))["id"]!;
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{id}/confirm", api.Confirmation().ToJsonString())).Status);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{id}/confirm", api.Confirmation().ToJsonString())).Status);
        await ReportedAsync(id, "settlement.party.confirmed", "confirmed");

        id = (string)(await api.CreateAsync("platform-a", api.Cross()))["id"]!;
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{id}/reject", """{"reason":"Entity not eligible"}""")).Status);
        Assert.Equal(200, (await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{id}/reject", """{"reason":"again"}""")).Status);
        await ReportedAsync(id, "settlement.party.rejected", "rejected");
    }

    // Once to each platform of the settlement, with who said it and nothing that only one of them may read.
    async Task ReportedAsync(string id, string name, string status)
    {
        List<string> payloads = [];
        await using (NpgsqlCommand select = api.Database.CreateCommand($"""
            select p.slug, m.payload from webhooks.message m join identity.environment e on e.id = m.environment_id join identity.platform p on p.id = e.platform_id
            where m.settlement_id = '{id}' and m.type = '{name}' order by p.slug
            """))
        await using (NpgsqlDataReader rows = await select.ExecuteReaderAsync())
        {
            List<string> slugs = [];
            while (await rows.ReadAsync())
            {
                slugs.Add(rows.GetString(0));
                payloads.Add(rows.GetString(1));
            }
            Assert.Equal(["platform-a", "platform-b"], slugs);
        }
        foreach (string payload in payloads)
        {
            JsonObject data = (JsonObject)JsonNode.Parse(payload)!["data"]!;
            Assert.Equal((id, "buyer", "platform-b", status),
                ((string)data["settlement_id"]!, (string)data["role"]!, (string)data["platform_slug"]!, (string)data["status"]!));
            Assert.DoesNotContain(api.Buyer.ToString(), payload, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Reject_reads_JSON_whatever_its_label(string? contentType)
    {
        var made = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", api.Cross().ToJsonString());
        var rejected = await api.SendAsync("platform-b", HttpMethod.Post, $"/v1/settlements/{made.Body["id"]}/reject", "{\"reason\": \"Entity not eligible\"}", contentType);
        Assert.True(rejected.Status == 200, rejected.Body.ToJsonString());
        Assert.Equal("rejected", (string?)rejected.Body["parties"]![1]!["status"]);
    }

    [Theory]
    [InlineData("{", "application/json", 400)]
    [InlineData("{\"a\":1,\"a\":2}", "application/json", 400)]
    [InlineData("{}", "application/xml", 415)]
    [InlineData("", null, 422)]
    [InlineData("[]", "application/json", 422)]
    public async Task Transport_rules_hold(string body, string? contentType, int expected)
    {
        Assert.Equal(expected, (await api.SendAsync("platform-a", HttpMethod.Post, "/v1/settlements", body, contentType)).Status);
        Assert.Equal(401, (await api.SendAsync(null, HttpMethod.Post, "/v1/settlements", body, contentType)).Status);
    }

    [Fact]
    public async Task Unknown_paths_methods_and_ids_have_problem_bodies()
    {
        Assert.Equal("not_found", (string?)(await api.SendAsync("platform-a", HttpMethod.Get, "/v1/nothing")).Body["code"]);
        Assert.Equal("method_not_allowed", (string?)(await api.SendAsync("platform-a", HttpMethod.Delete, "/v1/settlements")).Body["code"]);
        Assert.Equal(404, (await api.SendAsync("platform-a", HttpMethod.Get, "/v1/settlements/stl-1")).Status);
    }

    [Fact]
    public async Task A_webhook_endpoint_shows_its_secret_once()
    {
        var made = await api.SendAsync("platform-a", HttpMethod.Post, "/v1/platforms/me/webhooks", "{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"settlement.*\"]}");
        Assert.True(made.Status == 201, made.Body.ToJsonString());
        Assert.StartsWith("whsec_", (string?)made.Body["secret"], StringComparison.Ordinal);
        var read = await api.SendAsync("platform-a", HttpMethod.Get, $"/v1/platforms/me/webhooks/{made.Body["id"]}");
        Assert.False(read.Body.ContainsKey("secret"));
        Assert.Equal(404, (await api.SendAsync("platform-b", HttpMethod.Get, $"/v1/platforms/me/webhooks/{made.Body["id"]}")).Status);
    }
}
