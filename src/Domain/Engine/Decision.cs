using System.Collections.Immutable;
using Keystone.Ethereum;

namespace Keystone.Domain.Engine;

/// <summary>What happens next. Written as a whole, in one database transaction, or not at all.</summary>
/// <param name="State">State after all transitions.</param>
/// <param name="Transitions">Transitions in order; each becomes one event and one message per platform.</param>
/// <param name="Commands">What to ask of others.</param>
/// <param name="Wake">When to look again without being told.</param>
/// <param name="Rollback">The rollback that is going on afterwards.</param>
/// <param name="Failure">Why it failed, once it has.</param>
/// <param name="Close">True when it has ended for good.</param>
/// <param name="Check">How the check of the parties stands after this run; null when none was looked at.</param>
public sealed record Decision(
    string State, ImmutableArray<Transition> Transitions, ImmutableArray<Command> Commands, Wake Wake, RollbackInProgress? Rollback, FailureCode? Failure,
    bool Close, CheckStatus? Check = null);

/// <summary>How a check of all parties stands.</summary>
public enum CheckStatus
{
    /// <summary>An answer is missing.</summary>
    Running,

    /// <summary>A person has to decide.</summary>
    Review,

    /// <summary>No objection, or one that a person set aside.</summary>
    Cleared,

    /// <summary>No, for good.</summary>
    Failed,
}

/// <summary>One move.</summary>
/// <param name="From">State before.</param>
/// <param name="To">State after.</param>
/// <param name="Trigger">What moved it.</param>
/// <param name="Reason">In words, where there is something to say.</param>
public sealed record Transition(string From, string To, Trigger Trigger, string? Reason = null);

/// <summary>What moved a settlement.</summary>
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

    /// <summary>The chain took something back.</summary>
    Reorg,
}

/// <summary>Moments at which to look again; null for none.</summary>
/// <param name="At">Service clock, UTC.</param>
/// <param name="Block">Canonical head at this height.</param>
/// <param name="Finalized">Finalized block at this height.</param>
/// <param name="ChainTime">Canonical head of this block time.</param>
public readonly record struct Wake(DateTimeOffset? At, long? Block, long? Finalized, ChainTime? ChainTime);

/// <summary>What only others can do.</summary>
public abstract record Command
{
    /// <summary>Ask a screening provider.</summary>
    /// <param name="PartyId">Of whom.</param>
    /// <param name="Layer">Which question.</param>
    /// <param name="Round">Grows with every check of the same settlement.</param>
    public sealed record Screen(Guid PartyId, ScreeningLayer Layer, int Round) : Command;

    /// <summary>Draw the salt and fix the terms; the next run sees them.</summary>
    public sealed record FreezeTerms : Command;

    /// <summary>Have a transaction sent, once, however often it is asked for.</summary>
    /// <param name="Action">Which.</param>
    /// <param name="Leg">Leg of a refund; -1 for the others.</param>
    /// <param name="UsefulUntil">Last block time at which it can succeed; null for no end.</param>
    public sealed record Want(EscrowAction Action, int Leg, ChainTime? UsefulUntil) : Command;

    /// <summary>Tell platforms something beside the states.</summary>
    public sealed record Notify(string Event) : Command;

    /// <summary>Tell the operator.</summary>
    public sealed record Alarm(string Code) : Command;
}

/// <summary>What the keeper can do on the chain.</summary>
public enum EscrowAction
{
    /// <summary>Publish the terms.</summary>
    Register,

    /// <summary>Execute the swap.</summary>
    ExecuteSwap,

    /// <summary>Close it, as the operator of the terms.</summary>
    Cancel,

    /// <summary>Send one held leg back.</summary>
    Refund,
}
