using System.Text.Json.Nodes;
using Keystone.Compliance;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Mirror;
using Keystone.Settlements.Advance;
using Keystone.Settlements.Operations;
using Keystone.Testing;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

/// <summary>Screenings of a settlement: flags, decisions, rounds that are asked again.</summary>
public sealed class EngineScreeningTests(TestDatabase database) : EngineScene(database)
{
    [Fact]
    public async Task A_sanctioned_party_ends_it_and_a_provider_that_is_down_clears_nobody()
    {
        Screens.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        Guid id = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("COMPLIANCE_CHECKING", await Book.StateAsync(id));

        Screens.Answer = subject => new ScreeningVerdict(
            subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Fail : ScreeningStatus.Pass, "list");
        Time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Null(await Book.TermsAsync(id));
        JsonObject failure = (JsonObject)JsonNode.Parse((string)(await Book.ScalarAsync("select failure from settlement.settlement where id = $1", id))!)!;
        Assert.Equal("compliance", (string?)failure["code"]);
        Assert.Equal("Not completed.", (string?)failure["message"]);
    }

    [Fact]
    public async Task A_flag_waits_for_a_decision_and_is_reported_to_its_owner_once()
    {
        Screens.Answer = subject => new ScreeningVerdict(
            subject.Layer == ScreeningLayer.Entity && subject.Name == "Flagged Ltd" ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Guid id = await CrossAsync("Flagged Ltd");
        await SettleDownAsync();
        await Book.ConfirmAsync(id, "buyer", Buyer, Time.Now);
        Func<ScreeningSubject, ScreeningVerdict> judge = Screens.Answer;
        Screens.Answer = subject =>
        {
            Time.Now += TimeSpan.FromSeconds(5);
            return judge(subject);
        };
        await SettleDownAsync(id);
        await SettleDownAsync(id);
        Assert.Equal("COMPLIANCE_CHECKING", await Book.StateAsync(id));
        Assert.Single(await Book.MessagesAsync(id, A), name => name == "settlement.compliance.flagged");
        Assert.DoesNotContain("settlement.compliance.flagged", await Book.MessagesAsync(id, B));
        Assert.Equal("review", await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        // When it was flagged is not to be read from the object, which both sides see.
        Assert.Equal(true, await Book.ScalarAsync(
            "select (select updated_at from settlement.audit_head where settlement_id = $1 and environment_id = $2) < (select updated_at from settlement.audit_head where settlement_id = $1 and environment_id = $3)",
            id, B, A));

        await DecideAsync(id, 1);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
    }

    [Fact]
    public async Task A_refusal_ends_a_settlement_only_after_a_random_time_where_the_environment_wants_one()
    {
        await Book.RunAsync("update identity.environment set compliance_min_hold = 3600 where id = $1", A);
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Fail : ScreeningStatus.Pass, "list");
        Guid id = await SingleAsync();
        await SettleDownAsync();
        // Nothing of the refusal is stored: it reads like a provider that has not answered.
        Assert.Equal("COMPLIANCE_CHECKING", await Book.StateAsync(id));
        Assert.Equal(0L, await Book.ScalarAsync("select count(*) from compliance.screening where settlement_id = $1 and status = 'fail'", id));
        Assert.Equal(1L, await Book.ScalarAsync($"select count(*) from compliance.screening where settlement_id = $1 and status = 'pending' and held_until = due_at and held_until > '{Time.Now:O}' and held_until <= '{Time.Now.AddHours(1):O}'", id));
        // A run before the time changes nothing, and does not choose another time.
        string until = (string)(await Book.ScalarAsync("select max(held_until)::text from compliance.screening where settlement_id = $1", id))!;
        await SettleDownAsync(id);
        Assert.Equal(until, await Book.ScalarAsync("select max(held_until)::text from compliance.screening where settlement_id = $1", id));
        Time.Now += TimeSpan.FromMinutes(59.9);
        await Book.RunAsync("update compliance.screening set held_until = $2, due_at = $2 where settlement_id = $1 and held_until is not null", id, Time.Now);
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        // Without the setting it ends at once.
        await Book.RunAsync("update identity.environment set compliance_min_hold = 0 where id = $1", A);
        Guid other = await SingleAsync();
        await SettleDownAsync();
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(other));
    }

    [Fact]
    public async Task A_recheck_is_a_round_of_its_own_in_which_no_earlier_decision_counts_and_the_transaction_manager_is_held_back()
    {
        Guid id = await SingleAsync();
        await Book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, Gated.Id);
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        await SettleDownAsync();
        await DecideAsync(id, 1);
        await SettleDownAsync(id);
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        Assert.Equal(Contract, terms.Header.Gate);
        Assert.Equal("cleared", await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));

        Screens.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal("checking", await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        Assert.Equal("1:4 6:4", await Book.ScalarAsync(
            "select string_agg(round || ':' || n, ' ' order by round) from (select round, count(*) as n from compliance.screening where settlement_id = $1 group by round) r", id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        Assert.True((await new TransactionSubjectStore(Database).OfAsync(Chain, [terms.Id], default))[terms.Id].Paused);

        // The buyer is flagged again; the decision of the first round was about another moment.
        Screens.Answer = subject => new ScreeningVerdict(subject.Layer == ScreeningLayer.Wallet && subject.Wallets.Contains(Buyer) ? ScreeningStatus.Flagged : ScreeningStatus.Pass, "list");
        Time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync(id);
        Assert.Equal("review", await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        Assert.Equal(2, (await Book.MessagesAsync(id, A)).Count(name => name == "settlement.compliance.flagged"));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));

        await DecideAsync(id, 6);
        await SettleDownAsync(id);
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
        Assert.False((await new TransactionSubjectStore(Database).OfAsync(Chain, [terms.Id], default))[terms.Id].Paused);

        // A reorg takes a deposit away and brings it back: what was asked before the second stay is old.
        await Mirror.EscrowAsync(terms, state: 1, block: 102, "deposited", "pending");
        await SettleDownAsync(id);
        await Mirror.EscrowAsync(terms, state: 1, block: 103, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal("review", await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id));
        // The intent of the stay before is there, and is not what it waits for.
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
        Assert.Equal("a decision on compliance", Assert.Single(
            await new WorkStore(Database).StuckAsync(DateTimeOffset.MaxValue, 1_000, default), row => row.Id == id).Waits);
        await HashesHoldAsync(id);
    }

    [Theory]
    [InlineData(ScreeningStatus.Error, "checking")]
    [InlineData(ScreeningStatus.Flagged, "review")]
    public async Task A_recheck_that_a_reorg_overtakes_holds_no_registration_back_and_is_not_asked_for_any_more(ScreeningStatus answer, string status)
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(answer);
        Assert.Equal(status, await ComplianceAsync(id));

        // The whole escrow is gone: it has to be registered again, and that is no moment at which parties are screened.
        await Book.RunAsync("delete from chain.escrow where chain_id = $1", Chain);
        await Mirror.HeadAsync(103, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("REGISTERING_ESCROW", await Book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
        TransactionSubject subject = (await new TransactionSubjectStore(Database).OfAsync(Chain, [terms.Id], default))[terms.Id];
        MirrorView view = (await new MirrorReader(Database).ReadAsync(Chain, [terms.Id], default))!;
        Assert.Equal(IntentVerdict.Wanted, EscrowVerdicts.Judge(subject, view.Of(terms), view.Head, EscrowIntents.Register, -1, 30));

        // Back again they are screened anew, and nobody answers for the stay before.
        await Mirror.EscrowAsync(terms, state: 1, block: 104, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(status, await ComplianceAsync(id));
        await AskedNoMoreAsync(id, "round < (select max(round) from compliance.screening where settlement_id = $1)");
    }

    [Fact]
    public async Task A_swap_past_a_recheck_ends_it_and_a_failed_one_holds_ours_back_until_then()
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(ScreeningStatus.Fail);
        Assert.Equal("compliance", await Book.ScalarAsync("select rollback_reason from settlement.settlement where id = $1", id));
        await Mirror.EscrowAsync(terms, state: 2, block: 103, "released", "released");
        await SettleDownAsync(id);
        // Until it is deep enough a reorg may take that swap back, and then ours must not take its place.
        Assert.Equal("failed", await ComplianceAsync(id));
        Assert.True((await new TransactionSubjectStore(Database).OfAsync(Chain, [terms.Id], default))[terms.Id].Paused);
        await Mirror.HeadAsync(105, finalized: 98);
        await SettleDownAsync(id);
        Assert.Equal("SETTLED", await Book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
    }

    [Fact]
    public async Task A_recheck_that_a_swap_went_past_is_made_up_for_when_a_reorg_takes_the_swap_back()
    {
        Guid id = await SingleAsync();
        await Book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, GatedEarly.Id);
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        // Deposited and executed by others between two looks.
        await Mirror.EscrowAsync(terms, state: 2, block: 101, "released", "released");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        await Mirror.EscrowAsync(terms, state: 1, block: 102, "deposited", "deposited");
        Screens.Answer = _ => new ScreeningVerdict(ScreeningStatus.Error, "down");
        await SettleDownAsync(id);
        Assert.Equal("AWAITING_DEPOSITS", await Book.StateAsync(id));
        Assert.Equal("checking", await ComplianceAsync(id));
        Assert.Equal(0L, await IntentsAsync(terms, "execute_swap"));
        Screens.Answer = _ => new ScreeningVerdict(ScreeningStatus.Pass, "list");
        Time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        Assert.Equal(1L, await IntentsAsync(terms, "execute_swap"));
    }

    [Fact]
    public async Task A_provider_that_is_down_until_the_deadline_leaves_no_check_open_and_is_not_asked_after_the_end()
    {
        (Guid id, EscrowTerms terms) = await RecheckedAsync(ScreeningStatus.Error);
        Assert.StartsWith("screening: ", Assert.Single(
            await new WorkStore(Database).StuckAsync(DateTimeOffset.MaxValue, 1_000, default), row => row.Id == id).Waits, StringComparison.Ordinal);
        long past = (long)terms.Header.Deadline.Seconds + 1;
        await Mirror.HeadAsync(200, finalized: 150, time: past, finalizedTime: past - 100);
        await SettleDownAsync(id);
        Assert.Equal(2L, await IntentsAsync(terms, "refund"));
        await Mirror.EscrowAsync(terms, state: 1, block: 201, "refunded", "refunded");
        await Mirror.HeadAsync(230, finalized: 202, time: past + 30, finalizedTime: past + 2);
        await SettleDownAsync(id);
        Assert.Equal("ROLLED_BACK", await Book.StateAsync(id));
        Assert.Equal("none", await ComplianceAsync(id));
        await AskedNoMoreAsync(id, "true");
    }

    /// <summary>A settlement of the gated template, screened again with all deposits in; what the provider said of the buyer.</summary>
    async Task<(Guid Id, EscrowTerms Terms)> RecheckedAsync(ScreeningStatus answer)
    {
        Guid id = await SingleAsync();
        await Book.RunAsync("update settlement.settlement set template_id = $2 where id = $1", id, Gated.Id);
        await SettleDownAsync();
        EscrowTerms terms = EscrowTerms.Decode((await Book.TermsAsync(id))!);
        Screens.Answer = subject => new ScreeningVerdict(subject.Wallets.Contains(Buyer) ? answer : ScreeningStatus.Pass, "list");
        await Mirror.EscrowAsync(terms, state: 1, block: 101, "deposited", "deposited");
        await SettleDownAsync(id);
        Assert.Equal("EXECUTING_SWAP", await Book.StateAsync(id));
        return (id, terms);
    }

    async Task<object?> ComplianceAsync(Guid id) => await Book.ScalarAsync("select compliance_status from settlement.settlement where id = $1", id);

    /// <summary>Whoever was asked before is asked once more at most.</summary>
    async Task AskedNoMoreAsync(Guid id, string which)
    {
        Time.Now += TimeSpan.FromSeconds(31);
        await SettleDownAsync();
        Assert.Equal(0L, await Book.ScalarAsync(
            $"select count(*) from compliance.screening where settlement_id = $1 and status in ('pending', 'error') and due_at < 'infinity' and {which}", id));
    }
}
