using System.Text.Json.Nodes;
using Keystone.Domain.Escrow;
using Keystone.Domain.Templates;
using Keystone.Identity;
using Keystone.Mirror;
using Keystone.Postgres;
using Keystone.Settlements.Actions;
using Keystone.Settlements.Confirm;
using Keystone.Settlements.Errors;
using Keystone.Settlements.FactLog;
using Keystone.Settlements.Operations;
using Keystone.Settlements.Read;
using Keystone.Settlements.Templates;
using Keystone.Testing;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

/// <summary>Steps that the platform that instructed does in systems of its own: it is asked once, and its report moves the settlement.</summary>
public sealed class EngineActionTests(TestDatabase database) : EngineScene(database)
{
    const string Locking = "LOCKING_ASSETS", Paying = "INITIATING_PAYMENT";

    async Task<Guid> InstructAsync(bool cross = false)
    {
        await Book.AddTemplateAsync(A, ExternalTemplate.Of(cross ? BuiltInTemplates.CrossPlatform : BuiltInTemplates.Single, Locking, Paying));
        return await Book.InstructAsync(Chain, A, ExternalTemplate.Slug,
            [new BookParty("seller", A, Seller), cross ? new BookParty("buyer", B, null) : new BookParty("buyer", A, Buyer)], Legs, Start.AddHours(1), Time.Now);
    }

    async Task<Result<Answered>> ReportAsync(Guid id, string state, string result)
    {
        MirrorReader mirror = new(Database);
        Caller caller = new("a-client", ["settlements:write"], Guid.NewGuid(), "a", "A", A, "sandbox", "sandbox", Chain, 600, 3_600, false);
        ReportAction report = new(new FactStore(Database, mirror, new TemplateStore(Database)), new SettlementReadStore(Database, mirror, new IntentStore(Time)), new WakeSignals(), Time);
        return await report.ExecuteAsync(caller, id, state, new ActionResultRequest { Result = result, Reference = "vault-tx-7781" }, null, default);
    }

    async Task<string?> FailureAsync(Guid id) =>
        (string?)JsonNode.Parse((string)(await Book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!["code"];

    [Fact]
    public async Task A_settlement_runs_through_two_steps_of_its_platform_s_own_to_the_end()
    {
        Guid id = await InstructAsync(cross: true);
        await SettleDownAsync();
        await Book.ConfirmAsync(id, "buyer", Buyer, Time.Now);
        await SettleDownAsync(id);
        Assert.Equal(Locking, await Book.StateAsync(id));
        Assert.Null(await Book.TermsAsync(id));
        // Run again, it does not ask again; and the other side is not asked at all.
        await SettleDownAsync(id);
        Assert.Single(await Book.MessagesAsync(id, A), name => name == "settlement.action_required");
        Assert.DoesNotContain("settlement.action_required", await Book.MessagesAsync(id, B));
        Assert.Contains("settlement.state.locking_assets", await Book.MessagesAsync(id, B));
        JsonNode asked = JsonNode.Parse((string)(await Book.ScalarAsync("select payload from webhooks.message where settlement_id = $1 and type = 'settlement.action_required'", id))!)!;
        Assert.Equal((id.ToString(), Locking, "2026-03-16T12:59:30Z"), ((string?)asked["data"]!["settlement_id"], (string?)asked["data"]!["state"], (string?)asked["data"]!["act_by"]));
        Assert.Equal("the result of the external action LOCKING_ASSETS", Assert.Single(await new WorkStore(Database).StuckAsync(DateTimeOffset.MaxValue, 1_000, default), row => row.Id == id).Waits);

        Assert.Equal(ErrorCodes.ActionNotRequired, (await ReportAsync(id, Paying, "completed")).Error!.Code);
        Assert.False((await ReportAsync(id, Locking, "completed")).Value!.Repeated);
        await SettleDownAsync();
        Assert.Equal(Paying, await Book.StateAsync(id));
        // What came in time before is a repeat, however far the settlement has gone on.
        Assert.True((await ReportAsync(id, Locking, "completed")).Value!.Repeated);
        Assert.Equal(ErrorCodes.ActionResolved, (await ReportAsync(id, Locking, "failed")).Error!.Code);
        Assert.Equal(2, (await Book.MessagesAsync(id, A)).Count(name => name == "settlement.action_required"));
        await ReportAsync(id, Paying, "completed");
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));

        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, state: 2, block: 104, "released", "released");
        await Mirror.HeadAsync(110, finalized: 106);
        await SettleDownAsync(id);
        Assert.Equal(
            ["INSTRUCTED", "AWAITING_CONFIRMATION", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", Locking, Paying, "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await Book.StatesAsync(id));
        Assert.Equal("action_required action_result action_required action_result", await Book.ScalarAsync(
            "select string_agg(type, ' ' order by sequence) from settlement.event where settlement_id = $1 and environment_id = $2 and type like 'action%'", id, A));
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from settlement.event where settlement_id = $1 and environment_id = $2 and type like 'action%'", id, B));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_step_that_failed_ends_it_and_no_trail_holds_its_reference()
    {
        Guid id = await InstructAsync();
        await SettleDownAsync();
        await ReportAsync(id, Locking, "failed");
        await SettleDownAsync();
        Assert.Equal(("ROLLED_BACK", "action_failed"), (await Book.StateAsync(id), await FailureAsync(id)));
        Assert.Null(await Book.TermsAsync(id));
        Assert.Equal("api", await Book.ScalarAsync("select triggered_by from settlement.event where settlement_id = $1 and environment_id = $2 and to_state = 'ROLLED_BACK'", id, A));
        Assert.DoesNotContain("vault-tx-7781", (string)(await Book.ScalarAsync("select string_agg(payload, ' ') from settlement.event where settlement_id = $1", id))!, StringComparison.Ordinal);
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_step_that_nobody_does_ends_it_thirty_seconds_before_the_deadline()
    {
        Guid id = await InstructAsync();
        await SettleDownAsync();
        Time.Now = Start.AddHours(1).AddSeconds(-31);
        await SettleDownAsync();
        Assert.Equal(Locking, await Book.StateAsync(id));
        Time.Now = Start.AddHours(1).AddSeconds(-30);
        Assert.Equal(ErrorCodes.SettlementEnded, (await ReportAsync(id, Locking, "completed")).Error!.Code);
        await SettleDownAsync();
        Assert.Equal(("ROLLED_BACK", "timeout"), (await Book.StateAsync(id), await FailureAsync(id)));
    }
}
