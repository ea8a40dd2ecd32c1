using Keystone.Dashboard.Components;
using Keystone.Domain.Templates;
using Keystone.Settlements.Events;
using Keystone.Settlements.Read;

namespace Keystone.Dashboard.Settlement;

/// <summary>A state of the track.</summary>
/// <param name="State">Name on the wire.</param>
/// <param name="Word">Its word.</param>
/// <param name="Status"><c>done</c>, <c>current</c>, <c>ahead</c>, <c>skipped</c> or <c>failed</c>.</param>
/// <param name="At">When it was entered last, UTC.</param>
public sealed record MachineNode(string State, string Word, string Status, DateTimeOffset? At);

/// <summary>The states of a settlement in their order, where it stands, and where it went off the way.</summary>
/// <param name="Nodes">The way forward.</param>
/// <param name="Current">Index of the state that it is in, or was in before it failed.</param>
/// <param name="Failure">What stands at the branch; null for none.</param>
/// <param name="HasFailed">It went that way.</param>
/// <param name="Retreats">How often the chain took it back.</param>
public sealed record MachineModel(IReadOnlyList<MachineNode> Nodes, int Current, string? Failure, bool HasFailed, int Retreats)
{
    /// <summary>Builds the model.</summary>
    public static MachineModel Of(SettlementView settlement, Template template, IReadOnlyList<EventView> events)
    {
        List<string> track = [template.InitialState];
        while (!template.IsEnd(track[^1]) && track.Count < 64 && template.Transitions.ContainsKey(track[^1])) track.Add(template.After(track[^1]));
        EventView[] moves = [.. events.Where(one => one.Type == "state")];
        Dictionary<string, DateTimeOffset> entered = [];
        foreach (EventView move in moves) entered[move.ToState] = move.CreatedAt;
        entered.TryAdd(template.InitialState, settlement.CreatedAt);
        bool failed = settlement.IsTerminal && settlement.State != template.SuccessState;
        string stands = failed ? moves.LastOrDefault(move => move.ToState == settlement.State)?.FromState ?? template.InitialState : settlement.State;
        int current = Math.Max(0, track.IndexOf(stands));
        bool succeeded = settlement.State == template.SuccessState;
        List<MachineNode> nodes =
        [
            .. track.Select((state, i) => new MachineNode(state, StateStyle.Of(state).Word,
                i < current || (succeeded && i == current) ? entered.ContainsKey(state) ? "done" : "skipped" : i > current ? "ahead" : failed ? "failed" : "current",
                i <= current && entered.TryGetValue(state, out DateTimeOffset at) ? at : null)),
        ];
        string? branch = failed ? StateStyle.Of(settlement).Word
            : settlement.Rollback is { } rollback ? $"{(rollback.Status == "blocked" ? "Refund blocked" : "Rolling back")}: {StateStyle.Cause(rollback.Cause)}"
            : succeeded || template.ActionOf(settlement.State) == ActionType.Finalize ? null : $"{StateStyle.Of(template.TimeoutState ?? template.FailureState).Word} if the deadline passes";
        return new MachineModel(nodes, current, branch, failed || settlement.Rollback is not null, moves.Count(move => move.TriggeredBy == "reorg"));
    }

    /// <summary>One sentence of what the picture shows.</summary>
    public string Summary => HasFailed ? $"{Failure}, after {Nodes[Current].Word}." : $"{Nodes[Current].Word}: state {Current + 1} of {Nodes.Count}.";
}
