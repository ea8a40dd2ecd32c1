using System.Collections.Immutable;

namespace Keystone.Domain.Templates;

/// <summary>States, transitions and actions of a kind of settlement.</summary>
/// <param name="Slug">Name in requests.</param>
/// <param name="Version">Version that a settlement keeps.</param>
/// <param name="InitialState">State of a new settlement.</param>
/// <param name="SuccessState">Final state of a settlement that succeeded.</param>
/// <param name="FailureState">Final state of a settlement that failed.</param>
/// <param name="TimeoutState">Final state when the deadline was the reason; null for <paramref name="FailureState"/>.</param>
/// <param name="Transitions">Per state the states that may follow; the first is the way forward.</param>
/// <param name="Actions">Per state its action; none where there is no entry.</param>
public sealed record Template(
    string Slug, int Version, string InitialState, string SuccessState, string FailureState, string? TimeoutState,
    ImmutableDictionary<string, ImmutableArray<string>> Transitions, ImmutableDictionary<string, ActionType> Actions)
{
    /// <summary>Id of the stored template.</summary>
    public Guid Id { get; init; }

    /// <summary>Name for people.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Roles that every settlement of this template has.</summary>
    public ImmutableArray<string> RequiredRoles { get; init; } = [];

    /// <summary>Types of legs that every settlement of this template has.</summary>
    public ImmutableArray<string> RequiredLegTypes { get; init; } = [];

    /// <summary>Legs of other types than the required ones are allowed.</summary>
    public bool AllowsOtherLegTypes { get; init; }

    /// <summary>True when a state waits for the counterparties' confirmations.</summary>
    public bool AwaitsConfirmation => Actions.Values.Contains(ActionType.AwaitConfirmation);

    /// <summary>
    /// States in which parties are screened again, each time that a settlement enters them, before it goes on from there. After publication it
    /// binds by <see cref="Gate"/> alone: whoever has the terms may execute without this service.
    /// </summary>
    public ImmutableArray<string> RecheckAtStates { get; init; } = [];

    /// <summary>Contract that the terms name and that the chain asks before it executes; null for none.</summary>
    public Keystone.Ethereum.Address? Gate { get; init; }

    /// <summary>The action of a state.</summary>
    public ActionType ActionOf(string state) => Actions.GetValueOrDefault(state);

    /// <summary>The state that carries an action.</summary>
    /// <exception cref="InvalidOperationException">No state carries it; validation refuses such a template.</exception>
    public string StateOf(ActionType action) => Actions.FirstOrDefault(entry => entry.Value == action).Key
        ?? throw new InvalidOperationException($"Template {Slug} has no state for {action}.");

    /// <summary>The way forward from a state.</summary>
    public string After(string state) => Transitions[state][0];

    /// <summary>Every state once, in the order of the way forward, the final ones last.</summary>
    public IEnumerable<string> States
    {
        get
        {
            List<string> states = [];
            for (string at = InitialState; !states.Contains(at) && Transitions.TryGetValue(at, out ImmutableArray<string> next) && !next.IsEmpty; at = next[0])
                states.Add(at);
            List<string> ends = [SuccessState, FailureState];
            if (TimeoutState is { } timeout) ends.Add(timeout);
            return states.Concat(Transitions.Keys.Order(StringComparer.Ordinal).Except(ends)).Concat(ends).Distinct(StringComparer.Ordinal);
        }
    }

    /// <summary>True for the final states.</summary>
    public bool IsEnd(string state) => state == SuccessState || state == FailureState || state == TimeoutState;
}
