using System.Text.Json.Nodes;

namespace Keystone.Api.Tests;

/// <summary>Confirm and reject, every row.</summary>
[Collection(ApiCollection.Name)]
public sealed class AnswerTests(ApiFixture api)
{
    const string Why = "{\"reason\":\"Entity not eligible\"}";

    async Task<string> BroadcastAsync(Action<JsonObject>? change = null)
    {
        JsonObject body = api.Cross();
        change?.Invoke(body);
        return $"/v1/settlements/{(await api.CreateAsync("platform-a", body))["id"]}";
    }

    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> ConfirmAsync(string path, string client = "platform-b", Action<JsonObject>? change = null)
    {
        JsonObject body = api.Confirmation();
        change?.Invoke(body);
        return api.SendAsync(client, HttpMethod.Post, path + "/confirm", body.ToJsonString());
    }

    Task<(int Status, JsonObject Body, HttpResponseMessage Response)> RejectAsync(string path, string client = "platform-b", string body = Why) =>
        api.SendAsync(client, HttpMethod.Post, path + "/reject", body);

    static JsonNode Party(JsonObject settlement, string role) => settlement["parties"]!.AsArray().Single(p => (string?)p!["role"] == role)!;

    static async Task ExpectAsync(Task<(int Status, JsonObject Body, HttpResponseMessage Response)> call, int status, string? code = null)
    {
        var (got, body, _) = await call;
        Assert.True(got == status && (code is null || (string?)body["code"] == code), $"{got}: {body.ToJsonString()}");
    }

    Task MoveAsync(string path, string assignments) =>
        api.RunAsync($"update settlement.settlement set {assignments} where id = $1", Guid.Parse(path[^36..]));

    [Theory]
    [InlineData("INSTRUCTED")]
    [InlineData("AWAITING_CONFIRMATION")]
    public async Task The_first_answer_is_taken_in_both_states_before_the_engine_moves(string state)
    {
        string path = await BroadcastAsync();
        await MoveAsync(path, $"state = '{state}'");
        var (status, confirmed, response) = await ConfirmAsync(path);
        Assert.Equal(200, status);
        Assert.False(response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(state, (string?)confirmed["state"]);
        Assert.Equal("confirmed", (string?)Party(confirmed, "buyer")["status"]);
        Assert.NotNull(Party(confirmed, "buyer")["confirmed_at"]);
        Assert.Equal(api.Seller.ToString(), (string?)Party(confirmed, "seller")["wallet_address"]);
        Assert.Null(Party(confirmed, "seller")["external_reference"]);

        path = await BroadcastAsync();
        await MoveAsync(path, $"state = '{state}'");
        (status, JsonObject rejected, _) = await RejectAsync(path);
        Assert.Equal(200, status);
        Assert.Equal(state, (string?)rejected["state"]);
        Assert.Equal("rejected", (string?)Party(rejected, "buyer")["status"]);
        JsonNode failure = rejected["failure"]!;
        Assert.Equal(("rejected", "Entity not eligible", "platform-b", "buyer"),
            ((string)failure["code"]!, (string)failure["message"]!, (string)failure["by_platform"]!, (string)failure["role"]!));
        Assert.Equal(failure.ToJsonString(), (await api.GetAsync("platform-a", path))["failure"]!.ToJsonString());
        Assert.Null(rejected["confirmation"]);
    }

    [Fact]
    public async Task An_answer_makes_the_settlement_due_and_writes_no_state()
    {
        string path = await BroadcastAsync();
        await MoveAsync(path, "due_at = null");
        await ConfirmAsync(path);
        Assert.Equal(1L, await api.Database.CreateCommand(
            $"select count(*) from settlement.settlement where id = '{path[^36..]}' and due_at <= now() and state = 'INSTRUCTED' and version = 1").ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_same_confirmation_again_is_200_and_another_is_409()
    {
        string path = await BroadcastAsync();
        await ConfirmAsync(path);
        string before = await api.CountsAsync();
        var (status, _, response) = await ConfirmAsync(path, change: b => b["wallet_address"] = api.Buyer.ToString().ToLowerInvariant());
        Assert.Equal(200, status);
        Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
        await ExpectAsync(ConfirmAsync(path, change: b => b["name"] = "Another"), 409, "confirmation_differs");
        await ExpectAsync(RejectAsync(path), 409, "already_confirmed");
        Assert.Equal(before, await api.CountsAsync());
    }

    [Theory]
    [InlineData("wallet_address", true)]
    [InlineData("refund_address", true)]
    [InlineData("receive_address", false)]
    public async Task A_token_is_no_wallet_of_its_own_leg(string member, bool paid)
    {
        // The contract would refuse the terms, and the settlement would wait for its deadline.
        string path = await BroadcastAsync();
        string before = await api.CountsAsync();
        var (status, body, _) = await ConfirmAsync(path, change: b => b[member] = (paid ? api.Usdc : api.Bond).ToString());
        Assert.Equal(422, status);
        Assert.Contains(body["errors"]!.AsArray(), e => (string?)e!["pointer"] == "/" + member && (string?)e["code"] == "token_as_wallet");
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_rejection_again_is_200_and_keeps_the_first_reason()
    {
        string path = await BroadcastAsync();
        await RejectAsync(path);
        string before = await api.CountsAsync();
        var (status, body, response) = await RejectAsync(path, body: "{\"reason\":\"Another\"}");
        Assert.Equal(200, status);
        Assert.Equal("true", response.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal("Entity not eligible", (string?)body["failure"]!["message"]);
        await ExpectAsync(ConfirmAsync(path), 409, "already_rejected");
        Assert.Equal(before, await api.CountsAsync());
        // Also after the end.
        await MoveAsync(path, "state = 'ROLLED_BACK', is_terminal = true, outcome = 'failed', closed_at = now()");
        await ExpectAsync(RejectAsync(path), 200);
    }

    [Theory]
    [InlineData("confirm_by = now() - interval '1 second'")]
    [InlineData("state = 'ROLLED_BACK', is_terminal = true, outcome = 'failed', closed_at = now(), rollback_reason = 'timeout'")]
    [InlineData("state = 'FINALIZED', is_terminal = true, outcome = 'finalized', closed_at = now()")]
    [InlineData("rollback_reason = 'cancelled', rollback_since = now()")]
    public async Task After_the_deadline_or_an_end_both_are_409(string assignments)
    {
        string path = await BroadcastAsync();
        await MoveAsync(path, assignments);
        string before = await api.CountsAsync();
        await ExpectAsync(ConfirmAsync(path), 409, "settlement_ended");
        await ExpectAsync(RejectAsync(path), 409, "settlement_ended");
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task Only_the_platform_that_is_waited_for_may_answer()
    {
        string path = await BroadcastAsync();
        await api.AddEnvironmentAsync((Guid)(await api.Database.CreateCommand("select id from identity.platform where slug = 'platform-b'").ExecuteScalarAsync())!,
            "second", "production", "platform-b-second");
        string before = await api.CountsAsync();
        await ExpectAsync(ConfirmAsync(path, "platform-a"), 403, "no_pending_party");
        await ExpectAsync(RejectAsync(path, "platform-a"), 403, "no_pending_party");
        foreach (string stranger in (string[])["platform-c", "platform-b-second"])
        {
            await ExpectAsync(ConfirmAsync(path, stranger), 404, "not_found");
            await ExpectAsync(RejectAsync(path, stranger), 404, "not_found");
        }
        Assert.Equal(before, await api.CountsAsync());
    }

    [Fact]
    public async Task A_settlement_of_one_platform_takes_no_answer()
    {
        string path = $"/v1/settlements/{(await api.CreateAsync("platform-a", api.Single()))["id"]}";
        var (status, body, _) = await ConfirmAsync(path, "platform-a");
        Assert.Equal((409, "Settlement is not cross-platform", "INSTRUCTED"), (status, (string)body["detail"]!, (string)body["state"]!));
        Assert.False((bool)body["retryable"]!);
        await ExpectAsync(RejectAsync(path, "platform-a"), 409, "settlement_not_cross_platform");
    }

    static void TwoRolesOfB(JsonObject body, ApiFixture api)
    {
        JsonObject agent = (JsonObject)body["counterparty_parties"]![0]!.DeepClone();
        agent["role"] = "agent";
        body["counterparty_parties"]!.AsArray().Add(agent);
        foreach (JsonNode? leg in body["legs"]!.AsArray())
            leg!["recipient_role"] = (string?)leg["party_role"] == "seller" ? "buyer" : "seller";
    }

    [Fact]
    public async Task With_several_pending_roles_the_role_has_to_be_named()
    {
        string path = await BroadcastAsync(b => TwoRolesOfB(b, api));
        var (status, body, _) = await ConfirmAsync(path);
        Assert.Equal(422, status);
        Assert.Contains("buyer, agent", (string?)body["detail"], StringComparison.Ordinal);
        Assert.Equal("/role", (string?)body["errors"]![0]!["pointer"]);
        await ExpectAsync(ConfirmAsync(path, change: b => b["role"] = "seller"), 422);
        (status, body, _) = await ConfirmAsync(path, change: b => b["role"] = "agent");
        Assert.Equal((200, "confirmed", "pending_confirmation"), (status, (string)Party(body, "agent")["status"]!, (string)Party(body, "buyer")["status"]!));
        Assert.Null(Party(body, "seller")["wallet_address"]); // B is not through yet
        // One is left, so it needs no name.
        (status, body, _) = await ConfirmAsync(path);
        Assert.Equal((200, "confirmed"), (status, (string)Party(body, "buyer")["status"]!));
        Assert.NotNull(Party(body, "seller")["wallet_address"]);
    }

    [Fact]
    public async Task The_legs_that_are_checked_are_those_of_the_role_that_is_left()
    {
        string path = await BroadcastAsync(b =>
        {
            TwoRolesOfB(b, api);
            JsonObject collateral = (JsonObject)b["legs"]![0]!.DeepClone();
            (collateral["party_role"], collateral["recipient_role"]) = ("agent", "seller");
            b["legs"]!.AsArray().Add(collateral);
        });
        await ExpectAsync(ConfirmAsync(path, change: b => b["role"] = "buyer"), 200);
        string wallet = api.Chain.Accounts[3].Address.ToString();
        // A wallet that would do for the buyer, who delivers other tokens; the contract would refuse it of the agent.
        await ExpectAsync(ConfirmAsync(path, change: b => (b["wallet_address"], b["receive_address"]) = (api.Bond.ToString(), wallet)), 422);
        await ExpectAsync(ConfirmAsync(path, change: b => b["wallet_address"] = wallet), 200);
    }

    [Fact]
    public async Task A_party_can_be_named_by_its_id()
    {
        string path = await BroadcastAsync(b => TwoRolesOfB(b, api));
        string agent = (string)Party(await api.GetAsync("platform-b", path), "agent")["id"]!;
        var (status, body, _) = await ConfirmAsync(path, change: b => b["party_id"] = agent);
        Assert.Equal((200, "confirmed"), (status, (string)Party(body, "agent")["status"]!));
        await ExpectAsync(ConfirmAsync(path, change: b => b["party_id"] = Guid.NewGuid().ToString()), 422);
    }

    [Fact]
    public async Task A_reject_without_role_is_for_all_roles_of_the_platform()
    {
        string path = await BroadcastAsync(b => TwoRolesOfB(b, api));
        var (status, body, _) = await RejectAsync(path);
        Assert.Equal((200, "rejected", "rejected"), (status, (string)Party(body, "agent")["status"]!, (string)Party(body, "buyer")["status"]!));

        path = await BroadcastAsync(b => TwoRolesOfB(b, api));
        (status, body, _) = await RejectAsync(path, body: "{\"reason\":\"no\",\"role\":\"agent\"}");
        Assert.Equal((200, "rejected", "pending_confirmation"), (status, (string)Party(body, "agent")["status"]!, (string)Party(body, "buyer")["status"]!));
        // The first reject ends it for all.
        await ExpectAsync(ConfirmAsync(path, change: b => b["role"] = "buyer"), 409, "settlement_ended");
    }

    [Fact]
    public async Task A_wallet_that_differs_from_the_hint_is_the_counterparty_s_last_word()
    {
        string path = await BroadcastAsync();
        string own = api.Chain.Accounts[3].Address.ToString();
        var (status, body, _) = await ConfirmAsync(path, change: b => b["wallet_address"] = own);
        Assert.Equal((200, own, false), (status, (string)Party(body, "buyer")["wallet_address"]!, (bool)Party(body, "buyer")["hint_matched"]!));
        JsonNode seen = Party(await api.GetAsync("platform-a", path), "buyer");
        Assert.Equal((own, false), ((string)seen["wallet_address"]!, (bool)seen["hint_matched"]!));
        path = await BroadcastAsync();
        Assert.True((bool)Party((await ConfirmAsync(path)).Body, "buyer")["hint_matched"]!);
    }

    [Theory]
    [InlineData("external_reference", null, "/external_reference")]
    [InlineData("wallet_address", null, "/wallet_address")]
    [InlineData("wallet_address", "\"0x12\"", "/wallet_address")]
    [InlineData("wallet_address", "\"0x0000000000000000000000000000000000000000\"", "/wallet_address")]
    [InlineData("wallet_address", "SELLER", "/wallet_address")]
    [InlineData("wallet_address", "ESCROW", "/wallet_address")]
    [InlineData("wallet_address", "TOKEN", "/wallet_address")]
    [InlineData("refund_address", "ESCROW", "/refund_address")]
    [InlineData("chain_id", "1", "/chain_id")]
    [InlineData("chain_id", "\"11155111\"", "/chain_id")]
    [InlineData("lei", "\"529900T8BM49AURSDO56\"", "/lei")]
    [InlineData("date_of_birth", "\"1961-13-01\"", "/date_of_birth")]
    [InlineData("country", "\"Netherlands\"", "/country")]
    [InlineData("name", "\"a\\u0000\"", "/name")]
    public async Task A_wrong_confirmation_names_the_member_and_stores_nothing(string member, string? value, string pointer)
    {
        string path = await BroadcastAsync();
        string before = await api.CountsAsync();
        var (status, body, _) = await ConfirmAsync(path, change: b => b[member] = value switch
        {
            null => null,
            "SELLER" => api.Seller.ToString(),
            "ESCROW" => api.Chain.Escrow.ToString(),
            "TOKEN" => api.Bond.ToString(),
            _ => JsonNode.Parse(value),
        });
        Assert.True(status == 422, body.ToJsonString());
        Assert.Contains(pointer, body["errors"]!.AsArray().Select(e => (string)e!["pointer"]!));
        Assert.Equal(before, await api.CountsAsync());
        Assert.Equal("pending_confirmation", (string?)Party(await api.GetAsync("platform-b", path), "buyer")["status"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"reason\":\"\"}")]
    [InlineData("{\"reason\":null}")]
    [InlineData("{\"reason\":7}")]
    [InlineData("LONG")]
    public async Task A_reject_needs_a_reason(string text)
    {
        string path = await BroadcastAsync();
        var (status, body, _) = await RejectAsync(path, body: text == "LONG" ? "{\"reason\":\"" + new string('r', 501) + "\"}" : text);
        Assert.Equal((422, "/reason"), (status, (string)body["errors"]![0]!["pointer"]!));
        Assert.Equal("pending_confirmation", (string?)Party(await api.GetAsync("platform-b", path), "buyer")["status"]);
    }

    [Fact]
    public async Task Of_a_confirm_and_a_reject_at_the_same_instant_exactly_one_is_taken()
    {
        for (int round = 0; round < 10; round++)
        {
            string path = await BroadcastAsync();
            int[] statuses = [.. (await Task.WhenAll(Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? ConfirmAsync(path) : RejectAsync(path)))).Select(a => a.Status)];
            bool confirmed = (string?)Party(await api.GetAsync("platform-b", path), "buyer")["status"] == "confirmed";
            Assert.All(statuses.Index(), s => Assert.Equal(s.Index % 2 == 0 == confirmed ? 200 : 409, s.Item));
            Assert.Equal(1L, await api.Database.CreateCommand($"select count(*) from settlement.fact where settlement_id = '{path[^36..]}'").ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task What_a_reader_may_not_know_is_null_before_and_after()
    {
        string path = await BroadcastAsync(b =>
        {
            b["external_reference"] = "A-77";
            b["parties"]![0]!["asset_provider"] = "custody-1";
            b["legs"]![0]!["external_reference"] = "leg-ref";
        });
        JsonObject before = await api.GetAsync("platform-b", path);
        JsonNode seller = Party(before, "seller");
        Assert.Equal("platform-a", (string?)seller["platform_slug"]);
        foreach (string member in (string[])["name", "wallet_address", "refund_address", "receive_address", "external_reference", "asset_provider", "environment_id", "chain_id"])
            Assert.Null(seller[member]);
        foreach (string member in (string[])["idempotency_key", "external_reference", "environment_id"])
            Assert.Null(before[member]);
        Assert.All(before["legs"]!.AsArray(), l => Assert.True(l!["depositor"] is null && l["recipient"] is null && l["refund_to"] is null && l["external_reference"] is null));
        Assert.Equal(("Acme Fund LLC", api.Buyer.ToString()), ((string)Party(before, "buyer")["counterparty_reference"]!, (string)Party(before, "buyer")["wallet_address_hint"]!));
        Assert.Equal(["100", "50000"], before["legs"]!.AsArray().Select(l => (string)l!["quantity"]!));
        Assert.Equal("[\"buyer\"]", before["confirmation"]!["pending_roles"]!.ToJsonString());

        JsonObject after = (await ConfirmAsync(path)).Body;
        seller = Party(after, "seller");
        Assert.Equal(("Bob (Seller)", api.Seller.ToString()), ((string)seller["name"]!, (string)seller["wallet_address"]!));
        foreach (string member in (string[])["external_reference", "asset_provider", "environment_id"])
            Assert.Null(seller[member]);
        foreach (string member in (string[])["idempotency_key", "external_reference", "environment_id"])
            Assert.Null(after[member]);
        Assert.Equal((api.Seller.ToString(), api.Buyer.ToString()), ((string)after["legs"]![0]!["depositor"]!, (string)after["legs"]![0]!["recipient"]!));
        Assert.Null(after["legs"]![0]!["external_reference"]);

        JsonObject owner = await api.GetAsync("platform-a", path);
        Assert.Equal(("A-77", "leg-ref"), ((string)owner["external_reference"]!, (string)owner["legs"]![0]!["external_reference"]!));
        Assert.Equal(("Beta Capital", api.Buyer.ToString()), ((string)Party(owner, "buyer")["name"]!, (string)Party(owner, "buyer")["wallet_address"]!));
        Assert.Null(Party(owner, "buyer")["external_reference"]);
        // The same members for everybody: what is not for a reader is null, never left out.
        Assert.Equal(owner.Select(m => m.Key), after.Select(m => m.Key));
        string events = (await api.GetAsync("platform-b", path + "/events")).ToJsonString();
        foreach (string secret in (string[])["bob-001", "A-77", "Bob (Seller)", api.Seller.ToString(), "custody-1"])
            Assert.DoesNotContain(secret, events, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_name_is_disclosed_early_where_the_environment_says_so()
    {
        Guid environment = await api.AddPlatformAsync("platform-that-discloses");
        await api.RunAsync("update identity.environment set disclose_name_before_confirmation = true where id = $1", environment);
        JsonObject made = await api.CreateAsync("platform-that-discloses", api.Cross());
        JsonNode seller = Party(await api.GetAsync("platform-b", $"/v1/settlements/{made["id"]}"), "seller");
        Assert.Equal("Bob (Seller)", (string?)seller["name"]);
        Assert.Null(seller["wallet_address"]);
    }
}
