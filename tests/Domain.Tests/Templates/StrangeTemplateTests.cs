using System.Collections.Immutable;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;
using Xunit.Abstractions;

namespace Keystone.Domain.Tests.Templates;

/// <summary>Templates that nobody would write, made by random changes of a good one: what the validator lets through, the engine can live with.</summary>
public sealed class StrangeTemplateTests(ITestOutputHelper output)
{
    const int Templates = 6_000, DecisionsEach = 60;
    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly ulong Deadline = Terms.Header.Deadline.Seconds;
    static readonly DateTimeOffset TimeoutAt = DateTimeOffset.FromUnixTimeSeconds((long)Deadline);
    static readonly Party Seller = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "seller", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly Party Buyer = Seller with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "buyer" };

    [Fact]
    public void Whatever_is_accepted_makes_only_moves_that_it_names()
    {
        int accepted = 0, rechecked = 0;
        HashSet<string> shapes = [];
        for (int seed = 0; seed < Templates; seed++)
        {
            Random random = new(seed);
            Template template = random.Next(2) == 0 ? BuiltInTemplates.Single : BuiltInTemplates.CrossPlatform;
            for (int change = random.Next(1, 4); change > 0; change--) template = Change(template, random);
            if (TemplateValidator.Faults(template).Count > 0) continue;
            accepted++;
            if (!template.RecheckAtStates.IsEmpty) rechecked++;
            shapes.Add(string.Join(';', template.Transitions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}>{string.Join(',', one.Value)}")));
            for (int decision = 0; decision < DecisionsEach; decision++) Decide(template, random, seed);
        }
        output.WriteLine($"{accepted} of {Templates} accepted, {shapes.Count} shapes, {rechecked} with a re-check");
        // Else nothing was shown.
        Assert.True(shapes.Count > 150 && rechecked > 100, $"{shapes.Count} shapes, {rechecked} with a re-check");
    }

    static void Decide(Template template, Random random, int seed)
    {
        string[] states = [.. template.Transitions.Keys.Where(state => !template.IsEnd(state)).Order(StringComparer.Ordinal)];
        string state = states[random.Next(states.Length)];
        bool published = template.ActionOf(state) is ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize
            || (template.ActionOf(state) == ActionType.RegisterEscrow && random.Next(2) == 0);
        SettlementSnapshot settlement = new(Guid.Empty, state, [Seller, Buyer with { Status = (PartyStatus)random.Next(3) }], TimeoutAt, TimeoutAt,
            published ? Terms : null, published && template.ActionOf(state) != ActionType.Finalize && random.Next(4) == 0 ? new RollbackInProgress(FailureCode.Timeout, TimeoutAt) : null, Closed: false);
        bool past = random.Next(3) == 0;
        ulong time = past ? Deadline + 1 : Deadline - 600;
        ChainFacts chain = Escrows.Facts(100, time, 90, random.Next(2) == 0 ? time : Deadline - 700, 2, random.Next(10) == 0, published ? Escrow(random) : null);
        ScreeningStatus screened = (ScreeningStatus)random.Next(5);
        Facts facts = new(random.Next(3) == 0 ? TimeoutAt : TimeoutAt.AddHours(-1), chain,
            [.. from party in settlement.Parties from layer in Enum.GetValues<ScreeningLayer>() select new ScreeningResult(party.Id, layer, screened)],
            random.Next(3) switch { 0 => null, 1 => false, _ => true }, random.Next(5) == 0, RefusedRegistration: random.Next(5) == 0,
            Round: random.Next(3));
        Decision decision = SettlementEngine.Decide(settlement, template, facts);
        foreach (Transition move in decision.Transitions)
            Assert.True(move.Trigger == Trigger.Reorg || template.Transitions[move.From].Contains(move.To), $"seed {seed}: {move} with {facts.Chain}");
        Assert.Equal(template.IsEnd(decision.State), decision.Close);
        // Whoever is screened anew is not swapped meanwhile.
        if (decision.Commands.OfType<Command.Screen>().Any())
            Assert.DoesNotContain(decision.Commands, command => command is Command.Want { Action: EscrowAction.Register or EscrowAction.ExecuteSwap } or Command.FreezeTerms);
        // Public terms end only as the chain says, whatever the states are called.
        if (decision.Close && published)
            Assert.True(decision.State == template.SuccessState ? chain.Escrow?.Executed?.Block <= 90
                : chain.Escrow?.Cancelled?.Block <= 90 || chain.Head.FinalizedTime.IsPast(Deadline), $"seed {seed}: {state} closed as {decision.State} with {facts.Chain}");
    }

    static EscrowSnapshot? Escrow(Random random)
    {
        LegSnapshot leg = random.Next(2) == 0 ? Escrows.Leg(LegStatus.Deposited, 95) : Escrows.Leg(LegStatus.Pending, null);
        return random.Next(6) switch
        {
            0 => null,
            1 => Escrows.At(EscrowState.Open, null, null, [Escrows.Leg(LegStatus.Deposited, 95), Escrows.Leg(LegStatus.Deposited, 96)]),
            2 => Escrows.At(EscrowState.Executed, random.Next(85, 101), null, [Escrows.Leg(LegStatus.Released, 95), Escrows.Leg(LegStatus.Released, 95)]),
            3 => Escrows.At(EscrowState.Cancelled, null, random.Next(85, 101), [leg, Escrows.Leg(LegStatus.Refunded, random.Next(85, 101))]),
            _ => Escrows.At(EscrowState.Open, null, null, [leg, Escrows.Leg(LegStatus.Pending, null)]),
        };
    }

    internal static Template Change(Template template, Random random)
    {
        string[] states = [.. template.Transitions.Keys.Order(StringComparer.Ordinal)];
        string[] known = [.. states, template.SuccessState, template.FailureState, .. template.TimeoutState is { } timeout ? (string[])[timeout] : []];
        string state = states[random.Next(states.Length)], other = known[random.Next(known.Length)], added = $"NEW_{states.Length}";
        ImmutableArray<string> after = template.Transitions[state];
        return random.Next(11) switch
        {
            // A state more on the way, with or without its own ways out.
            0 or 1 when !after.IsEmpty => template with { Transitions = template.Transitions.SetItem(state, [added, .. after[1..]]).Add(added, after) },
            2 => template with { Transitions = template.Transitions.SetItem(state, [.. after, added]).Add(added, [other, template.FailureState]) },
            3 => template with { Transitions = template.Transitions.SetItem(state, [.. after, other]) },
            4 => template with { Transitions = template.Transitions.SetItem(state, [other, .. after]) },
            5 when after.Length > 1 => template with { Transitions = template.Transitions.SetItem(state, after.RemoveAt(random.Next(after.Length))) },
            6 => template with { Actions = template.Actions.SetItem(state, (ActionType)random.Next(8)) },
            7 => template with { Actions = template.Actions.Remove(state) },
            8 when template.TimeoutState is null => template with
            {
                TimeoutState = "TIMED_OUT",
                Transitions = template.Transitions.ToImmutableDictionary(one => one.Key,
                    one => template.ActionOf(one.Key) == ActionType.Finalize || random.Next(20) == 0 ? one.Value : one.Value.Add("TIMED_OUT")),
            },
            9 or 10 => template with
            {
                RecheckAtStates = template.RecheckAtStates.Add(random.Next(4) == 0 ? other : state),
                Gate = random.Next(4) == 0 ? template.Gate : Terms.Contract,
            },
            _ => template with { InitialState = random.Next(4) == 0 ? state : template.InitialState },
        };
    }
}
