using System.Text.Json.Nodes;
using Npgsql;

namespace Keystone.Api.Tests;

/// <summary>One key, one settlement, however often and at whatever time it is sent.</summary>
[Collection(ApiCollection.Name)]
public sealed class IdempotencyTests(ApiFixture api)
{
    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> PostAsync(JsonObject body, string client = "platform-a") =>
        api.SendAsync(client, HttpMethod.Post, "/v1/settlements", body.ToJsonString());

    [Fact]
    public async Task Many_at_once_make_one_settlement()
    {
        for (int round = 0; round < 5; round++)
        {
            JsonObject body = api.Single();
            long before = await api.CountAsync("settlement.settlement");
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(body)));
            Assert.Equal(before + 1, await api.CountAsync("settlement.settlement"));
            Assert.Single(answers, a => a.Status == 201);
            Assert.Single(answers.Where(a => a.Status < 400).Select(a => (string?)a.Body["id"]).Distinct());
            foreach (var (status, answer, response) in answers.Where(a => a.Status != 201))
            {
                Assert.True(status is 200 or 409, answer.ToJsonString());
                if (status == 200)
                    Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
                else
                    Assert.Equal(("idempotency_in_progress", 1.0), ((string)answer["code"]!, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
            }
        }
    }

    [Fact]
    public async Task While_the_first_is_running_another_is_asked_to_retry()
    {
        JsonObject body = api.Single();
        JsonObject first = await api.CreateAsync("platform-a", api.Single());
        await using NpgsqlConnection connection = await api.Database.OpenConnectionAsync();
        await using NpgsqlTransaction running = await connection.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0))", connection, running);
        foreach (string part in (string[])[(string)first["environment_id"]!, "settlement.create", (string)body["idempotency_key"]!])
            hold.Parameters.AddWithValue(part);
        await hold.ExecuteNonQueryAsync();
        string before = await api.CountsAsync();
        var (status, answer, response) = await PostAsync(body);
        Assert.Equal((409, "idempotency_in_progress", true), (status, (string)answer["code"]!, (bool)answer["retryable"]!));
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal(before, await api.CountsAsync());
        await running.RollbackAsync();
        Assert.Equal(201, (await PostAsync(body)).Status);
    }

    [Fact]
    public async Task A_repeat_by_another_serializer_is_the_same_request()
    {
        JsonObject body = api.Single();
        string made = (await api.CreateAsync("platform-a", body)).ToJsonString();
        JsonObject other = new(body.Reverse().Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())));
        other["template_id"] = "01993000-0000-7000-8000-000000000001";
        other["timeout_at"] = DateTimeOffset.Parse((string)body["timeout_at"]!, System.Globalization.CultureInfo.InvariantCulture)
            .ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        other["parties"]![0]!["wallet_address"] = api.Buyer.ToString().ToLowerInvariant();
        other["legs"]![0]!["quantity"] = "100.000";
        other["legs"]![0]!["leg_type"] = "asset_delivery";
        other["counterparty_parties"] = new JsonArray();
        other["external_reference"] = null;
        var (status, again, response) = await PostAsync(other);
        Assert.True(status == 200, again.ToJsonString());
        Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(made, again.ToJsonString());
    }

    [Theory]
    [InlineData("/legs/0/quantity", "\"101\"")]
    [InlineData("/parties/0/name", "\"Alicia\"")]
    [InlineData("/external_reference", "\"x\"")]
    [InlineData("/template_id", "\"dvp-cross-platform\"")]
    public async Task Another_body_under_the_same_key_is_422(string pointer, string value)
    {
        JsonObject body = api.Single();
        await api.CreateAsync("platform-a", body);
        JsonNode at = body;
        string[] parts = pointer[1..].Split('/');
        foreach (string part in parts[..^1])
            at = int.TryParse(part, out int index) ? at[index]! : at[part]!;
        at[parts[^1]] = JsonNode.Parse(value);
        string before = await api.CountsAsync();
        var (status, answer, _) = await PostAsync(body);
        Assert.Equal((422, "idempotency_key_reused"), (status, (string)answer["code"]!));
        Assert.Equal("/idempotency_key", (string?)answer["errors"]![0]!["pointer"]);
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_key_belongs_to_its_environment()
    {
        string key = Guid.NewGuid().ToString();
        string a = (string)(await api.CreateAsync("platform-a", api.Single(key)))["id"]!;
        string c = (string)(await api.CreateAsync("platform-c", api.Single(key)))["id"]!;
        Assert.NotEqual(a, c);
    }

    [Fact]
    public async Task A_repeat_shows_the_settlement_as_it_is_now_even_after_its_deadline()
    {
        JsonObject body = api.Single();
        body["timeout_at"] = api.Clock.GetUtcNow().AddMinutes(2).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        string id = (string)(await api.CreateAsync("platform-a", body))["id"]!;
        await api.RunAsync("update settlement.settlement set state = 'COMPLIANCE_CHECKING' where id = $1", Guid.Parse(id));
        try
        {
            api.Clock.Shift = TimeSpan.FromMinutes(10);
            var (status, answer, _) = await PostAsync(body);
            Assert.Equal((200, id, "COMPLIANCE_CHECKING"), (status, (string)answer["id"]!, (string)answer["state"]!));
        }
        finally
        {
            api.Clock.Shift = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task Settlements_of_one_environment_keep_one_chain_of_hashes_under_load()
    {
        Guid environment = await api.AddPlatformAsync("platform-chained");
        await api.TokenAsync("platform-chained");
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(api.Single(), "platform-chained")));
        Assert.All(answers, a => Assert.Equal(201, a.Status));
        byte[] head = new byte[32];
        long position = 0;
        await using NpgsqlCommand select = api.Database.CreateCommand(
            "select position, content_hash, chain_hash from settlement.environment_event where environment_id = $1 order by position");
        select.Parameters.AddWithValue(environment);
        await using NpgsqlDataReader rows = await select.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            Assert.Equal(++position, rows.GetInt64(0));
            head = System.Security.Cryptography.SHA256.HashData([.. head, .. rows.GetFieldValue<byte[]>(1)]);
            Assert.Equal(head, rows.GetFieldValue<byte[]>(2));
        }
        Assert.Equal(20, position);
    }

    [Fact]
    public async Task A_new_settlement_has_its_first_event_and_a_message_for_each_platform_with_what_it_may_know()
    {
        JsonObject body = api.Cross();
        body["external_reference"] = "Deal-77";
        string id = (string)(await api.CreateAsync("platform-a", body))["id"]!;
        await using (NpgsqlCommand events = api.Database.CreateCommand("""
            select e.payload, e.previous_hash, e.content_hash, h.hash from settlement.event e
            join settlement.audit_head h on h.settlement_id = e.settlement_id and h.environment_id = e.environment_id
            where e.settlement_id = $1 and e.environment_id = '00000000-0000-0000-0000-000000000000'
            """))
        {
            events.Parameters.AddWithValue(Guid.Parse(id));
            await using NpgsqlDataReader row = await events.ExecuteReaderAsync();
            Assert.True(await row.ReadAsync());
            byte[] hash = System.Security.Cryptography.SHA256.HashData([.. row.GetFieldValue<byte[]>(1), .. System.Text.Encoding.UTF8.GetBytes(row.GetString(0))]);
            Assert.Equal(hash, row.GetFieldValue<byte[]>(2));
            Assert.Equal(hash, row.GetFieldValue<byte[]>(3));
            // Nothing personal in what is hashed for ever.
            foreach (string personal in (string[])["Bob (Seller)", "bob-001", api.Seller.ToString(), "Acme Fund LLC", "Deal-77"])
                Assert.DoesNotContain(personal, row.GetString(0), StringComparison.OrdinalIgnoreCase);
            Assert.False(await row.ReadAsync());
        }
        await using NpgsqlCommand messages = api.Database.CreateCommand("""
            select p.slug, m.type, m.payload, m.sequence from webhooks.message m join identity.environment e on e.id = m.environment_id
            join identity.platform p on p.id = e.platform_id where m.settlement_id = $1 order by p.slug
            """);
        messages.Parameters.AddWithValue(Guid.Parse(id));
        await using NpgsqlDataReader rows = await messages.ExecuteReaderAsync();
        foreach ((string slug, string? reference) in ((string, string?)[])[("platform-a", "Deal-77"), ("platform-b", null)])
        {
            Assert.True(await rows.ReadAsync());
            Assert.Equal((slug, "settlement.state.instructed", 1), (rows.GetString(0), rows.GetString(1), rows.GetInt32(3)));
            JsonNode message = JsonNode.Parse(rows.GetString(2))!;
            Assert.Equal(("settlement.state.instructed", "settlement.state.instructed", 1), ((string)message["event"]!, (string)message["type"]!, (int)message["sequence"]!));
            JsonObject data = (JsonObject)message["data"]!;
            Assert.Equal((id, "INSTRUCTED", "cross_platform", reference),
                ((string)data["settlement_id"]!, (string)data["state"]!, (string)data["settlement_type"]!, (string?)data["external_reference"]));
            Assert.False(data.ContainsKey("previous_state"));
        }
        Assert.False(await rows.ReadAsync());
    }
}
