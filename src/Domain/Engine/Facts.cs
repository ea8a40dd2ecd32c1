using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;

namespace Keystone.Domain.Engine;

/// <summary>A settlement as it stands before a decision.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="Parties">Its parties, with their answers.</param>
/// <param name="TimeoutAt">End of the settlement, UTC, whole seconds; the chain's deadline once terms exist.</param>
/// <param name="ConfirmBy">End of the time for confirmations, UTC.</param>
/// <param name="Terms">Frozen terms; null before.</param>
/// <param name="Rollback">Set while it is being rolled back.</param>
/// <param name="Closed">True when it has ended for good.</param>
public sealed record SettlementSnapshot(
    Guid Id, string State, ImmutableArray<Party> Parties, DateTimeOffset TimeoutAt, DateTimeOffset ConfirmBy, EscrowTerms? Terms,
    RollbackInProgress? Rollback, bool Closed)
{
    /// <summary>States that it has come through, the present one included; one that it came back to counts again. Numbers the rounds of re-checks.</summary>
    public int Visited { get; init; } = 1;

    /// <summary>Round of the last stay in a state in which parties are screened again, whether it was asked for or a swap went past it; 0 for none.</summary>
    public int LastRecheck { get; init; }
}

/// <summary>Why and since when a settlement is being rolled back.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Blocked">A refund is refused again and again.</param>
public sealed record RollbackInProgress(FailureCode Reason, DateTimeOffset Since, bool Blocked = false);

/// <summary>Why a settlement failed.</summary>
public enum FailureCode
{
    /// <summary>A counterparty said no.</summary>
    Rejected,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>Screening refused a party, at first or in a re-check.</summary>
    Compliance,

    /// <summary>The escrow was cancelled on the chain.</summary>
    Cancelled,

    /// <summary>An administrator ended it.</summary>
    Operator,

    /// <summary>The chain refuses to publish its terms.</summary>
    RegistrationFailed,
}

/// <summary>Everything that a decision rests on, read at one moment. Levels, never edges: a doubled or late look changes nothing.</summary>
/// <param name="Now">Service clock, UTC; rules only what is not on the chain.</param>
/// <param name="Chain">One revision of the mirror.</param>
/// <param name="Screenings">Results of the latest round; pending ones included.</param>
/// <param name="Decision">A person's decision on the parties flagged in that round; null for none.</param>
/// <param name="ForceRollback">An administrator asked for the end.</param>
/// <param name="RefusedRefunds">Legs whose refund was refused at least <see cref="SettlementEngine.BlockedAfter"/> times.</param>
/// <param name="RefusedRegistration">The registration was, that often, a call that would revert.</param>
/// <param name="Round">Number of that round, as <see cref="Command.Screen"/> asked for it; 0 before the first.</param>
public sealed record Facts(
    DateTimeOffset Now, ChainFacts Chain, ImmutableArray<ScreeningResult> Screenings, bool? Decision = null, bool ForceRollback = false,
    ImmutableHashSet<int>? RefusedRefunds = null, bool RefusedRegistration = false, int Round = SettlementEngine.FirstRound);

/// <summary>The mirror at one revision.</summary>
/// <param name="Head">Head of the mirror.</param>
/// <param name="SettleDepth">Blocks that must lie on the executing one before SETTLED is said; 0 says it at once.</param>
/// <param name="Escrow">The settlement's escrow at that head; null: nothing canonical for its id.</param>
public sealed record ChainFacts(ChainHead Head, int SettleDepth, EscrowSnapshot? Escrow);

/// <summary>Which question a screening asks.</summary>
public enum ScreeningLayer
{
    /// <summary>Who the party is.</summary>
    Entity,

    /// <summary>Where its money comes from.</summary>
    Wallet,
}

/// <summary>What a provider said.</summary>
public enum ScreeningStatus
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>No objection.</summary>
    Pass,

    /// <summary>A person has to decide.</summary>
    Flagged,

    /// <summary>No, for good.</summary>
    Fail,

    /// <summary>The provider is down or its list is stale: wait, never clear.</summary>
    Error,
}

/// <summary>One screening.</summary>
/// <param name="PartyId">Of whom.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Status">The answer.</param>
public sealed record ScreeningResult(Guid PartyId, ScreeningLayer Layer, ScreeningStatus Status);
