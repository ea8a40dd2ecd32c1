using System.Text.Json.Nodes;
using Keystone.Ethereum;
using Keystone.Testing;

namespace Keystone.Api.Tests;

/// <summary>The settlement object in each state, for both readers, over rows as the engine, the mirror and the transaction manager write them.</summary>
[Collection(ApiCollection.Name)]
public sealed class ViewTests(ApiFixture api) : IAsyncLifetime
{
    // As the transaction manager stores it: the revert data, then what the node said, which is nobody else's business.
    const string Frozen = "would revert 0x08c379a000000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000011"
        + "6163636f756e742069732066726f7a656e000000000000000000000000000000: execution reverted at http://10.0.0.7:8545/key \uFFFD";

    public async Task InitializeAsync() => await SettlementScene.ClearAsync(api);

    // The other tests of the collection know an empty chain.
    public async Task DisposeAsync() => await SettlementScene.ClearAsync(api);

    Task<SettlementScene> SceneAsync(bool confirmed = true) => SettlementScene.CreateAsync(api, confirmed);

    static string TimeText(long number) => SettlementScene.TimeText(number);

    static string[] Statuses(JsonObject settlement) => [.. settlement["legs"]!.AsArray().Select(l => (string)l!["status"]!)];

    static (string?, string?) Iso(JsonObject settlement) => ((string?)settlement["iso"]!["status"], (string?)settlement["iso"]!["reason"]);

    async Task<JsonObject[]> BothAsync(SettlementScene scene)
    {
        JsonObject[] both = [await scene.AsOwner(), await scene.AsCounterparty()];
        Assert.Equal(both[0].Select(m => m.Key), both[1].Select(m => m.Key));
        return both;
    }

    [Fact]
    public async Task Before_the_terms_are_frozen_there_is_no_escrow()
    {
        SettlementScene scene = await SceneAsync(confirmed: false);
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("PACK", null), Iso(seen));
            Assert.Equal(["pending", "pending"], Statuses(seen));
            foreach (string member in (string[])["escrow", "rollback", "failure", "finality", "compliance"])
                Assert.Null(seen[member]);
        }
        await scene.SetAsync("state = 'AWAITING_CONFIRMATION'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("NMAT", "CMIS"), Iso(seen));
            Assert.Equal(("[\"buyer\"]", (string)seen["timeout_at"]!), (seen["confirmation"]!["pending_roles"]!.ToJsonString(), (string)seen["confirmation"]!["deadline"]!));
        }
        await scene.ConfirmAsync();
        await scene.SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'checking', compliance_at = now()");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("PEND", "COMP"), Iso(seen));
            Assert.Equal("{\"status\":\"checking\"}", seen["compliance"]!.ToJsonString());
            Assert.Null(seen["confirmation"]);
        }
        await scene.SetAsync("state = 'COMPLIANCE_CLEARED', compliance_status = 'cleared', compliance_at = now()");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("PEND", "COMP"), Iso(seen));
            Assert.Equal("cleared", (string?)seen["compliance"]!["status"]);
            Assert.NotNull(seen["compliance"]!["cleared_at"]);
            Assert.Null(seen["escrow"]);
        }
    }

    [Fact]
    public async Task A_flag_is_shown_to_its_owner_alone()
    {
        SettlementScene scene = await SceneAsync();
        await scene.SetAsync("state = 'COMPLIANCE_CHECKING', compliance_status = 'review', compliance_at = now()");
        await api.RunAsync("""
            insert into compliance.screening (id, settlement_id, party_id, layer, round, status, provider_ref, due_at, created_at, updated_at)
            select gen_random_uuid(), settlement_id, id, 'entity', 1, 'flagged', 'provider-77', now(), now(), now() from settlement.party where settlement_id = $1 and role = 'buyer'
            """, scene.Id);
        Assert.Equal("{\"status\":\"checking\"}", (await scene.AsOwner())["compliance"]!.ToJsonString());
        Assert.Equal("{\"status\":\"review\",\"decidable\":true,\"stopped\":[{\"role\":\"buyer\",\"layer\":\"entity\"}]}", (await scene.AsCounterparty())["compliance"]!.ToJsonString());
        // In a later round it is the other side's party: an old flag of one's own tells nothing of that.
        await api.RunAsync("""
            insert into compliance.screening (id, settlement_id, party_id, layer, round, status, due_at, created_at, updated_at)
            select gen_random_uuid(), settlement_id, id, 'entity', 6, case role when 'buyer' then 'pass' else 'flagged' end, now(), now(), now()
            from settlement.party where settlement_id = $1
            """, scene.Id);
        Assert.Equal("{\"status\":\"checking\"}", (await scene.AsCounterparty())["compliance"]!.ToJsonString());
        Assert.Equal("{\"status\":\"review\",\"decidable\":true,\"stopped\":[{\"role\":\"seller\",\"layer\":\"entity\"}]}", (await scene.AsOwner())["compliance"]!.ToJsonString());
        // Once decided on there is nothing left to decide.
        await api.RunAsync("""
            insert into settlement.fact (id, settlement_id, kind, check_round, actor, body, created_at)
            values (gen_random_uuid(), $1, 'decision', 6, 'officer', '{"decision":"reject"}', now())
            """, scene.Id);
        Assert.Equal("{\"status\":\"review\",\"stopped\":[{\"role\":\"seller\",\"layer\":\"entity\"}]}", (await scene.AsOwner())["compliance"]!.ToJsonString());
        // What is being rolled back is nobody's to decide any more.
        await scene.SetAsync("rollback_reason = 'timeout', rollback_since = now()");
        Assert.Equal("{\"status\":\"checking\"}", (await scene.AsOwner())["compliance"]!.ToJsonString());
        await scene.SetAsync("rollback_reason = null, rollback_since = null");
        await scene.SetAsync("""
            state = 'ROLLED_BACK', compliance_status = 'failed', compliance_stop = true, is_terminal = true, outcome = 'failed', closed_at = now(),
              failure = '{"code":"compliance","message":"Buyer is on list X","by_platform":"platform-b","role":"buyer","at":"2026-11-21T00:00:00Z"}'
            """);
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal("{\"code\":\"compliance\",\"message\":\"Not completed.\"}", seen["failure"]!.ToJsonString());
            Assert.Null(seen["escrow"]);
            Assert.Equal(("CAND", null), Iso(seen));
            Assert.Equal(["rolled_back", "rolled_back"], Statuses(seen));
            Assert.DoesNotContain("provider-77", seen.ToJsonString(), StringComparison.Ordinal);
        }
        // The stopped party's own platform reads which of its parties it was; the other side nothing.
        Assert.Equal("{\"status\":\"failed\",\"stopped\":[{\"role\":\"seller\",\"layer\":\"entity\"}]}", (await scene.AsOwner())["compliance"]!.ToJsonString());
        string other = (await scene.AsCounterparty())["compliance"]?.ToJsonString() ?? "null";
        Assert.Equal("null", other);

        // An operator's order on a flagged settlement reads the same to the other side, byte for byte.
        string stopped = (await scene.AsCounterparty()).ToJsonString();
        await scene.SetAsync("""
            failure = '{"code":"operator","message":"An administrator ended the settlement.","by_platform":null,"role":null,"at":"2026-11-21T00:00:00Z"}', rollback_reason = 'operator'
            """);
        await scene.SetAsync("rollback_reason = null");
        Assert.Equal(stopped, (await scene.AsCounterparty()).ToJsonString());
        Assert.Equal("operator", (string?)(await scene.AsOwner())["failure"]!["code"]);
    }

    [Fact]
    public async Task The_way_forward()
    {
        SettlementScene scene = await SceneAsync();
        await scene.HeadAsync(5);

        await scene.FreezeAsync();
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("PEND", "ESCR"), Iso(seen));
            JsonNode escrow = seen["escrow"]!;
            Assert.Equal(["chain_id", "contract_address", "id", "status", "deposit_method", "deadline", "not_before", "operator", "gate", "salt", "ref", "commitment", "register_tx", "execute_tx",
                "cancel_tx", "funded_legs", "total_legs"], ((JsonObject)escrow).Select(m => m.Key));
            Assert.Equal((TestChain.ChainId, api.Chain.Escrow.ToString(), scene.Terms.Id.ToString(), "registering"),
                ((long)escrow["chain_id"]!, (string)escrow["contract_address"]!, (string)escrow["id"]!, (string)escrow["status"]!));
            Assert.Equal((scene.Salt.ToString(), api.Chain.Accounts[0].Address.ToString()), ((string)escrow["salt"]!, (string)escrow["operator"]!));
            Assert.Equal((string?)seen["timeout_at"], (string?)escrow["deadline"]);
            Assert.Null(escrow["gate"]);
            Assert.Null(escrow["not_before"]);
            Assert.Null(escrow["register_tx"]);
            Assert.Contains("NOT a deposit", (string?)escrow["deposit_method"], StringComparison.Ordinal);
            Assert.Equal((0, 2), ((int)escrow["funded_legs"]!, (int)escrow["total_legs"]!));
        }
        await scene.IntentAsync("register", offered: true);
        foreach (JsonObject seen in await BothAsync(scene))
            Assert.Equal($"{{\"hash\":\"{scene.TxText("register attempt 2")}\",\"block_number\":null,\"block_hash\":null,\"confirmations\":0,\"at\":null}}", seen["escrow"]!["register_tx"]!.ToJsonString());

        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        await scene.HeadAsync(12);
        await scene.EscrowAsync(1);
        Assert.Equal(("PEND", "LACK"), Iso(await scene.AsOwner()));
        Assert.Equal(("PEND", "MONY"), Iso(await scene.AsCounterparty()));
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal("open", (string?)seen["escrow"]!["status"]);
            Assert.Equal($"{{\"hash\":\"{scene.TxText("register")}\",\"block_number\":10,\"block_hash\":\"{Hex.Encode(SettlementScene.BlockHash(10))}\",\"confirmations\":3,\"at\":\"{TimeText(10)}\"}}",
                seen["escrow"]!["register_tx"]!.ToJsonString());
            Assert.Equal(["pending", "pending"], Statuses(seen));
        }

        await scene.HeadAsync(21);
        await scene.DepositAsync(0, 20);
        Assert.Equal(("PEND", "CMON"), Iso(await scene.AsOwner()));
        Assert.Equal(("PEND", "MONY"), Iso(await scene.AsCounterparty()));
        string deposit0 = $"{{\"hash\":\"{scene.TxText("deposit0")}\",\"log_index\":4,\"block_number\":20,\"block_hash\":\"{Hex.Encode(SettlementScene.BlockHash(20))}\",\"confirmations\":2,\"at\":\"{TimeText(20)}\",\"from\":\"{api.Seller}\"}}";
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(["locked", "pending"], Statuses(seen));
            Assert.Equal(deposit0, seen["legs"]![0]!["deposit"]!.ToJsonString());
            Assert.Null(seen["legs"]![1]!["deposit"]);
            Assert.Equal(("open", 1), ((string)seen["escrow"]!["status"]!, (int)seen["escrow"]!["funded_legs"]!));
        }

        await scene.HeadAsync(23);
        await scene.DepositAsync(1, 22);
        await scene.SetAsync("state = 'EXECUTING_SWAP'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("PEND", "CYCL"), Iso(seen));
            Assert.Equal(["locked", "locked"], Statuses(seen));
            Assert.Equal(("funded", 2), ((string)seen["escrow"]!["status"]!, (int)seen["escrow"]!["funded_legs"]!));
            Assert.Null(seen["escrow"]!["execute_tx"]);
        }
        await scene.IntentAsync("execute_swap", offered: true);
        Assert.Equal(scene.TxText("execute_swap attempt 2"), (string?)(await scene.AsOwner())["escrow"]!["execute_tx"]!["hash"]);

        await scene.HeadAsync(32, finalized: 12);
        await scene.EscrowAsync(2, executed: 30);
        await scene.LegAsync(0, "released", 30, "execute");
        await scene.LegAsync(1, "released", 30, "execute");
        await scene.SetAsync("state = 'SETTLED'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("sese.025", null), Iso(seen));
            Assert.Equal(["released", "released"], Statuses(seen));
            Assert.Equal(("executed", scene.TxText("execute"), 3), ((string)seen["escrow"]!["status"]!, (string)seen["escrow"]!["execute_tx"]!["hash"]!, (int)seen["escrow"]!["execute_tx"]!["confirmations"]!));
            // The deposit stays on record.
            Assert.Equal((scene.TxText("deposit0"), 13, api.Seller.ToString()), ((string)seen["legs"]![0]!["deposit"]!["hash"]!, (int)seen["legs"]![0]!["deposit"]!["confirmations"]!, (string)seen["legs"]![0]!["deposit"]!["from"]!));
            Assert.Equal(api.Buyer.ToString(), (string?)seen["legs"]![1]!["deposit"]!["from"]);
            Assert.Equal((scene.TxText("execute"), 30), ((string)seen["legs"]![0]!["release"]!["hash"]!, (int)seen["legs"]![0]!["release"]!["block_number"]!));
            Assert.Null(seen["legs"]![0]!["refund"]);
            // Twenty blocks behind the head, a block a second: the executing one is final in eighteen seconds.
            Assert.Equal($"{{\"block_number\":30,\"finalized\":false,\"expected_at\":\"{TimeText(32 + 18)}\"}}", seen["finality"]!.ToJsonString());
            Assert.False((bool)seen["is_terminal"]!);
        }

        await scene.HeadAsync(50, finalized: 30);
        await scene.SetAsync("state = 'FINALIZED', is_terminal = true, closed_at = now(), outcome = 'finalized'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("sese.025", null), Iso(seen));
            Assert.Equal("{\"block_number\":30,\"finalized\":true,\"expected_at\":null}", seen["finality"]!.ToJsonString());
            Assert.True((bool)seen["is_terminal"]!);
            Assert.Equal(["released", "released"], Statuses(seen));
            Assert.NotNull(seen["legs"]![1]!["deposit"]);
            Assert.Equal("executed", (string?)seen["escrow"]!["status"]);
        }
    }

    [Fact]
    public async Task A_deposit_that_was_withdrawn_or_reorganised_away_is_none()
    {
        SettlementScene scene = await SceneAsync();
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        await scene.DepositAsync(0, 20);
        await scene.LegAsync(0, "withdrawn", 25, "withdraw");
        JsonObject seen = await scene.AsOwner();
        Assert.Equal(["pending", "pending"], Statuses(seen));
        Assert.Null(seen["legs"]![0]!["deposit"]);
        // Again, in a later block: the last one counts.
        await scene.DepositAsync(0, 28);
        Assert.Equal(28, (int)(await scene.AsOwner())["legs"]![0]!["deposit"]!["block_number"]!);
        // A reorg takes the block away, and the mirror with it.
        await api.RunAsync("update chain.block set canonical = false where number = 28");
        await scene.LegAsync(0, "pending", null, "x");
        seen = await scene.AsOwner();
        Assert.Equal(["pending", "pending"], Statuses(seen));
        Assert.Null(seen["legs"]![0]!["deposit"]);
    }

    [Fact]
    public async Task The_way_back()
    {
        SettlementScene scene = await SceneAsync();
        await scene.FreezeAsync();
        await scene.HeadAsync(30);
        await scene.EscrowAsync(1);
        await scene.SetAsync("state = 'AWAITING_DEPOSITS'");
        await scene.DepositAsync(0, 20);
        await scene.SetAsync("rollback_reason = 'timeout', rollback_since = '2026-11-21T00:00:29Z'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            JsonNode rollback = seen["rollback"]!;
            Assert.Equal(("in_progress", "timeout", "2026-11-21T00:00:29Z"), ((string)rollback["status"]!, (string)rollback["cause"]!, (string)rollback["started_at"]!));
            JsonNode leg = Assert.Single(rollback["legs_outstanding"]!.AsArray())!;
            Assert.Equal(((string)seen["legs"]![0]!["id"]!, 0), ((string)leg["leg_id"]!, (int)leg["attempts"]!));
            Assert.Null(leg["last_error"]);
            Assert.False((bool)seen["is_terminal"]!);
        }
        await scene.IntentAsync("refund", part: 0, attempts: 2, reason: Frozen);
        Assert.Equal("in_progress", (string?)(await scene.AsOwner())["rollback"]!["status"]);
        await scene.IntentAsync("refund", part: 0, attempts: 3, reason: Frozen);
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal("blocked", (string?)seen["rollback"]!["status"]);
            JsonNode leg = seen["rollback"]!["legs_outstanding"]![0]!;
            Assert.Equal((3, "reverted: account is frozen"), ((int)leg["attempts"]!, (string)leg["last_error"]!));
            Assert.NotNull(leg["next_attempt_at"]);
        }
        // A node that is away, a quota or the operator's balance are none of a tenant's business.
        foreach (string ours in (string[])["the node at http://10.0.0.7:8545/key does not answer", "insufficient funds: 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 has 5 wei"])
        {
            await scene.IntentAsync("refund", part: 0, attempts: 3, reason: ours);
            Assert.Null((await scene.AsOwner())["rollback"]!["legs_outstanding"]![0]!["last_error"]);
        }
        // Given up until a person has it tried again.
        await scene.IntentAsync("refund", part: 0, attempts: 1, reason: "its transactions cost 5 wei without effect, which is its budget", status: "failed");
        Assert.Equal("blocked", (string?)(await scene.AsOwner())["rollback"]!["status"]);
        Assert.Null((await scene.AsOwner())["rollback"]!["legs_outstanding"]![0]!["next_attempt_at"]);

        await scene.HeadAsync(45, finalized: 40);
        await scene.LegAsync(0, "refunded", 35, "refund0");
        await scene.SetAsync("""
            state = 'ROLLED_BACK', is_terminal = true, outcome = 'failed', closed_at = now(),
              failure = '{"code":"timeout","message":"The deadline passed before the settlement was complete.","by_platform":null,"role":null,"at":"2026-11-21T00:00:29Z"}'
            """);
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("CAND", null), Iso(seen));
            Assert.Equal(("complete", "[]"), ((string)seen["rollback"]!["status"]!, seen["rollback"]!["legs_outstanding"]!.ToJsonString()));
            Assert.Equal("expired", (string?)seen["escrow"]!["status"]);
            Assert.Equal(["rolled_back", "rolled_back"], Statuses(seen));
            Assert.Equal((scene.TxText("refund0"), 35, 11), ((string)seen["legs"]![0]!["refund"]!["hash"]!, (int)seen["legs"]![0]!["refund"]!["block_number"]!, (int)seen["legs"]![0]!["refund"]!["confirmations"]!));
            Assert.Equal(scene.TxText("deposit0"), (string?)seen["legs"]![0]!["deposit"]!["hash"]);
            // Never funded: it ends like the other, and nothing came back.
            Assert.Null(seen["legs"]![1]!["refund"]);
            Assert.Null(seen["legs"]![1]!["deposit"]);
            Assert.Equal("timeout", (string?)seen["failure"]!["code"]);
            Assert.Null(seen["finality"]);
            Assert.True((bool)seen["is_terminal"]!);
        }
        await scene.EscrowAsync(3, cancelled: 33);
        JsonNode escrow = (await scene.AsOwner())["escrow"]!;
        Assert.Equal(("cancelled", scene.TxText("cancel"), 33), ((string)escrow["status"]!, (string)escrow["cancel_tx"]!["hash"]!, (int)escrow["cancel_tx"]!["block_number"]!));
    }

    [Fact]
    public async Task An_escrow_that_never_came_to_the_chain_has_no_status_at_the_end()
    {
        SettlementScene scene = await SceneAsync();
        await scene.FreezeAsync();
        await scene.SetAsync("state = 'ROLLED_BACK', is_terminal = true, outcome = 'failed', closed_at = now(), failure = '{\"code\":\"timeout\",\"message\":\"x\"}'");
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Null(seen["escrow"]!["status"]);
            Assert.Null(seen["escrow"]!["register_tx"]);
            Assert.Equal(["rolled_back", "rolled_back"], Statuses(seen));
        }
    }

    [Fact]
    public async Task A_rejection_ends_as_one()
    {
        SettlementScene scene = await SceneAsync(confirmed: false);
        await scene.SetAsync("""
            state = 'ROLLED_BACK', is_terminal = true, outcome = 'failed', closed_at = now(),
              failure = '{"code":"rejected","message":"Entity not eligible","by_platform":"platform-b","role":"buyer","at":"2026-11-21T00:00:29Z"}'
            """);
        foreach (JsonObject seen in await BothAsync(scene))
        {
            Assert.Equal(("REJT", null), Iso(seen));
            Assert.Equal("{\"code\":\"rejected\",\"message\":\"Entity not eligible\",\"by_platform\":\"platform-b\",\"role\":\"buyer\",\"at\":\"2026-11-21T00:00:29Z\"}", seen["failure"]!.ToJsonString());
            Assert.Null(seen["rollback"]);
            Assert.Null(seen["escrow"]);
            Assert.Null(seen["confirmation"]);
        }
    }
}
