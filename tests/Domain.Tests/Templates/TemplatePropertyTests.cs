using System.Collections.Immutable;
using CsCheck;
using Keystone.Domain.Engine;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;
using Keystone.Domain.Templates;

namespace Keystone.Domain.Tests.Templates;

/// <summary>Over random templates: one that is accepted leads the engine to an end from each of its states, and one that breaks a rule is refused by the name of that rule.</summary>
public sealed class TemplatePropertyTests
{
    const int Runs = 60;

    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly ulong Deadline = Terms.Header.Deadline.Seconds;
    static readonly DateTimeOffset TimeoutAt = DateTimeOffset.FromUnixTimeSeconds((long)Deadline);
    static readonly Party Seller = new(Guid.Parse("00000000-0000-0000-0000-000000000001"), "seller", Guid.Empty, PartyStatus.Confirmed, null, null, null);
    static readonly Party Buyer = Seller with { Id = Guid.Parse("00000000-0000-0000-0000-000000000002"), Role = "buyer" };

    // A built-in template after some random changes; of many that are refused, the one before is taken.
    static readonly Gen<Template> Accepted = Gen.Int[0, 1_000_000].Select(Made);

    static Template Made(int seed)
    {
        Random random = new(seed);
        Template template = random.Next(2) == 0 ? BuiltInTemplates.Single : BuiltInTemplates.CrossPlatform;
        for (int change = 0; change < 6; change++)
            if (StrangeTemplateTests.Change(template, random) is var changed && TemplateValidator.Faults(changed).Count == 0) template = changed;
        // A step of the platform's own is too rare among random changes.
        return random.Next(4) == 0 && Cleared(template, "LOCKING_ASSETS") is var own && TemplateValidator.Faults(own).Count == 0 ? own : template;
    }

    static IEnumerable<string> StatesOf(Template template) => template.Transitions.Keys.Where(state => !template.IsEnd(state)).Order(StringComparer.Ordinal);

    static string Show(Template template) =>
        $"{template.InitialState}: {string.Join("; ", template.Transitions.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} ({template.ActionOf(one.Key)}) > {string.Join(',', one.Value)}"))} recheck {string.Join(',', template.RecheckAtStates)}";

    [Fact]
    public void From_every_state_of_an_accepted_template_the_engine_reaches_the_swap_when_all_goes_well() => Accepted.Sample(template =>
    {
        foreach (string state in StatesOf(template)) Assert.Equal((state, template.SuccessState), (state, End(template, state, late: false)));
    }, iter: 2_000, print: Show);

    [Fact]
    public void And_the_random_templates_have_steps_of_the_platform_s_own_among_them() =>
        Assert.Contains(Enumerable.Range(0, 100).Select(Made), template => template.Actions.ContainsValue(ActionType.External));

    [Fact]
    public void And_an_end_in_failure_when_nobody_does_anything_until_after_the_deadline() => Accepted.Sample(template =>
    {
        foreach (string state in StatesOf(template)) Assert.Equal((state, template.TimeoutState ?? template.FailureState), (state, End(template, state, late: true)));
    }, iter: 2_000, print: Show);

    /// <summary>Runs the engine from a state; the state of the settlement when it has ended.</summary>
    static string? End(Template template, string state, bool late)
    {
        bool published = template.ActionOf(state) is ActionType.MonitorDeposits or ActionType.ExecuteEscrow or ActionType.Finalize;
        SettlementSnapshot settlement = new(Guid.Empty, state, [Seller, late ? Buyer with { Status = PartyStatus.PendingConfirmation } : Buyer], TimeoutAt, TimeoutAt, published ? Terms : null, null, Closed: false);
        // In a good world the swap is mined as soon as it is asked for, and what is SETTLED was.
        bool executed = !late && template.ActionOf(state) == ActionType.Finalize;
        int round = SettlementEngine.FirstRound;
        ImmutableDictionary<string, bool> done = ImmutableDictionary<string, bool>.Empty;
        for (int i = 0; i < Runs; i++)
        {
            LegSnapshot leg = late ? Escrows.Leg(LegStatus.Pending, null) : Escrows.Leg(executed ? LegStatus.Released : LegStatus.Deposited, 70);
            EscrowSnapshot? escrow = settlement.Terms is null ? null : Escrows.At(executed ? EscrowState.Executed : EscrowState.Open, executed ? 80 : null, null, [leg, leg]);
            ulong time = late ? Deadline + 10 : Deadline - 600;
            Facts facts = new(late ? TimeoutAt.AddHours(1) : TimeoutAt.AddHours(-1), Escrows.Facts(100, time, 90, time, 2, halted: false, escrow),
                [.. from party in settlement.Parties from layer in Enum.GetValues<ScreeningLayer>() select new ScreeningResult(party.Id, layer, late ? ScreeningStatus.Pending : ScreeningStatus.Pass)], Round: round)
            { ActionResults = done };
            Decision decision = SettlementEngine.Decide(settlement, template, facts);
            if (decision.Close) return decision.State;
            round = decision.Commands.OfType<Command.Screen>().FirstOrDefault()?.Round ?? round;
            // What it is asked for, the platform does in time, or not at all.
            if (!late) foreach (Command.Act act in decision.Commands.OfType<Command.Act>()) done = done.SetItem(act.State, true);
            executed |= !late && decision.Commands.Any(command => command is Command.Want { Action: EscrowAction.ExecuteSwap });
            settlement = settlement with
            {
                State = decision.State,
                Rollback = decision.Rollback,
                Visited = settlement.Visited + decision.Transitions.Length,
                Terms = decision.Commands.Any(command => command is Command.FreezeTerms) ? Terms : settlement.Terms,
            };
        }
        return null;
    }

    static readonly ActionType[] Needed = [ActionType.ComplianceCheck, ActionType.RegisterEscrow, ActionType.MonitorDeposits, ActionType.ExecuteEscrow, ActionType.Finalize];

    /// <summary>A change of an accepted template that breaks one rule, by the rule's name; null where this template gives no occasion for it.</summary>
    static readonly (string Code, Func<Template, Random, Template?> Break)[] Breaks =
    [
        ("unknown_state", (template, random) => With(template, Any(template, random), after => after.Add("ELSEWHERE"))),
        ("unknown_state", (template, _) => template with { Actions = template.Actions.Add("ELSEWHERE", ActionType.Finalize) }),
        ("unknown_state", (template, _) => template with { RecheckAtStates = template.RecheckAtStates.Add("ELSEWHERE") }),
        ("unreachable_state", (template, _) => template with { Transitions = template.Transitions.Add("ISLAND", [template.FailureState]) }),
        ("unreachable_state", (template, random) => With(template, Any(template, random), after => after.Add("ASIDE")) is { } one ? one with { Transitions = one.Transitions.Add("ASIDE", Ends(one)) } : null),
        ("dead_end", (template, random) => With(template, Any(template, random), _ => [])),
        ("dead_end", (template, _) => template with { InitialState = "BEGIN" }),
        ("dead_end", (template, random) => With(template, Any(template, random), after => after.Add("TRAP")) is { } one ? one with { Transitions = one.Transitions.Add("TRAP", ["TRAP"]) } : null),
        ("endless", (template, random) => Back(template, random)),
        ("wrong_end", (template, random) => With(template, Any(template, random), after => [template.FailureState, .. after.Where(state => state != template.FailureState)])),
        ("wrong_end", (template, _) => template with { Transitions = template.Transitions.Add(template.SuccessState, [template.InitialState]) }),
        ("wrong_end", (template, _) => template with { FailureState = template.SuccessState }),
        ("no_way_to_fail", (template, random) => Fallible(template, random) is { } state ? With(template, state, after => [.. after.Where(one => one != template.FailureState)]) : null),
        ("no_way_to_fail", (template, random) => template.TimeoutState is { } timeout && Fallible(template, random) is { } state ? With(template, state, after => [.. after.Where(one => one != timeout)]) : null),
        ("action_missing", (template, random) => template with { Actions = template.Actions.Remove(template.StateOf(Needed[random.Next(Needed.Length)])) }),
        ("action_misplaced", (template, _) => template with { Actions = template.Actions.SetItem(template.FailureState, ActionType.Finalize) }),
        ("action_misplaced", (template, random) => Idle(template, random) is { } state ? template with { Actions = template.Actions.SetItem(state, ActionType.RegisterEscrow) } : null),
        ("action_order", (template, random) => Swap(template, random.Next(Needed.Length - 1))),
        ("unwatched_state", (template, random) => After(template, Needed[random.Next(1, Needed.Length - 1)])),
        ("confirmation_place", (template, _) => Asks(template) is { } state ? With(template, state, after => [.. after.Where(one => one != template.StateOf(ActionType.ComplianceCheck)), .. after[0] == template.StateOf(ActionType.ComplianceCheck) ? after[..1] : []]) is { } one
            && !one.Transitions[state].Contains(template.StateOf(ActionType.ComplianceCheck)) ? one : null : null),
        ("external_place", (template, _) => template.ActionOf(template.InitialState) == ActionType.None ? template with { Actions = template.Actions.SetItem(template.InitialState, ActionType.External) } : null),
        ("external_place", (template, _) => template with { InitialState = "BEGIN", Transitions = template.Transitions.Add("BEGIN", [template.InitialState, .. Ends(template)]), Actions = template.Actions.Add("BEGIN", ActionType.External) }),
        ("external_place", (template, random) => After(template, Needed[random.Next(1, Needed.Length - 1)]) is { } one ? one with { Actions = one.Actions.SetItem("LABEL", ActionType.External) } : null),
        ("external_name", (template, _) => Cleared(template, "LOCKING/ASSETS")),
        ("recheck_place", (template, _) => template with { RecheckAtStates = template.RecheckAtStates.Add(template.StateOf(ActionType.ComplianceCheck)) }),
        ("recheck_place", (template, _) => template with { RecheckAtStates = template.RecheckAtStates.Add(template.StateOf(ActionType.Finalize)) }),
        ("gate_missing", (template, _) => template with { Gate = null, RecheckAtStates = [template.StateOf(ActionType.MonitorDeposits)] }),
    ];

    [Fact]
    public void A_template_that_breaks_a_rule_is_refused_by_the_name_of_that_rule()
    {
        Dictionary<string, int> broken = [];
        Gen.Select(Accepted, Gen.Int[0, Breaks.Length - 1], Gen.Int[0, 1_000_000]).Sample((template, which, seed) =>
        {
            (string code, Func<Template, Random, Template?> change) = Breaks[which];
            if (change(template, new Random(seed)) is not { } refused) return;
            string[] codes = [.. TemplateValidator.Faults(refused).Select(fault => fault.Code)];
            Assert.True(codes.Contains(code, StringComparer.Ordinal), $"break {which} of {code} is refused as {string.Join(',', codes)}: {Show(refused)}");
            // And it does not come in as JSON, which has no place for an action of a state that is not there.
            if (refused.Actions.Keys.All(state => refused.Transitions.ContainsKey(state) || refused.IsEnd(state))) Assert.Contains(code, Assert.Throws<TemplateException>(() => TemplateJson.Read(refused, TemplateJson.Write(refused))).Faults.Select(fault => fault.Code));
            lock (broken) broken[code] = broken.GetValueOrDefault(code) + 1;
        }, iter: 4_000, print: one => Show(one.Item1));
        Assert.Equal(Breaks.Select(one => one.Code).Distinct().Order(StringComparer.Ordinal), broken.Where(one => one.Value >= 10).Select(one => one.Key).Order(StringComparer.Ordinal));
    }

    static ImmutableArray<string> Ends(Template template) => template.TimeoutState is { } timeout ? [template.FailureState, timeout] : [template.FailureState];

    static string Any(Template template, Random random) => StatesOf(template).ToArray() is var states ? states[random.Next(states.Length)] : "";

    static string? Fallible(Template template, Random random) => Any(template, random) is var state && template.ActionOf(state) != ActionType.Finalize ? state : null;

    static string? Idle(Template template, Random random) => Any(template, random) is var state && template.ActionOf(state) == ActionType.None ? state : null;

    static string? Asks(Template template) => template.Actions.FirstOrDefault(one => one.Value == ActionType.AwaitConfirmation).Key;

    static Template With(Template template, string state, Func<ImmutableArray<string>, ImmutableArray<string>> change) =>
        template with { Transitions = template.Transitions.SetItem(state, change(template.Transitions[state])) };

    // The way forward comes back to a state before.
    static Template? Back(Template template, Random random)
    {
        List<string> way = [];
        for (string at = template.InitialState; !template.IsEnd(at); at = template.After(at)) way.Add(at);
        int from = random.Next(1, way.Count);
        return With(template, way[from], after => [way[random.Next(from)], .. after]);
    }

    // Two actions that need each other's order change places.
    static Template Swap(Template template, int first)
    {
        (string one, string other) = (template.StateOf(Needed[first]), template.StateOf(Needed[first + 1]));
        return template with { Actions = template.Actions.SetItem(one, Needed[first + 1]).SetItem(other, Needed[first]) };
    }

    // A step of the platform's own as soon as the parties are cleared.
    static Template Cleared(Template template, string state)
    {
        string checks = template.StateOf(ActionType.ComplianceCheck);
        ImmutableArray<string> after = template.Transitions[checks];
        return template with
        {
            Transitions = template.Transitions.SetItem(checks, [state, .. after[1..]]).Add(state, [after[0], .. Ends(template)]),
            Actions = template.Actions.Add(state, ActionType.External),
        };
    }

    // A label between two states of the published part.
    static Template After(Template template, ActionType action)
    {
        string state = template.StateOf(action);
        ImmutableArray<string> after = template.Transitions[state];
        return template with { Transitions = template.Transitions.SetItem(state, ["LABEL", .. after[1..]]).Add("LABEL", [after[0], .. Ends(template)]) };
    }
}
