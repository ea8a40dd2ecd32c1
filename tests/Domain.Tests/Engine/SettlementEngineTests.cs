using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Testing;

namespace Keystone.Domain.Tests.Engine;

public sealed class SettlementEngineTests
{
    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly ulong Deadline = Terms.Header.Deadline.Seconds;
    static readonly DateTimeOffset TimeoutAt = DateTimeOffset.FromUnixTimeSeconds((long)Deadline);
    static readonly DateTimeOffset Now = TimeoutAt.AddHours(-1);
    static readonly Party Buyer = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "buyer", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly Party Seller = Buyer with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "seller" };
    static readonly ImmutableArray<ScreeningResult> Cleared = Screened(ScreeningStatus.Pass);
    static readonly LegSnapshot In = Escrows.Leg(LegStatus.Deposited, 12), Out = Escrows.Leg(LegStatus.Pending, null);

    [Fact]
    public void Row_2_a_single_platform_settlement_goes_to_screening_at_once_and_asks_both_layers_of_all_parties()
    {
        Decision decision = Decide(At("INSTRUCTED"), screenings: []);
        Assert.Equal(["COMPLIANCE_CHECKING"], Path(decision));
        Assert.Equal(4, decision.Commands.OfType<Command.Screen>().Count());
        Assert.Equal(TimeoutAt, decision.Wake.At);
    }

    [Fact]
    public void Row_3_a_cross_platform_settlement_waits_for_the_counterparty_and_notifies_it()
    {
        Decision decision = Decide(At("INSTRUCTED", Pending()), BuiltInTemplates.CrossPlatform);
        Assert.Equal(["AWAITING_CONFIRMATION"], Path(decision));
        Assert.Contains(new Command.Notify("settlement.confirmation_required"), decision.Commands);
        Assert.Equal(TimeoutAt, decision.Wake.At);
    }

    [Fact]
    public void A_cross_template_without_pending_parties_passes_the_pause_over() =>
        Assert.Equal("COMPLIANCE_CHECKING", Decide(At("INSTRUCTED"), BuiltInTemplates.CrossPlatform, screenings: []).State);

    [Fact]
    public void Row_4_all_confirmed() =>
        Assert.Equal("COMPLIANCE_CHECKING", Decide(At("AWAITING_CONFIRMATION"), BuiltInTemplates.CrossPlatform, screenings: []).State);

    [Theory]
    [InlineData("rejected", FailureCode.Rejected)]
    [InlineData("timeout", FailureCode.Timeout)]
    [InlineData("admin", FailureCode.Operator)]
    public void Row_5_ends_while_waiting_for_confirmation(string how, FailureCode expected)
    {
        SettlementSnapshot settlement = At("AWAITING_CONFIRMATION", Pending() with { Status = how == "rejected" ? PartyStatus.Rejected : PartyStatus.PendingConfirmation });
        Decision decision = Decide(settlement, BuiltInTemplates.CrossPlatform, now: how == "timeout" ? TimeoutAt : Now, force: how == "admin");
        Assert.Equal("ROLLED_BACK", decision.State);
        Assert.Equal(expected, decision.Failure);
        Assert.True(decision.Close);
        Assert.Empty(decision.Commands.OfType<Command.Want>());
    }

    [Fact]
    public void Row_5_an_answer_that_was_stored_in_time_counts_however_late_the_run_is()
    {
        DateTimeOffset late = Now.AddMinutes(30);
        SettlementSnapshot confirmed = At("AWAITING_CONFIRMATION") with { ConfirmBy = Now };
        Assert.Equal("COMPLIANCE_CHECKING", Decide(confirmed, BuiltInTemplates.CrossPlatform, screenings: [], now: late).State);
        Assert.Equal(FailureCode.Timeout, Decide(confirmed, BuiltInTemplates.CrossPlatform, screenings: [], now: TimeoutAt).Failure);
        SettlementSnapshot rejected = At("AWAITING_CONFIRMATION", Pending() with { Status = PartyStatus.Rejected }) with { ConfirmBy = Now };
        Assert.Equal(FailureCode.Rejected, Decide(rejected, BuiltInTemplates.CrossPlatform, now: TimeoutAt).Failure);
        SettlementSnapshot silent = At("AWAITING_CONFIRMATION", Pending()) with { ConfirmBy = Now };
        Assert.Equal(FailureCode.Timeout, Decide(silent, BuiltInTemplates.CrossPlatform, now: Now).Failure);
    }

    [Theory]
    [InlineData(ScreeningStatus.Pending)]
    [InlineData(ScreeningStatus.Error)]
    [InlineData(ScreeningStatus.Flagged)]
    public void Row_6_screening_that_is_not_clear_waits(ScreeningStatus status)
    {
        Decision decision = Decide(At("COMPLIANCE_CHECKING"), screenings: Cleared.SetItem(2, Cleared[2] with { Status = status }));
        Assert.Empty(decision.Transitions);
        Assert.Equal(status == ScreeningStatus.Flagged, decision.Commands.Contains(new Command.Notify("settlement.compliance.flagged")));
    }

    [Fact]
    public void Rows_7_and_9_cleared_publishes_nothing_before_the_terms_are_frozen()
    {
        Decision decision = Decide(At("COMPLIANCE_CHECKING"), screenings: Cleared);
        Assert.Equal(["COMPLIANCE_CLEARED", "REGISTERING_ESCROW"], Path(decision));
        Assert.Equal(new Command.FreezeTerms(), Assert.Single(decision.Commands));
    }

    [Fact]
    public void Row_7_a_person_can_approve_what_was_flagged_but_not_what_failed()
    {
        Assert.Equal("REGISTERING_ESCROW", Decide(At("COMPLIANCE_CHECKING"), screenings: Screened(ScreeningStatus.Flagged), approve: true).State);
        Assert.Equal(FailureCode.Compliance, Decide(At("COMPLIANCE_CHECKING"), screenings: Screened(ScreeningStatus.Flagged), approve: false).Failure);
        Assert.Equal(FailureCode.Compliance, Decide(At("COMPLIANCE_CHECKING"), screenings: Screened(ScreeningStatus.Fail), approve: true).Failure);
    }

    [Theory]
    [InlineData("fail", FailureCode.Compliance, Trigger.Compliance)]
    [InlineData("decision", FailureCode.Compliance, Trigger.Compliance)]
    [InlineData("timeout", FailureCode.Timeout, Trigger.Timer)]
    [InlineData("admin", FailureCode.Operator, Trigger.Admin)]
    public void Row_8_ends_at_once_while_the_parties_are_checked(string how, FailureCode expected, Trigger trigger)
    {
        ScreeningStatus answer = how switch { "fail" => ScreeningStatus.Fail, "decision" => ScreeningStatus.Flagged, _ => ScreeningStatus.Pending };
        Decision decision = Decide(At("COMPLIANCE_CHECKING"), screenings: Screened(answer), now: how == "timeout" ? TimeoutAt : Now,
            approve: how == "decision" ? false : null, force: how == "admin");
        Assert.Equal(("ROLLED_BACK", expected, true), (decision.State, decision.Failure, decision.Close));
        Assert.Equal(trigger, Assert.Single(decision.Transitions).Trigger);
        Assert.Empty(decision.Commands);
    }

    [Fact]
    public void Row_9_too_late_to_publish() =>
        Assert.Equal(FailureCode.Timeout, Decide(At("COMPLIANCE_CLEARED"), now: TimeoutAt.AddSeconds(-10)).Failure);

    // As long as the mirror has nothing to say, the terms cannot be frozen.
    [Fact]
    public void Row_9_what_waits_for_its_terms_ends_by_order_and_by_time()
    {
        SettlementSnapshot settlement = At("REGISTERING_ESCROW");
        Assert.Contains(new Command.FreezeTerms(), Decide(settlement).Commands);
        Decision late = Decide(settlement, now: TimeoutAt.AddSeconds(-10));
        Assert.Equal(("ROLLED_BACK", FailureCode.Timeout, true), (late.State, late.Failure, late.Close));
        Assert.DoesNotContain(new Command.FreezeTerms(), late.Commands);
        Assert.Equal(FailureCode.Operator, Decide(settlement, force: true).Failure);
    }

    [Fact]
    public void Row_10_registers_until_the_escrow_is_open_whoever_opened_it()
    {
        SettlementSnapshot settlement = At("REGISTERING_ESCROW") with { Terms = Terms };
        Decision decision = Decide(settlement);
        Assert.Contains(new Command.Want(EscrowAction.Register, -1, Deadline), decision.Commands);
        Assert.Equal(Deadline + 1, decision.Wake.ChainTime);
        Assert.Equal("AWAITING_DEPOSITS", Decide(settlement, escrow: Open(Out, Out)).State);
    }

    [Fact]
    public void Rows_11_and_13_the_swap_is_wanted_when_all_legs_are_in_and_settled_at_depth()
    {
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms };
        Assert.Empty(Decide(settlement, escrow: Open(In, Out)).Transitions);
        Decision funded = Decide(settlement, escrow: Open(In, In));
        Assert.Equal(["EXECUTING_SWAP"], Path(funded));
        Assert.Contains(new Command.Want(EscrowAction.ExecuteSwap, -1, Deadline), funded.Commands);

        Decision shallow = Decide(settlement, escrow: Executed(block: 99));
        Assert.Equal("EXECUTING_SWAP", shallow.State);
        Assert.Equal(101, shallow.Wake.Block);
        Decision deep = Decide(settlement, escrow: Executed(block: 98));
        Assert.Equal(["EXECUTING_SWAP", "SETTLED"], Path(deep));
        Assert.Equal(98, deep.Wake.Finalized);
    }

    [Fact]
    public void Row_12_a_withdrawn_leg_is_waited_for_again_and_no_move()
    {
        Decision decision = Decide(At("AWAITING_DEPOSITS") with { Terms = Terms }, escrow: Open(Escrows.Leg(LegStatus.Withdrawn, 99), In));
        Assert.Empty(decision.Transitions);
        Assert.Empty(decision.Commands);
        Assert.Equal(Deadline + 1, decision.Wake.ChainTime);
    }

    [Fact]
    public void Row_14_finalized_with_the_executing_block()
    {
        Decision decision = Decide(At("SETTLED") with { Terms = Terms }, escrow: Executed(block: 90));
        Assert.Equal(["FINALIZED"], Path(decision));
        Assert.True(decision.Close);
    }

    [Fact]
    public void A_chain_ahead_of_the_engine_is_walked_state_by_state() =>
        Assert.Equal(["AWAITING_DEPOSITS", "EXECUTING_SWAP", "SETTLED", "FINALIZED"],
            Path(Decide(At("REGISTERING_ESCROW") with { Terms = Terms }, escrow: Executed(block: 90))));

    [Fact]
    public void Row_15_a_timeout_refunds_every_held_leg_and_ends_only_when_all_of_it_is_final()
    {
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms };
        Decision started = Decide(settlement, escrow: Open(In, Out), headTime: Deadline + 1);
        Assert.Equal(FailureCode.Timeout, started.Rollback!.Reason);
        Assert.Equal([new Command.Want(EscrowAction.Refund, 0, null)], started.Commands.OfType<Command.Want>());
        Assert.Empty(started.Transitions);

        settlement = settlement with { Rollback = started.Rollback };
        EscrowSnapshot refunded = Open(Escrows.Leg(LegStatus.Refunded, 99), Out);
        Assert.False(Decide(settlement, escrow: refunded, headTime: Deadline + 3, finalizedTime: Deadline).Close);
        Assert.False(Decide(settlement, escrow: refunded, headTime: Deadline + 3, finalizedTime: Deadline + 1, finalized: 98).Close);
        Decision ended = Decide(settlement, escrow: refunded, headTime: Deadline + 3, finalizedTime: Deadline + 1, finalized: 99);
        Assert.Equal(["ROLLED_BACK"], Path(ended));
        Assert.True(ended.Close);
        Assert.Equal(FailureCode.Timeout, ended.Failure);
    }

    [Fact]
    public void Row_15_the_deadline_has_an_end_of_its_own_where_the_template_names_one()
    {
        Template template = BuiltInTemplates.Single with
        {
            TimeoutState = "TIMED_OUT",
            Transitions = BuiltInTemplates.Single.Transitions.ToImmutableDictionary(one => one.Key, one => one.Key == "SETTLED" ? one.Value : one.Value.Add("TIMED_OUT")),
        };
        Assert.Empty(TemplateValidator.Faults(template));
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms };
        Assert.Equal(["TIMED_OUT"], Path(Decide(settlement, template, escrow: Open(Out, Out), headTime: Deadline + 3, finalizedTime: Deadline + 1)));
        EscrowSnapshot cancelled = Escrows.At(EscrowState.Cancelled, null, 90, [Out, Out]);
        Assert.Equal(["ROLLED_BACK"], Path(Decide(settlement with { Rollback = new RollbackInProgress(FailureCode.Operator, Now) }, template, escrow: cancelled)));
    }

    [Fact]
    public void A_refund_that_is_refused_is_reported_and_alarmed_once_and_holds_up_no_other()
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Rollback = new RollbackInProgress(FailureCode.Timeout, Now) };
        Decision Ask(EscrowSnapshot escrow, params int[] refused) => SettlementEngine.Decide(settlement, BuiltInTemplates.Single, new Facts(
            Now, Escrows.Facts(100, Deadline + 9, 99, Deadline + 5, 2, false, escrow), [], RefusedRefunds: [.. refused]));
        Decision blocked = Ask(Open(In, In), 0);
        Assert.Equal([new Command.Want(EscrowAction.Refund, 0, null), new Command.Want(EscrowAction.Refund, 1, null)], blocked.Commands.OfType<Command.Want>());
        Assert.Contains(new Command.Alarm("rollback_blocked"), blocked.Commands);
        Assert.Contains(new Command.Notify("settlement.rollback.blocked"), blocked.Commands);
        Assert.True(blocked.Rollback!.Blocked);

        settlement = settlement with { Rollback = blocked.Rollback };
        Decision again = Ask(Open(In, Escrows.Leg(LegStatus.Refunded, 98)), 0);
        Assert.Equal(new Command.Want(EscrowAction.Refund, 0, null), Assert.Single(again.Commands));
        Assert.False(again.Close);
        Assert.True(Ask(Open(Escrows.Leg(LegStatus.Refunded, 99), Escrows.Leg(LegStatus.Refunded, 98))).Close);
    }

    [Fact]
    public void An_administrator_cancels_on_the_chain_first_and_refunds_afterwards()
    {
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms };
        Decision decision = Decide(settlement, escrow: Open(In, Out), force: true);
        Assert.Equal([new Command.Want(EscrowAction.Cancel, -1, Deadline)], decision.Commands.OfType<Command.Want>());
        settlement = settlement with { Rollback = decision.Rollback };
        EscrowSnapshot cancelled = Open(In, Out) with { State = EscrowState.Cancelled, Cancelled = Escrows.In(95) };
        Assert.Equal([new Command.Want(EscrowAction.Refund, 0, null)], Decide(settlement, escrow: cancelled).Commands.OfType<Command.Want>());
    }

    [Fact]
    public void A_registration_that_the_chain_refuses_is_cancelled_there_and_ends_as_failed()
    {
        SettlementSnapshot settlement = At("REGISTERING_ESCROW") with { Terms = Terms };
        Assert.Equal(Now + SettlementEngine.RegistrationRecheck, Decide(settlement).Wake.At);
        Decision decision = Decide(settlement, refused: true);
        Assert.Equal(("REGISTERING_ESCROW", FailureCode.RegistrationFailed), (decision.State, decision.Rollback?.Reason));
        Assert.Equal([new Command.Want(EscrowAction.Cancel, -1, Deadline)], decision.Commands.OfType<Command.Want>());
        settlement = settlement with { Rollback = decision.Rollback };
        EscrowSnapshot cancelled = Escrows.At(EscrowState.Cancelled, null, 95, []);
        Decision ended = Decide(settlement, escrow: cancelled, refused: true);
        Assert.Equal(("ROLLED_BACK", FailureCode.RegistrationFailed, true), (ended.State, ended.Failure, ended.Close));
        // Opened by a deposit in between: that is a registration.
        Assert.Null(Decide(At("REGISTERING_ESCROW") with { Terms = Terms }, escrow: Open(Out, Out), refused: true).Rollback);
    }

    [Fact]
    public void Row_16_a_swap_that_was_mined_after_all_abandons_the_rollback()
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Rollback = new RollbackInProgress(FailureCode.Operator, Now) };
        Decision decision = Decide(settlement, escrow: Executed(block: 90));
        Assert.Null(decision.Rollback);
        Assert.Contains(new Command.Notify("settlement.rollback.abandoned"), decision.Commands);
        Assert.Equal("FINALIZED", decision.State);
    }

    [Fact]
    public void Row_20_a_refund_or_a_cancellation_that_a_reorg_took_back_is_wanted_again()
    {
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms, Rollback = new RollbackInProgress(FailureCode.Operator, Now) };
        LegSnapshot back = Escrows.Leg(LegStatus.Refunded, 99);
        EscrowAction[] Wanted(EscrowSnapshot escrow, ulong? headTime = null) =>
            [.. Decide(settlement, escrow: escrow, headTime: headTime).Commands.OfType<Command.Want>().Select(want => want.Action)];
        Assert.Empty(Wanted(Escrows.At(EscrowState.Cancelled, null, 98, [back, back])));
        Assert.Equal([EscrowAction.Refund], Wanted(Escrows.At(EscrowState.Cancelled, null, 98, [back, In])));
        Assert.Equal([EscrowAction.Cancel], Wanted(Open(In, In)));
        Assert.Equal([EscrowAction.Refund, EscrowAction.Refund], Wanted(Open(In, In), Deadline + 1));
        Assert.Equal("AWAITING_DEPOSITS", Decide(settlement, escrow: Open(In, In)).State);
    }

    [Theory]
    [InlineData("SETTLED", 2, "EXECUTING_SWAP")] // 17
    [InlineData("SETTLED", 1, "AWAITING_DEPOSITS")] // 18
    [InlineData("EXECUTING_SWAP", 1, "AWAITING_DEPOSITS")] // 18
    [InlineData("AWAITING_DEPOSITS", -1, "REGISTERING_ESCROW")] // 19
    [InlineData("EXECUTING_SWAP", -1, "REGISTERING_ESCROW")] // 19
    [InlineData("SETTLED", -1, "REGISTERING_ESCROW")] // 19
    public void Rows_17_to_19_a_reorg_takes_the_state_back(string state, int legsIn, string expected)
    {
        EscrowSnapshot? escrow = legsIn < 0 ? null : Open(In, legsIn == 2 ? In : Out);
        Decision decision = Decide(At(state) with { Terms = Terms }, escrow: escrow);
        Assert.Equal(expected, decision.State);
        Assert.Equal(Trigger.Reorg, decision.Transitions[0].Trigger);
    }

    [Fact]
    public void Row_21_a_halted_chain_moves_nothing_and_the_end_of_the_halt_wakes()
    {
        Decision decision = Decide(At("SETTLED") with { Terms = Terms }, escrow: null, halted: true);
        Assert.Empty(decision.Transitions);
        Assert.Empty(decision.Commands);
        Assert.Equal(0, decision.Wake.Block);
    }

    [Fact]
    public void Row_22_a_swap_that_a_reorg_took_back_after_the_deadline_is_rolled_back()
    {
        Decision decision = Decide(At("SETTLED") with { Terms = Terms }, escrow: Open(In, In), headTime: Deadline + 5);
        Assert.Equal("EXECUTING_SWAP", decision.State);
        Assert.Equal(FailureCode.Timeout, decision.Rollback!.Reason);
        Assert.Equal(2, decision.Commands.OfType<Command.Want>().Count(want => want.Action == EscrowAction.Refund));
    }

    [Fact]
    public void No_history_that_a_chain_can_have_is_a_dead_end()
    {
        for (int seed = 0; seed < 3_000; seed++)
        {
            Random random = new(seed);
            SettlementSnapshot settlement = At("REGISTERING_ESCROW") with { Terms = Terms };
            EscrowSnapshot? escrow = null;
            ulong time = Deadline - 40;
            long height = 100, finalized = 98;
            for (int step = 0; step < 80 && !settlement.Closed; step++)
            {
                escrow = step > 60 ? Obey(settlement, escrow, height, time) : Next(random, escrow, height, time);
                Decision decision = Decide(settlement, escrow: escrow, head: height, headTime: time, finalized: finalized, finalizedTime: time - 2);
                foreach (Transition transition in decision.Transitions)
                    Assert.NotEqual(transition.From, transition.To);
                settlement = settlement with { State = decision.State, Rollback = decision.Rollback, Closed = decision.Close };
                height++;
                finalized = height - 2;
                time++;
            }
            Assert.True(settlement.Closed, $"seed {seed}: {settlement.State}");
            Assert.Equal(escrow?.State == EscrowState.Executed ? "FINALIZED" : "ROLLED_BACK", settlement.State);
        }
    }

    // What parties, strangers and small reorgs may do in one block.
    static EscrowSnapshot? Next(Random random, EscrowSnapshot? escrow, long height, ulong time)
    {
        int draw = random.Next(10);
        if (escrow is null || escrow.State == EscrowState.None)
            return draw < 2 && time <= Deadline ? Open(Out, Out) : null;
        if (escrow.State == EscrowState.Executed)
            return height - escrow.Executed?.Block < 2 && draw == 0 ? Open(In, In) : escrow;
        int leg = random.Next(2);
        bool isIn = escrow.Legs[leg].Status == LegStatus.Deposited;
        if (time > Deadline || escrow.State == EscrowState.Cancelled)
            return draw < 3 && isIn ? WithLeg(escrow, leg, Escrows.Leg(LegStatus.Refunded, height)) : escrow;
        return draw switch
        {
            0 => escrow with { State = EscrowState.Cancelled, Cancelled = Escrows.In(height) },
            1 or 2 or 3 => isIn ? escrow : WithLeg(escrow, leg, Escrows.Leg(LegStatus.Deposited, height)),
            4 => isIn && escrow.Legs.Any(one => one.Status != LegStatus.Deposited) ? WithLeg(escrow, leg, Escrows.Leg(LegStatus.Withdrawn, height)) : escrow,
            5 => escrow.Legs.All(one => one.Status == LegStatus.Deposited) ? Executed(height) : escrow,
            _ => escrow,
        };
    }

    // From some point on nobody but the keeper acts, and it does what the engine wants.
    static EscrowSnapshot? Obey(SettlementSnapshot settlement, EscrowSnapshot? escrow, long height, ulong time)
    {
        Decision decision = Decide(settlement, escrow: escrow, head: height, headTime: time, finalized: height - 2, finalizedTime: time - 2);
        foreach (Command.Want want in decision.Commands.OfType<Command.Want>())
        {
            if (want.Action == EscrowAction.Refund && (time > Deadline || escrow!.State == EscrowState.Cancelled))
                escrow = WithLeg(escrow!, want.Leg, Escrows.Leg(LegStatus.Refunded, height));
        }
        return escrow;
    }

    static readonly Template Gated = GatedTemplate.With(Terms.Contract, "COMPLIANCE_CLEARED", "EXECUTING_SWAP");

    [Fact]
    public void A_recheck_asks_anew_on_entering_a_state_and_the_swap_waits_for_it()
    {
        SettlementSnapshot settlement = At("AWAITING_DEPOSITS") with { Terms = Terms, Visited = 5 };
        Decision entered = Decide(settlement, Gated, Cleared, Open(In, In));
        Assert.Equal(["EXECUTING_SWAP"], Path(entered));
        Assert.Equal([6, 6, 6, 6], entered.Commands.OfType<Command.Screen>().Select(screen => screen.Round));
        Assert.Empty(entered.Commands.OfType<Command.Want>());
        Assert.Equal(CheckStatus.Running, entered.Check);
        Assert.Equal(Deadline + 1, entered.Wake.ChainTime);

        settlement = settlement with { State = "EXECUTING_SWAP", Visited = 6 };
        // Answers of an earlier round, or some of them, are not enough.
        Assert.Empty(Decide(settlement, Gated, Cleared, Open(In, In), round: 5).Commands.OfType<Command.Want>());
        Assert.Equal(CheckStatus.Running, Decide(settlement, Gated, Cleared[1..], Open(In, In), round: 6).Check);
        Decision cleared = Decide(settlement, Gated, Cleared, Open(In, In), round: 6);
        Assert.Equal([EscrowAction.ExecuteSwap], cleared.Commands.OfType<Command.Want>().Select(want => want.Action));
        Assert.Equal(CheckStatus.Cleared, cleared.Check);
    }

    [Theory]
    [InlineData(ScreeningStatus.Fail, null)]
    [InlineData(ScreeningStatus.Flagged, false)]
    public void A_failed_recheck_of_published_terms_is_a_rollback_that_cancels_first(ScreeningStatus answer, bool? decided)
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Visited = 6 };
        Decision decision = Decide(settlement, Gated, Screened(answer), Open(In, In), approve: decided, round: 6);
        Assert.Equal(FailureCode.Compliance, decision.Rollback?.Reason);
        Assert.Equal(CheckStatus.Failed, decision.Check);
        Assert.Equal([EscrowAction.Cancel], decision.Commands.OfType<Command.Want>().Select(want => want.Action));
        Assert.False(decision.Close);

        settlement = settlement with { Rollback = decision.Rollback };
        EscrowSnapshot returned = Escrows.At(EscrowState.Cancelled, null, 90, [Escrows.Leg(LegStatus.Refunded, 91), Escrows.Leg(LegStatus.Refunded, 92)]);
        Decision ended = Decide(settlement, Gated, Screened(answer), returned, approve: decided, round: 6);
        Assert.Equal((FailureCode.Compliance, "ROLLED_BACK", true), (ended.Failure, ended.State, ended.Close));
        Assert.Equal(Trigger.Compliance, ended.Transitions[^1].Trigger);
    }

    [Fact]
    public void A_flag_in_a_recheck_waits_for_the_decision_on_this_round()
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Visited = 6 };
        Decision flagged = Decide(settlement, Gated, Screened(ScreeningStatus.Flagged), Open(In, In), round: 6);
        Assert.Contains(new Command.Notify("settlement.compliance.flagged"), flagged.Commands);
        Assert.Equal(CheckStatus.Review, flagged.Check);
        Assert.Empty(flagged.Commands.OfType<Command.Want>());
        Assert.Equal([EscrowAction.ExecuteSwap], Decide(settlement, Gated, Screened(ScreeningStatus.Flagged), Open(In, In), approve: true, round: 6)
            .Commands.OfType<Command.Want>().Select(want => want.Action));
        // The deadline does not wait for anybody.
        Assert.Equal(FailureCode.Timeout, Decide(settlement, Gated, Screened(ScreeningStatus.Flagged), Open(In, In), headTime: Deadline + 1, round: 6).Rollback?.Reason);
    }

    [Fact]
    public void A_recheck_before_publication_ends_at_once_and_a_swap_by_another_account_counts()
    {
        SettlementSnapshot settlement = At("COMPLIANCE_CLEARED") with { Visited = 3 };
        Assert.Equal([3, 3, 3, 3], Decide(settlement, Gated).Commands.OfType<Command.Screen>().Select(screen => screen.Round));
        Decision failed = Decide(settlement, Gated, Screened(ScreeningStatus.Fail), round: 3);
        Assert.Equal((FailureCode.Compliance, "ROLLED_BACK", true), (failed.Failure, failed.State, failed.Close));
        Assert.Equal("REGISTERING_ESCROW", Decide(settlement, Gated, Cleared, round: 3).State);

        SettlementSnapshot executing = At("EXECUTING_SWAP") with { Terms = Terms, Visited = 6 };
        Assert.Equal("SETTLED", Decide(executing, Gated, Screened(ScreeningStatus.Fail), Executed(98), round: 6).State);
    }

    [Theory]
    [InlineData("AWAITING_DEPOSITS", ScreeningStatus.Error)]
    [InlineData("AWAITING_DEPOSITS", ScreeningStatus.Flagged)]
    [InlineData("AWAITING_DEPOSITS", ScreeningStatus.Fail)]
    [InlineData("REGISTERING_ESCROW", ScreeningStatus.Error)]
    public void A_recheck_that_a_swap_went_past_is_made_up_for_when_a_reorg_takes_the_swap_back(string state, ScreeningStatus answer)
    {
        Template template = GatedTemplate.With(Terms.Contract, state);
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Visited = 6, LastRecheck = 5 };
        Assert.Empty(Decide(settlement, template, Screened(answer), Executed(99), round: 5).Transitions);
        Decision back = Decide(settlement, template, Screened(answer), Open(In, In), round: 5);
        Assert.Equal(new Transition("EXECUTING_SWAP", state, Trigger.Reorg), Assert.Single(back.Transitions));
        Assert.Equal([7, 7, 7, 7], back.Commands.OfType<Command.Screen>().Select(screen => screen.Round));
        Assert.Empty(back.Commands.OfType<Command.Want>());
        // Nobody was even asked when the swap was there at the first look.
        Assert.Equal([state], Path(Decide(settlement, template, Cleared, Open(In, In))));
        // From behind it, too; and what was clear is not asked for again.
        Assert.Equal(["EXECUTING_SWAP", state], Path(Decide(settlement with { State = "SETTLED", Visited = 7 }, template, Screened(answer), Open(In, In), round: 5)));
        Assert.Equal([EscrowAction.ExecuteSwap], Decide(settlement, template, Cleared, Open(In, In), round: 5).Commands.OfType<Command.Want>().Select(want => want.Action));
        Assert.Equal([EscrowAction.ExecuteSwap], Decide(settlement, template, Screened(ScreeningStatus.Flagged), Open(In, In), approve: true, round: 5)
            .Commands.OfType<Command.Want>().Select(want => want.Action));
    }

    [Fact]
    public void A_swap_behind_a_gate_waits_for_what_is_attested_and_a_swap_that_is_there_does_not()
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP") with { Terms = Terms, Visited = 6 };
        Decision waits = Decide(Open(In, In), isAwaited: true);
        Assert.Empty(waits.Commands);
        Assert.Equal(Now + SettlementEngine.RegistrationRecheck, waits.Wake.At);
        Assert.Equal(Deadline + 1, waits.Wake.ChainTime);
        Assert.Equal(CheckStatus.Cleared, waits.Check);
        Assert.Equal([EscrowAction.ExecuteSwap], Decide(Open(In, In), isAwaited: false).Commands.OfType<Command.Want>().Select(want => want.Action));
        Assert.Equal(["SETTLED"], Path(Decide(Executed(98), isAwaited: true)));

        Decision Decide(EscrowSnapshot escrow, bool isAwaited) => SettlementEngine.Decide(settlement, Gated,
            new Facts(Now, Escrows.Facts(100, Deadline - 600, 97, Deadline - 602, 2, false, escrow), Cleared, Round: 6) { AwaitsAttestation = isAwaited });
    }

    static EscrowSnapshot WithLeg(EscrowSnapshot escrow, int index, LegSnapshot leg) => escrow with { Legs = escrow.Legs.SetItem(index, leg) };

    static Party Pending() => Buyer with { Status = PartyStatus.PendingConfirmation };

    static ImmutableArray<ScreeningResult> Screened(ScreeningStatus status) =>
        [.. from party in new[] { Buyer, Seller } from layer in Enum.GetValues<ScreeningLayer>() select new ScreeningResult(party.Id, layer, status)];

    static EscrowSnapshot Open(params ReadOnlySpan<LegSnapshot> legs) => Escrows.At(EscrowState.Open, null, null, [.. legs]);

    static EscrowSnapshot Executed(long block) =>
        Escrows.At(EscrowState.Executed, block, null, [Escrows.Leg(LegStatus.Released, block), Escrows.Leg(LegStatus.Released, block)]);

    static SettlementSnapshot At(string state, Party? buyer = null) =>
        new(Guid.Empty, state, [buyer ?? Buyer, Seller], TimeoutAt, TimeoutAt, null, null, false);

    static IEnumerable<string> Path(Decision decision) => decision.Transitions.Select(transition => transition.To);

    static Decision Decide(
        SettlementSnapshot settlement, Template? template = null, ImmutableArray<ScreeningResult>? screenings = null, EscrowSnapshot? escrow = null,
        DateTimeOffset? now = null, ulong? headTime = null, ulong? finalizedTime = null, long head = 100, long finalized = 97, bool? approve = null,
        bool force = false, bool halted = false, bool refused = false, int round = SettlementEngine.FirstRound) => SettlementEngine.Decide(settlement, template ?? BuiltInTemplates.Single, new Facts(
            now ?? Now, Escrows.Facts(head, headTime ?? Deadline - 600, finalized, finalizedTime ?? (headTime ?? Deadline - 600) - 2, 2, halted, escrow),
            screenings ?? [], approve, force, RefusedRegistration: refused, Round: round));
}
