using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Keystone.Testing;

namespace Keystone.Domain.Tests.Engine;

/// <summary>Steps that the platform that instructed does in systems of its own: asked for, waited for, and what their results and a deadline lead to.</summary>
public sealed class ExternalActionTests
{
    static readonly DateTimeOffset TimeoutAt = new(2026, 12, 17, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset EndsAt = TimeoutAt - SettlementEngine.LeastTimeToPublish;
    static readonly Template Two = ExternalTemplate.With("LOCKING_ASSETS", "INITIATING_PAYMENT");
    static readonly Party Buyer = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "buyer", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly Party Seller = Buyer with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "seller" };

    static Decision Decide(string state, Template? template = null, DateTimeOffset? now = null, bool held = false, ScreeningStatus screened = ScreeningStatus.Pass, int round = SettlementEngine.FirstRound,
        params (string State, bool Completed)[] results)
    {
        SettlementSnapshot settlement = new(Guid.Empty, state, [Buyer, Seller], TimeoutAt, TimeoutAt, null, null, Closed: false) { Visited = 4 };
        Facts facts = new(now ?? TimeoutAt.AddHours(-1), new ChainFacts(ChainHead.None, 0, null),
            [.. from party in settlement.Parties from layer in Enum.GetValues<ScreeningLayer>() select new ScreeningResult(party.Id, layer, screened)], Round: round)
        {
            ActionResults = results.ToImmutableDictionary(one => one.State, one => one.Completed),
            IsHeld = held,
        };
        return SettlementEngine.Decide(settlement, template ?? Two, facts);
    }

    [Fact]
    public void The_first_step_is_asked_for_as_soon_as_the_parties_are_cleared_and_it_waits()
    {
        Decision decision = Decide("COMPLIANCE_CHECKING");
        Assert.Equal("LOCKING_ASSETS", decision.State);
        Assert.Equal(new Command.Act("LOCKING_ASSETS", EndsAt), Assert.Single(decision.Commands));
        Assert.Equal(EndsAt, decision.Wake.At);
        // Asked again, it says the same.
        Assert.Equal(new Command.Act("LOCKING_ASSETS", EndsAt), Assert.Single(Decide("LOCKING_ASSETS").Commands));
    }

    [Fact]
    public void A_completed_step_leads_to_the_next_one_and_the_last_to_the_registration()
    {
        Decision first = Decide("LOCKING_ASSETS", results: [("LOCKING_ASSETS", true)]);
        Assert.Equal(("INITIATING_PAYMENT", Trigger.Answer), (first.State, Assert.Single(first.Transitions).Trigger));
        Assert.Equal(new Command.Act("INITIATING_PAYMENT", EndsAt), Assert.Single(first.Commands));
        Decision second = Decide("INITIATING_PAYMENT", results: [("LOCKING_ASSETS", true), ("INITIATING_PAYMENT", true)]);
        Assert.Equal("REGISTERING_ESCROW", second.State);
        Assert.Equal(new Command.FreezeTerms(), Assert.Single(second.Commands));
        // The result of another state is none of this one.
        Assert.Equal("INITIATING_PAYMENT", Decide("INITIATING_PAYMENT", results: [("LOCKING_ASSETS", true)]).State);
    }

    [Fact]
    public void A_failed_step_ends_it_whatever_a_screening_would_still_say()
    {
        Decision decision = Decide("LOCKING_ASSETS", results: [("LOCKING_ASSETS", false)]);
        Assert.Equal(("ROLLED_BACK", FailureCode.ActionFailed, true), (decision.State, decision.Failure, decision.Close));
        Assert.Empty(decision.Commands);
        Template screened = Two with { RecheckAtStates = ["LOCKING_ASSETS"] };
        Assert.Equal(FailureCode.ActionFailed, Decide("LOCKING_ASSETS", screened, screened: ScreeningStatus.Error, round: 4, results: [("LOCKING_ASSETS", false)]).Failure);
    }

    [Fact]
    public void Time_runs_out_while_a_registration_would_still_be_possible()
    {
        Assert.Equal("LOCKING_ASSETS", Decide("LOCKING_ASSETS", now: EndsAt.AddTicks(-1)).State);
        Decision late = Decide("LOCKING_ASSETS", now: EndsAt);
        Assert.Equal(("ROLLED_BACK", FailureCode.Timeout), (late.State, late.Failure));
        Template own = Two with { TimeoutState = "TIMED_OUT", Transitions = Two.Transitions.SetItems(Two.Transitions.Where(one => one.Key != "SETTLED").Select(one => KeyValuePair.Create(one.Key, one.Value.Add("TIMED_OUT")))) };
        Assert.Equal("TIMED_OUT", Decide("LOCKING_ASSETS", own, now: EndsAt).State);
    }

    [Fact]
    public void A_hold_keeps_the_last_step_from_being_followed_by_the_registration()
    {
        Assert.Equal("INITIATING_PAYMENT", Decide("LOCKING_ASSETS", held: true, results: [("LOCKING_ASSETS", true)]).State);
        Assert.Equal("INITIATING_PAYMENT", Decide("INITIATING_PAYMENT", held: true, results: [("INITIATING_PAYMENT", true)]).State);
    }

    [Fact]
    public void Where_the_parties_are_screened_again_nothing_is_asked_for_before_they_are_cleared()
    {
        Template screened = Two with { RecheckAtStates = ["LOCKING_ASSETS"] };
        Decision asked = Decide("LOCKING_ASSETS", screened);
        Assert.Equal([4, 4, 4, 4], asked.Commands.OfType<Command.Screen>().Select(screen => screen.Round));
        Assert.Empty(asked.Commands.OfType<Command.Act>());
        Assert.Equal(new Command.Act("LOCKING_ASSETS", EndsAt), Assert.Single(Decide("LOCKING_ASSETS", screened, round: 4).Commands));
        Assert.Equal(FailureCode.Compliance, Decide("LOCKING_ASSETS", screened, screened: ScreeningStatus.Fail, round: 4).Failure);
    }
}
