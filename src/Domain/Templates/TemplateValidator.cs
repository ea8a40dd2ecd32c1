using System.Collections.Immutable;
namespace Keystone.Domain.Templates;

/// <summary>Refuses templates with unreachable states, without an end, or with guarantees that the chain cannot give.</summary>
internal static class TemplateValidator
{
    static readonly ActionType[] Order =
        [ActionType.AwaitConfirmation, ActionType.ComplianceCheck, ActionType.RegisterEscrow, ActionType.MonitorDeposits, ActionType.ExecuteEscrow, ActionType.Finalize];

    /// <summary>Every rule that is broken; empty for a template that can be used.</summary>
    public static IReadOnlyList<TemplateFault> Faults(Template template)
    {
        ArgumentNullException.ThrowIfNull(template);
        List<TemplateFault> faults = [.. Names(template)];
        // The walks below need every name to exist.
        if (faults.Count > 0) return faults;
        faults.AddRange(Walks(template));
        faults.AddRange(Actions(template));
        faults.AddRange(Names(template, Forward(template)));
        faults.AddRange(Externals(template));
        faults.AddRange(Rechecks(template));
        return faults;
    }

    static IEnumerable<TemplateFault> Names(Template template)
    {
        string[] ends = [.. Ends(template)];
        bool Known(string state) => template.Transitions.ContainsKey(state) || ends.Contains(state, StringComparer.Ordinal);
        if (!template.Transitions.ContainsKey(template.InitialState))
            yield return new("dead_end", $"The initial state {template.InitialState} has no way out.");
        if (ends.Distinct(StringComparer.Ordinal).Count() != ends.Length)
            yield return new("wrong_end", "Success, failure and timeout must be different states.");
        foreach (string end in ends)
            if (template.Transitions.TryGetValue(end, out ImmutableArray<string> after) && !after.IsEmpty)
                yield return new("wrong_end", $"{end} is an end and must have no way out.");
        foreach ((string state, ImmutableArray<string> targets) in template.Transitions)
        {
            if (targets.IsEmpty && !ends.Contains(state, StringComparer.Ordinal))
                yield return new("dead_end", $"{state} is trapping: it has no way out and is no end.");
            foreach (string target in targets)
                if (!Known(target)) yield return new("unknown_state", $"{state} leads to {target}, which is no state of this template.");
        }
        foreach (string state in template.Actions.Keys)
            if (!Known(state)) yield return new("unknown_state", $"An action hangs on {state}, which is no state of this template.");
        foreach (string state in template.RecheckAtStates)
            if (!Known(state)) yield return new("unknown_state", $"A recheck hangs on {state}, which is no state of this template.");
    }

    static IEnumerable<TemplateFault> Walks(Template template)
    {
        HashSet<string> reached = Reached(template, template.InitialState);
        foreach (string state in template.Transitions.Keys.Concat(Ends(template)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            if (!reached.Contains(state)) yield return new("unreachable_state", $"{state} is unreachable from {template.InitialState}.");
        // The engine goes forward, fails, or comes back to where it was.
        List<string> forward = Forward(template);
        foreach (string state in reached.Where(state => !template.IsEnd(state) && !forward.Contains(state)).Order(StringComparer.Ordinal))
            yield return new("unreachable_state", $"{state} is unreachable: the way forward does not come there.");

        // The way forward must lead to the success state without a cycle.
        HashSet<string> seen = new(StringComparer.Ordinal);
        string at = template.InitialState;
        while (!template.IsEnd(at) && seen.Add(at)) at = template.After(at);
        if (!template.IsEnd(at)) yield return new("endless", $"The way forward is non-terminating: it comes back to {at}.");
        else if (at != template.SuccessState) yield return new("wrong_end", $"The way forward ends in {at}, not in {template.SuccessState}.");

        foreach (string state in template.Transitions.Keys.Order(StringComparer.Ordinal))
        {
            if (template.IsEnd(state)) continue;
            if (!Reached(template, state).Any(template.IsEnd)) yield return new("dead_end", $"{state} is trapping: no end can be reached from it.");
            // After the swap there is no rollback; before it a settlement may fail in every state.
            if (template.ActionOf(state) == ActionType.Finalize) continue;
            if (!template.Transitions[state].Contains(template.FailureState))
                yield return new("no_way_to_fail", $"{state} has no way to {template.FailureState}; a settlement may fail there.");
            if (template.TimeoutState is { } timeout && !template.Transitions[state].Contains(timeout))
                yield return new("no_way_to_fail", $"{state} has no way to {timeout}; the deadline may pass there.");
        }
    }

    static IEnumerable<TemplateFault> Actions(Template template)
    {
        foreach (IGrouping<ActionType, string> action in template.Actions.Where(entry => entry.Value is not (ActionType.None or ActionType.External)).GroupBy(entry => entry.Value, entry => entry.Key))
            if (action.Count() > 1) yield return new("action_misplaced", $"{action.Key} hangs on several states: {string.Join(", ", action.Order(StringComparer.Ordinal))}.");
        List<string> forward = Forward(template);
        foreach (string state in template.Actions.Where(entry => entry.Value != ActionType.None).Select(entry => entry.Key).Order(StringComparer.Ordinal))
            if (!forward.Contains(state)) yield return new("action_misplaced", $"{template.ActionOf(state)} hangs on {state}, which is not on the way forward, so that it is never done.");
        List<ActionType> way = [.. forward.Select(template.ActionOf).Where(action => Array.IndexOf(Order, action) >= 0)];
        foreach (ActionType needed in Order[1..])
            if (!way.Contains(needed)) yield return new("action_missing", $"No state on the way forward has the action {needed}.");
        for (int i = 1; i < way.Count; i++)
            if (Array.IndexOf(Order, way[i]) < Array.IndexOf(Order, way[i - 1])) yield return new("action_order", $"{way[i]} comes after {way[i - 1]}, which needs it before.");
    }

    // A state without an action reads the service clock and no chain; and at most one state may wait for confirmations.
    static IEnumerable<TemplateFault> Names(Template template, List<string> forward)
    {
        int published = forward.FindIndex(state => template.ActionOf(state) == ActionType.RegisterEscrow);
        if (published >= 0)
            foreach (string state in forward[published..])
                if (template.ActionOf(state) == ActionType.None) yield return new("unwatched_state", $"{state} comes after the terms are published and needs an action, so that the chain is watched there.");
        int asks = forward.FindIndex(state => template.ActionOf(state) == ActionType.AwaitConfirmation);
        int checks = forward.FindIndex(state => template.ActionOf(state) == ActionType.ComplianceCheck);
        if (asks < 0 || checks < asks) yield break;
        if (checks - asks > 2) yield return new("confirmation_place", $"Between {forward[asks]} and {forward[checks]} the confirmation can wait in one state, not in {checks - asks - 1}.");
        if (!template.Transitions[forward[asks]].Contains(forward[checks])) yield return new("confirmation_place", $"{forward[asks]} has no way to {forward[checks]}; nobody may be left to ask.");
    }

    // A platform is asked when the parties are cleared, and before anybody can deposit. It answers under a path that holds the name of the state.
    static IEnumerable<TemplateFault> Externals(Template template)
    {
        List<string> forward = Forward(template);
        int Place(ActionType action) => forward.FindIndex(state => template.ActionOf(state) == action);
        int checks = Place(ActionType.ComplianceCheck), publishes = Place(ActionType.RegisterEscrow);
        foreach (string state in forward.Where(state => template.ActionOf(state) == ActionType.External))
        {
            int at = forward.IndexOf(state);
            if (at == 0) yield return new("external_place", $"An external_action cannot stand on the initial state {state}: the parties are not screened yet.");
            else if (checks >= 0 && at < checks) yield return new("external_place", $"The external_action on {state} comes too early: the parties are screened in {forward[checks]}.");
            else if (publishes >= 0 && at > publishes) yield return new("external_place", $"The external_action on {state} comes too late: the terms are published in {forward[publishes]}.");
            if (!state.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
                yield return new("external_name", $"{state} has an external_action, whose result is reported under a path that holds the name: use letters, digits, _ and -.");
        }
    }

    static IEnumerable<TemplateFault> Rechecks(Template template)
    {
        List<string> forward = Forward(template);
        int Place(ActionType action) => forward.FindIndex(state => template.ActionOf(state) == action);
        int checks = Place(ActionType.ComplianceCheck), publishes = Place(ActionType.RegisterEscrow), executes = Place(ActionType.ExecuteEscrow);
        foreach (string state in template.RecheckAtStates.Distinct(StringComparer.Ordinal))
        {
            int at = forward.IndexOf(state);
            if (at < 0 || (executes >= 0 && at > executes)) yield return new("recheck_place", $"A recheck at {state} comes too late: the swap can be held back until it is executed.");
            else if (at <= checks) yield return new("recheck_place", $"A recheck at {state} comes too early: the parties are checked for the first time in {forward[checks]}.");
            // Once the terms are public anybody may execute: only a gate in the terms makes the chain ask again.
            else if (publishes >= 0 && at >= publishes && template.Gate is null or { IsZero: true })
                yield return new("gate_missing", $"A recheck at {state} binds nobody without a gate: name one, or check before the terms are published.");
        }
    }

    // The states from the first to a final one, or to the first repeated one.
    static List<string> Forward(Template template)
    {
        List<string> way = [];
        for (string at = template.InitialState; !template.IsEnd(at) && !way.Contains(at); at = template.After(at)) way.Add(at);
        return way;
    }

    static HashSet<string> Reached(Template template, string from)
    {
        HashSet<string> reached = new(StringComparer.Ordinal) { from };
        Queue<string> open = new([from]);
        while (open.TryDequeue(out string? state))
            foreach (string next in template.Transitions.TryGetValue(state, out ImmutableArray<string> targets) ? targets : [])
                if (reached.Add(next)) open.Enqueue(next);
        return reached;
    }

    static IEnumerable<string> Ends(Template template) =>
        template.TimeoutState is null ? [template.SuccessState, template.FailureState] : [template.SuccessState, template.FailureState, template.TimeoutState];
}
