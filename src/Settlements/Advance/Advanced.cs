using Keystone.Domain.Engine;

namespace Keystone.Settlements.Advance;

/// <summary>Committed result of one run over a due settlement.</summary>
/// <param name="Id">The settlement.</param>
public sealed record Advanced(Guid Id)
{
    /// <summary>Why it could not be decided or written: nothing of it changed, and it is due again later. Null when it was.</summary>
    public Exception? Fault { get; init; }

    /// <summary>States that it left and came into, in order.</summary>
    public IReadOnlyList<Transition> Transitions { get; init; } = [];

    /// <summary>Codes of alarms that the decision raised.</summary>
    public IReadOnlyList<string> Alarms { get; init; } = [];

    /// <summary>True when it is due again at once.</summary>
    public bool IsDueAgain { get; init; }

    /// <summary>True when screenings were asked for.</summary>
    public bool HasScreenings { get; init; }

    /// <summary>True when messages were stored.</summary>
    public bool HasMessages { get; init; }

    /// <summary>True when an intent was added or reopened.</summary>
    public bool HasIntents { get; init; }
}
