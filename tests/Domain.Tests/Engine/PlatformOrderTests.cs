using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests.Engine;

/// <summary>What platforms order after the instruction: the end, a hold, a decision on a flag; and the earliest time of the swap.</summary>
public sealed class PlatformOrderTests
{
    static readonly EscrowTerms Vector = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly EscrowTerms Terms = From(default);
    static readonly ulong Deadline = Terms.Header.Deadline.Seconds;
    static readonly DateTimeOffset TimeoutAt = DateTimeOffset.FromUnixTimeSeconds((long)Deadline);
    static readonly DateTimeOffset Now = TimeoutAt.AddHours(-1);
    static readonly Party Buyer = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "buyer", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly Party Seller = Buyer with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "seller" };
    static readonly LegSnapshot In = Escrows.Leg(LegStatus.Deposited, 12), Out = Escrows.Leg(LegStatus.Pending, null);

    static EscrowTerms From(ChainTime notBefore) => new(Vector.ChainId, Vector.Contract, Vector.Header with { NotBefore = notBefore }, Vector.Legs);

    static Facts World(EscrowSnapshot? escrow = null, ulong? time = null, ImmutableArray<ScreeningResult>? screenings = null) => new(
        Now, Escrows.Facts(100, time ?? Deadline - 600, 97, (time ?? Deadline - 600) - 2, 2, halted: false, escrow), screenings ?? Screened(ScreeningStatus.Pass));

    static ImmutableArray<ScreeningResult> Screened(ScreeningStatus buyer, ScreeningStatus seller = ScreeningStatus.Pass) =>
    [
        new(Buyer.Id, ScreeningLayer.Entity, buyer), new(Buyer.Id, ScreeningLayer.Wallet, ScreeningStatus.Pass),
        new(Seller.Id, ScreeningLayer.Entity, seller), new(Seller.Id, ScreeningLayer.Wallet, ScreeningStatus.Pass),
    ];

    static EscrowSnapshot Open(params ReadOnlySpan<LegSnapshot> legs) => Escrows.At(EscrowState.Open, null, null, [.. legs]);

    static SettlementSnapshot At(string state, EscrowTerms? terms = null) => new(Guid.Empty, state, [Buyer, Seller], TimeoutAt, TimeoutAt, terms, null, false);

    static Decision Decide(SettlementSnapshot settlement, Facts facts, Template? template = null) => SettlementEngine.Decide(settlement, template ?? BuiltInTemplates.Single, facts);

    [Theory]
    [InlineData("INSTRUCTED")]
    [InlineData("COMPLIANCE_CHECKING")]
    [InlineData("COMPLIANCE_CLEARED")]
    [InlineData("REGISTERING_ESCROW")]
    public void A_cancellation_before_the_terms_are_frozen_ends_it_at_once(string state)
    {
        Decision decision = Decide(At(state), World() with { IsCancelOrdered = true });
        Assert.Equal(("ROLLED_BACK", FailureCode.Cancelled, true), (decision.State, decision.Failure, decision.Close));
        Assert.Equal(Trigger.Answer, Assert.Single(decision.Transitions).Trigger);
        Assert.DoesNotContain(decision.Commands, command => command is Command.Want or Command.FreezeTerms);
    }

    [Fact]
    public void A_cancellation_while_the_counterparty_is_waited_for_ends_it_at_once()
    {
        SettlementSnapshot waiting = At("AWAITING_CONFIRMATION") with { Parties = [Buyer with { Status = PartyStatus.PendingConfirmation }, Seller] };
        Assert.Equal(FailureCode.Cancelled, Decide(waiting, World() with { IsCancelOrdered = true }, BuiltInTemplates.CrossPlatform).Failure);
        // A rejection that was taken before is the reason, whatever came after it.
        SettlementSnapshot rejected = waiting with { Parties = [Buyer with { Status = PartyStatus.Rejected }, Seller] };
        Assert.Equal(FailureCode.Rejected, Decide(rejected, World() with { IsCancelOrdered = true }, BuiltInTemplates.CrossPlatform).Failure);
    }

    [Theory]
    [InlineData("REGISTERING_ESCROW", 0)]
    [InlineData("AWAITING_DEPOSITS", 1)]
    [InlineData("EXECUTING_SWAP", 2)]
    public void A_cancellation_of_published_terms_goes_by_the_chain_and_returns_deposits_first(string state, int deposits)
    {
        SettlementSnapshot settlement = At(state, Terms);
        EscrowSnapshot? escrow = state == "REGISTERING_ESCROW" ? null : Open(In, deposits == 2 ? In : Out);
        Decision started = Decide(settlement, World(escrow) with { IsCancelOrdered = true });
        Assert.Equal((FailureCode.Cancelled, state), (started.Rollback!.Reason, started.State));
        Assert.Equal([new Command.Want(EscrowAction.Cancel, -1, Deadline)], started.Commands.OfType<Command.Want>());

        settlement = settlement with { Rollback = started.Rollback };
        Decision cancelled = Decide(settlement, World(Escrows.At(EscrowState.Cancelled, null, 99, deposits > 0 ? [In, deposits == 2 ? In : Out] : [Out, Out])) with { IsCancelOrdered = true });
        Assert.False(cancelled.Close);
        Assert.Equal(deposits, cancelled.Commands.OfType<Command.Want>().Count(want => want.Action == EscrowAction.Refund));
        LegSnapshot back = Escrows.Leg(LegStatus.Refunded, 96);
        Decision ended = Decide(settlement, World(Escrows.At(EscrowState.Cancelled, null, 95, [deposits > 0 ? back : Out, deposits == 2 ? back : Out])) with { IsCancelOrdered = true });
        Assert.Equal(("ROLLED_BACK", FailureCode.Cancelled, true), (ended.State, ended.Failure, ended.Close));
    }

    [Fact]
    public void A_swap_that_was_executed_first_stands()
    {
        SettlementSnapshot settlement = At("EXECUTING_SWAP", Terms) with { Rollback = new RollbackInProgress(FailureCode.Cancelled, Now) };
        EscrowSnapshot executed = Escrows.At(EscrowState.Executed, 90, null, [Escrows.Leg(LegStatus.Released, 90), Escrows.Leg(LegStatus.Released, 90)]);
        Decision decision = Decide(settlement, World(executed) with { IsCancelOrdered = true });
        Assert.Equal(("FINALIZED", null, true), (decision.State, decision.Failure, decision.Close));
        Assert.Contains(new Command.Notify("settlement.rollback.abandoned"), decision.Commands);
    }

    [Fact]
    public void A_hold_keeps_the_terms_from_being_published_and_no_deadline_from_passing()
    {
        Facts held = World() with { IsHeld = true };
        Decision waiting = Decide(At("COMPLIANCE_CHECKING"), held);
        Assert.Equal("COMPLIANCE_CLEARED", waiting.State);
        Assert.DoesNotContain(new Command.FreezeTerms(), waiting.Commands);
        Assert.Equal(TimeoutAt, waiting.Wake.At);
        Assert.Equal("REGISTERING_ESCROW", Decide(At("COMPLIANCE_CLEARED"), World()).State);
        Assert.Equal(FailureCode.Timeout, Decide(At("COMPLIANCE_CLEARED"), held with { Now = TimeoutAt }).Failure);
        // Once the terms are published it binds nobody.
        Assert.Equal("EXECUTING_SWAP", Decide(At("AWAITING_DEPOSITS", Terms), held with { Chain = World(Open(In, In)).Chain }).State);
    }

    [Fact]
    public void A_hold_binds_where_registration_follows_the_check_itself()
    {
        Template direct = BuiltInTemplates.Single with
        {
            Transitions = BuiltInTemplates.Single.Transitions.Remove("COMPLIANCE_CLEARED").SetItem("COMPLIANCE_CHECKING", ["REGISTERING_ESCROW", "ROLLED_BACK"]),
        };
        Assert.Equal(("COMPLIANCE_CHECKING", CheckStatus.Cleared), (Decide(At("COMPLIANCE_CHECKING"), World() with { IsHeld = true }, direct).State,
            Decide(At("COMPLIANCE_CHECKING"), World() with { IsHeld = true }, direct).Check));
        Assert.Equal("REGISTERING_ESCROW", Decide(At("COMPLIANCE_CHECKING"), World(), direct).State);
    }

    [Fact]
    public void Every_flagged_party_needs_a_decision_and_one_rejection_ends_it()
    {
        SettlementSnapshot settlement = At("COMPLIANCE_CHECKING");
        Facts flags = World(screenings: Screened(ScreeningStatus.Flagged, ScreeningStatus.Flagged));
        Assert.Equal(CheckStatus.Review, Decide(settlement, flags).Check);
        Facts one = flags with { Decisions = flags.Decisions.Add(Buyer.Id, true) };
        Assert.Equal((CheckStatus.Review, "COMPLIANCE_CHECKING"), (Decide(settlement, one).Check, Decide(settlement, one).State));
        Assert.Equal("REGISTERING_ESCROW", Decide(settlement, one with { Decisions = one.Decisions.Add(Seller.Id, true) }).State);
        Assert.Equal(FailureCode.Compliance, Decide(settlement, one with { Decisions = one.Decisions.Add(Seller.Id, false) }).Failure);
        // Also while another answer is missing, and never in place of a failure.
        Facts running = World(screenings: Screened(ScreeningStatus.Flagged, ScreeningStatus.Pending));
        Assert.Equal(FailureCode.Compliance, Decide(settlement, running with { Decisions = running.Decisions.Add(Buyer.Id, false) }).Failure);
        Assert.Equal(CheckStatus.Running, Decide(settlement, running with { Decisions = running.Decisions.Add(Buyer.Id, true) }).Check);
        Facts failed = World(screenings: Screened(ScreeningStatus.Fail));
        Assert.Equal(FailureCode.Compliance, Decide(settlement, failed with { Decisions = failed.Decisions.Add(Buyer.Id, true) }).Failure);
    }

    [Fact]
    public void The_swap_is_not_wanted_before_the_terms_allow_it()
    {
        ulong earliest = Deadline - 300;
        SettlementSnapshot settlement = At("EXECUTING_SWAP", From(earliest));
        Decision early = Decide(settlement, World(Open(In, In), time: earliest - 1));
        Assert.DoesNotContain(early.Commands, command => command is Command.Want);
        Assert.Equal((ChainTime)earliest, early.Wake.ChainTime);
        Assert.Contains(new Command.Want(EscrowAction.ExecuteSwap, -1, Deadline), Decide(settlement, World(Open(In, In), time: earliest)).Commands);
    }
}
