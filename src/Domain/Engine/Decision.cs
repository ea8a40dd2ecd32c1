using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Engine;

/// <summary>What happens next. Written as a whole, in one database transaction, or not at all.</summary>
/// <param name="State">State after all transitions.</param>
/// <param name="Transitions">Transitions in order; each becomes one event and one message per platform.</param>
/// <param name="Commands">Work for other rooms: screenings, transactions, messages.</param>
/// <param name="Wake">When the settlement is due again without a change of its facts.</param>
/// <param name="Rollback">The rollback in progress after this decision; null for none.</param>
/// <param name="Failure">Why the settlement failed; null before it has.</param>
/// <param name="Close">True when the settlement has ended for good.</param>
/// <param name="Check">Result of the check of the parties after this run; null when the run made none.</param>
public sealed record Decision(
    string State, ImmutableArray<Transition> Transitions, ImmutableArray<Command> Commands, Wake Wake, RollbackInProgress? Rollback, FailureCode? Failure,
    bool Close, CheckStatus? Check = null);

/// <summary>Result of a check of all parties.</summary>
public enum CheckStatus
{
    /// <summary>An answer is missing.</summary>
    Running,

    /// <summary>A person has to decide.</summary>
    Review,

    /// <summary>No objection, or one that a person set aside.</summary>
    Cleared,

    /// <summary>A party was refused for good.</summary>
    Failed,
}

/// <summary>A transition from one state to the next.</summary>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Trigger">What caused it.</param>
/// <param name="Reason">A sentence for people; null where the states say enough.</param>
public sealed record Transition(string From, string To, Trigger Trigger, string? Reason = null);

/// <summary>What caused a transition.</summary>
public enum Trigger
{
    /// <summary>The engine's own next step.</summary>
    Engine,

    /// <summary>A counterparty's answer.</summary>
    Answer,

    /// <summary>Screening, or a person's decision on it.</summary>
    Compliance,

    /// <summary>The chain.</summary>
    Chain,

    /// <summary>A deadline.</summary>
    Timer,

    /// <summary>An administrator.</summary>
    Admin,

    /// <summary>A reorg removed events that an earlier transition rested on.</summary>
    Reorg,
}

/// <summary>When the settlement is due again, by each clock; null for never.</summary>
/// <param name="At">Service clock, UTC.</param>
/// <param name="Block">Canonical head at this height.</param>
/// <param name="Finalized">Finalized block at this height.</param>
/// <param name="ChainTime">Canonical head of this block time.</param>
public readonly record struct Wake(DateTimeOffset? At, long? Block, long? Finalized, ChainTime? ChainTime);

/// <summary>Work that the engine asks of other rooms.</summary>
public abstract record Command
{
    /// <summary>Ask a screening provider.</summary>
    /// <param name="PartyId">The party.</param>
    /// <param name="Layer">Which question.</param>
    /// <param name="Round">Number of the check; grows with every check of the same settlement.</param>
    public sealed record Screen(Guid PartyId, ScreeningLayer Layer, int Round) : Command;

    /// <summary>Draw the salt and fix the terms; the next run sees them.</summary>
    public sealed record FreezeTerms : Command;

    /// <summary>Have a transaction sent: once, even if the command is repeated.</summary>
    /// <param name="Action">Which.</param>
    /// <param name="Leg">Leg of a refund; -1 for the others.</param>
    /// <param name="UsefulUntil">Last block time at which it can succeed; null for no end.</param>
    public sealed record Want(EscrowAction Action, int Leg, ChainTime? UsefulUntil) : Command;

    /// <summary>Have the platform that instructed do a step in systems of its own: asked once for a state, even if the command is repeated.</summary>
    /// <param name="State">The state whose step it is.</param>
    /// <param name="EndsAt">From then on a result comes too late, UTC.</param>
    public sealed record Act(string State, DateTimeOffset EndsAt) : Command;

    /// <summary>Report something to platforms that no state shows.</summary>
    public sealed record Notify(string Event) : Command;

    /// <summary>Raise an alarm for the operator.</summary>
    public sealed record Alarm(string Code) : Command;
}

/// <summary>What the keeper can do on the chain.</summary>
public enum EscrowAction
{
    /// <summary>Publish the terms.</summary>
    Register,

    /// <summary>Execute the swap.</summary>
    ExecuteSwap,

    /// <summary>Cancel the escrow, as the operator of the terms.</summary>
    Cancel,

    /// <summary>Refund one held leg.</summary>
    Refund,
}
