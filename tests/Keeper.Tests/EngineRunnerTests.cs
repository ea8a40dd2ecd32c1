using System.Text.Json;
using System.Text.Json.Nodes;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Postgres;
using Keystone.Testing;

namespace Keystone.Keeper.Tests;

/// <summary>The way of a settlement through its states.</summary>
public sealed class EngineRunnerTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_single_platform_settlement_walks_the_eight_states_of_the_guide()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        Assert.Equal(Contract, terms.Contract);
        Assert.Equal(Operator, terms.Header.Operator);
        Assert.Equal((ulong)Start.AddHours(1).ToUnixTimeSeconds(), terms.Header.Deadline.Seconds);
        Assert.Equal((Seller, Buyer, Seller), (terms.Legs[0].From, terms.Legs[0].To, terms.Legs[0].RefundTo));
        Assert.Equal(1L, await IntentsAsync(terms, "register"));

        await Mirror.EscrowAsync(terms, state: 1, block: 101, "pending", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        await Mirror.EscrowAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        await Mirror.EscrowAsync(terms, state: 1, block: 103, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));

        await Mirror.EscrowAsync(terms, state: 2, block: 104, "released", "released");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(106L, await Book.ScalarAsync("select wake_block from settlement.settlement where id = $1", id));
        await Mirror.HeadAsync(106, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await Book.StateAsync(id));
        await Mirror.HeadAsync(110, finalized: 104);
        await SettleDownAsync(id);
        Assert.Equal(
            ["INSTRUCTED", "COMPLIANCE_CHECKING", "COMPLIANCE_CLEARED", "REGISTERING_ESCROW", "AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            await Book.StatesAsync(id));
        Assert.Equal(
            [
                "settlement.state.compliance_checking", "settlement.state.compliance_cleared", "settlement.state.registering_escrow",
                "settlement.state.awaiting_deposits", "settlement.leg.deposited", "settlement.leg.deposited", "settlement.state.executing_swap",
                "settlement.state.settled", "settlement.state.finalized",
            ], await Book.MessagesAsync(id, A));
        Assert.Equal(true, await Book.ScalarAsync("select closed_at is not null and outcome = 'finalized' and due_at is null from settlement.settlement where id = $1", id));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_counterparty_is_asked_and_its_yes_goes_on()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        Assert.Equal("AWAITING_CONFIRMATION", await Book.StateAsync(id));
        Assert.Equal(["settlement.state.awaiting_confirmation", "settlement.confirmation_required"], await Book.MessagesAsync(id, B));
        Assert.Equal(["settlement.state.awaiting_confirmation"], await Book.MessagesAsync(id, A));
        Assert.Null(await Book.TermsAsync(id));

        await Book.ConfirmAsync(id, "buyer", Buyer, Time.Now);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
        Assert.Equal(Buyer, EscrowTerms.Decode((await Book.TermsAsync(id))!).Legs[1].From);
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task A_rejection_ends_it_with_nothing_on_the_chain()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        await Book.RejectAsync(id, "buyer", "Entity not eligible", Time.Now);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Null(await Book.TermsAsync(id));
        JsonObject failure = (JsonObject)JsonNode.Parse((string)(await Book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!;
        Assert.Equal("rejected", (string?)failure["code"]);
        Assert.Equal("Entity not eligible", (string?)failure["message"]);
        Assert.Equal("buyer", (string?)failure["role"]);
        Assert.Contains("settlement.state.rolled_back", await Book.MessagesAsync(id, A));
    }

    [Fact]
    public async Task Nobody_confirms_in_time()
    {
        Guid id = await CrossAsync();
        await SettleDownAsync();
        // Nobody looks at it before: settlements of other tests are about in the same database.
        Assert.Equal(Start.AddHours(1), new DateTimeOffset((DateTime)(await Book.ScalarAsync("select due_at from settlement.settlement where id = $1", id))!));
        Time.Now = Start.AddHours(1);
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
    }

    [Fact]
    public async Task A_registration_that_would_revert_again_and_again_is_cancelled_before_the_deadline()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        // Money or a node that is missing is no word of the chain.
        await Book.RunAsync("update transactions.intent set attempts = 9, last_reason = 'insufficient funds: ...' where chain_id = $1 and purpose = 'register'", Chain);
        Time.Now += SettlementEngine.RegistrationRecheck;
        await SettleDownAsync();
        Assert.Equal(0L, await IntentsAsync(terms, "cancel"));
        await Book.RunAsync("update transactions.intent set last_reason = 'would revert 0x12345678: InvalidLeg' where chain_id = $1 and purpose = 'register'", Chain);
        // Nobody wakes it: it looks by itself.
        Time.Now += SettlementEngine.RegistrationRecheck;
        await SettleDownAsync();
        Assert.Equal("registration_failed", await Book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        Assert.Equal(1L, await IntentsAsync(terms, "cancel"));

        await Mirror.EscrowAsync(terms, state: 3, block: 101, "pending", "pending");
        await Book.RunAsync("update chain.escrow set cancelled_block = 101, cancelled_tx = escrow_id where chain_id = $1", Chain);
        await Mirror.HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Equal("registration_failed", (string?)JsonNode.Parse((string)(await Book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!["code"]);
    }

    [Fact]
    public async Task A_reorg_takes_the_state_back_with_its_event_and_forward_again()
    {
        Guid id = await SingleAsync();
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        await Mirror.EscrowAsync(terms, state: 2, block: 101, "released", "released");
        await Mirror.HeadAsync(110, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await Book.StateAsync(id));

        await Mirror.EscrowAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        Assert.Equal("reorg", await Book.ScalarAsync(
            "select triggered_by from settlement.event where settlement_id = $1 and environment_id = '00000000-0000-0000-0000-000000000000' and type = 'state' order by sequence desc limit 1", id));
        string told = (string)(await Book.ScalarAsync(
            "select payload from webhooks.message where settlement_id = $1 and type = 'settlement.state.awaiting_deposits' order by sequence desc limit 1", id))!;
        Assert.Contains("\"retreat\":true,\"cause\":\"reorg\"", told, StringComparison.Ordinal);
        await Mirror.EscrowAsync(terms, state: 2, block: 103, "released", "released");
        await Mirror.HeadAsync(120, finalized: 110);
        await SettleDownAsync(id);
        Assert.Equal("FINALIZED", await Book.StateAsync(id));
        await HashesHoldAsync(id);
    }

    [Fact]
    public async Task Whoever_confirms_the_opening_of_a_repo_is_told_that_this_confirms_its_closing()
    {
        Guid id = await CrossAsync();
        await Book.RunAsync("""
            update settlement.settlement set settlement_category = 'repo_open', maturity_at = $2, repayment_amount = '50125.5', repayment_units = 50125500000, repo_rate = '4.25' where id = $1
            """, id, Start.AddDays(7));
        await SettleDownAsync();
        using JsonDocument told = JsonDocument.Parse((string)(await Book.ScalarAsync(
            "select payload from webhooks.message where settlement_id = $1 and environment_id = $2 and type = 'settlement.confirmation_required'", id, B))!);
        JsonElement repo = told.RootElement.GetProperty("data").GetProperty("repo");
        Assert.True(repo.GetProperty("close_is_confirmed").GetBoolean());
        Assert.Equal((Timestamps.Seconds(Start.AddDays(7)), "50125.5", "4.25"),
            (repo.GetProperty("maturity_at").GetString(), repo.GetProperty("repayment_amount").GetString(), repo.GetProperty("repo_rate").GetString()));
    }
}
