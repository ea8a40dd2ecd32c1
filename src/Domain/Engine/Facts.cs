using System.Collections.Immutable;
using Keystone.Domain.Escrow;
using Keystone.Domain.Model;

namespace Keystone.Domain.Engine;

/// <summary>A settlement before a decision.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="Parties">Its parties, with their answers.</param>
/// <param name="TimeoutAt">End of the settlement, UTC, whole seconds; the chain's deadline once terms exist.</param>
/// <param name="ConfirmBy">End of the time for confirmations, UTC.</param>
/// <param name="Terms">Frozen terms; null before.</param>
/// <param name="Rollback">Set while it is being rolled back.</param>
/// <param name="Closed">True when the settlement has ended for good.</param>
public sealed record SettlementSnapshot(
    Guid Id, string State, ImmutableArray<Party> Parties, DateTimeOffset TimeoutAt, DateTimeOffset ConfirmBy, EscrowTerms? Terms,
    RollbackInProgress? Rollback, bool Closed)
{
    /// <summary>Number of states visited, the present one included and re-entries counted; numbers the rounds of re-checks.</summary>
    public int Visited { get; init; } = 1;

    /// <summary>Round of the last visit to a state in which parties are screened again, even if a swap by another account ended that visit before the screening; 0 for none.</summary>
    public int LastRecheck { get; init; }
}

/// <summary>Why and since when a settlement is being rolled back.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Blocked">A refund has been refused repeatedly.</param>
public sealed record RollbackInProgress(FailureCode Reason, DateTimeOffset Since, bool Blocked = false);

/// <summary>Why a settlement failed.</summary>
public enum FailureCode
{
    /// <summary>A counterparty rejected.</summary>
    Rejected,

    /// <summary>A deadline passed.</summary>
    Timeout,

    /// <summary>Screening refused a party, at first or in a re-check.</summary>
    Compliance,

    /// <summary>Its platforms cancelled it, or one of its depositors did on the chain.</summary>
    Cancelled,

    /// <summary>An administrator ended it.</summary>
    Operator,

    /// <summary>The chain refuses to publish its terms.</summary>
    RegistrationFailed,

    /// <summary>The platform that instructed reported that a step in systems of its own failed.</summary>
    ActionFailed,
}

/// <summary>Everything that a decision rests on, read at one moment. The engine reads states and not changes, so a repeated or late run does no harm.</summary>
/// <param name="Now">Service clock, UTC; decides only about what is not on the chain.</param>
/// <param name="Chain">One revision of the mirror.</param>
/// <param name="Screenings">Results of the latest round; pending ones included.</param>
/// <param name="Decision">A person's decision on all parties flagged in that round; null for none. <see cref="Decisions"/> has those on single parties.</param>
/// <param name="ForceRollback">An administrator asked for the end.</param>
/// <param name="RefusedRefunds">Legs whose refund was refused at least <see cref="SettlementEngine.BlockedAfter"/> times.</param>
/// <param name="RefusedRegistration">The registration reverted in simulation that often.</param>
/// <param name="Round">Number of that round, as <see cref="Command.Screen"/> asked for it; 0 before the first.</param>
public sealed record Facts(
    DateTimeOffset Now, ChainFacts Chain, ImmutableArray<ScreeningResult> Screenings, bool? Decision = null, bool ForceRollback = false,
    ImmutableHashSet<int>? RefusedRefunds = null, bool RefusedRegistration = false, int Round = SettlementEngine.FirstRound)
{
    /// <summary>Decisions on single parties flagged in that round: true lets the party pass, false ends the settlement.</summary>
    public ImmutableDictionary<Guid, bool> Decisions { get; init; } = ImmutableDictionary<Guid, bool>.Empty;

    /// <summary>The platforms whose consent it takes asked for the end.</summary>
    public bool IsCancelOrdered { get; init; }

    /// <summary>Visits, counted as <see cref="SettlementSnapshot.Visited"/>, in which a change of a list touched a party: the parties are screened again in a round of that number.</summary>
    public ImmutableHashSet<int>? TouchedRounds { get; init; }

    /// <summary>What the platform that instructed reported of steps in systems of its own, by state: true when one was completed, false when it failed.</summary>
    public ImmutableDictionary<string, bool> ActionResults { get; init; } = ImmutableDictionary<string, bool>.Empty;

    /// <summary>A platform holds the settlement: its terms are not published meanwhile. Every deadline runs on.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The gate of the terms is a registry in which this service attests, and what it attests of the settlement is not on the chain: the gate would refuse the swap.</summary>
    public bool AwaitsAttestation { get; init; }
}

/// <summary>The mirror at one revision.</summary>
/// <param name="Head">Head of the mirror.</param>
/// <param name="SettleDepth">Blocks on top of the block of the swap before the state becomes SETTLED; 0 for none.</param>
/// <param name="Escrow">The settlement's escrow at that head; null when no canonical event names its id.</param>
public sealed record ChainFacts(ChainHead Head, int SettleDepth, EscrowSnapshot? Escrow);

/// <summary>Which question a screening asks.</summary>
public enum ScreeningLayer
{
    /// <summary>Who the party is.</summary>
    Entity,

    /// <summary>Where its money comes from.</summary>
    Wallet,
}

/// <summary>A provider's answer.</summary>
public enum ScreeningStatus
{
    /// <summary>No answer yet.</summary>
    Pending,

    /// <summary>No objection.</summary>
    Pass,

    /// <summary>A person has to decide.</summary>
    Flagged,

    /// <summary>Refused for good.</summary>
    Fail,

    /// <summary>The provider is down or its list is stale: the settlement waits, and no party is cleared.</summary>
    Error,
}

/// <summary>One screening.</summary>
/// <param name="PartyId">The party.</param>
/// <param name="Layer">Which question.</param>
/// <param name="Status">The answer.</param>
public sealed record ScreeningResult(Guid PartyId, ScreeningLayer Layer, ScreeningStatus Status);
