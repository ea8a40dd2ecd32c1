using Keystone.Settlements.Read;

namespace Keystone.Settlements.Operations;

/// <summary>A settlement as the operator reads it.</summary>
/// <param name="Settlement">As its initiator reads it, with every party's details.</param>
/// <param name="PlatformName">Platform that made it.</param>
/// <param name="PlatformSlug">Its slug.</param>
/// <param name="EnvironmentSlug">Its environment.</param>
/// <param name="Readers">Environments that may read it.</param>
/// <param name="Attempts">Failures of the engine in a row.</param>
/// <param name="LastError">The last of them.</param>
/// <param name="DueAt">When the engine looks at it next, UTC; null when something has to happen first.</param>
public sealed record OperatorSettlementView(
    SettlementView Settlement, string PlatformName, string PlatformSlug, string EnvironmentSlug, IReadOnlyList<Guid> Readers, int Attempts, string? LastError, DateTimeOffset? DueAt);

/// <summary>How many settlements are in which state.</summary>
/// <param name="States">Open ones by chain and state.</param>
/// <param name="TotalInFlight">Open ones.</param>
/// <param name="TotalTerminal">Those that have ended.</param>
public sealed record PipelineView(IReadOnlyList<PipelineRow> States, long TotalInFlight, long TotalTerminal);

/// <summary>How often settlements went from one state to another.</summary>
/// <param name="Period">The time looked back at.</param>
/// <param name="Transitions">The moves, most frequent first.</param>
public sealed record TransitionsView(string Period, IReadOnlyList<TransitionCount> Transitions);

/// <summary>One move.</summary>
/// <param name="FromState">State before; null for new settlements.</param>
/// <param name="ToState">State after.</param>
/// <param name="Count">How often.</param>
public sealed record TransitionCount(string? FromState, string ToState, long Count);

/// <summary>What an order to a settlement did.</summary>
/// <param name="SettlementId">The settlement.</param>
/// <param name="PreviousState">State before the order.</param>
/// <param name="CurrentState">State now; only the engine moves it.</param>
/// <param name="Action"><c>retry</c>, <c>rollback</c>, <c>trigger_maturity</c>, or <c>none</c> when it was ordered before or the settlement has ended rolled back.</param>
public sealed record InterventionView(Guid SettlementId, string PreviousState, string CurrentState, string Action);
