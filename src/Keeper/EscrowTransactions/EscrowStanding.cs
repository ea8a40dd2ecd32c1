using Keystone.Domain.Escrow;
using Keystone.Transactions;

namespace Keystone.Keeper.EscrowTransactions;

/// <summary>What the mirror and the settlement say at one revision: all that a verdict on an intent rests on.</summary>
/// <param name="Terms">Frozen terms.</param>
/// <param name="State">State of the escrow at the canonical head.</param>
/// <param name="Registered">True when the terms are public.</param>
/// <param name="Legs">Status of the legs that something happened to, by index; the others are pending.</param>
/// <param name="HeadTime">Timestamp of the canonical head, seconds since the epoch, UTC.</param>
/// <param name="RollingBack">True while the settlement gives deposits back.</param>
/// <param name="Closed">True when the settlement is at its end.</param>
/// <param name="Halted">True while nothing may be sent on this chain.</param>
/// <param name="Paused">True while an operator, the reconciler or a check of the parties holds registration and swap back; cancellations and refunds go on.</param>
internal sealed record EscrowStanding(
    EscrowTerms Terms, EscrowState State, bool Registered, IReadOnlyDictionary<int, LegStatus> Legs, long HeadTime,
    bool RollingBack, bool Closed, bool Halted, bool Paused = false)
{
    bool Expired => HeadTime > (long)Terms.Header.Deadline;

    bool IsFull => Enumerable.Range(0, Terms.Legs.Length).All(leg => StatusOf(leg) is LegStatus.Deposited or LegStatus.Armed);

    LegStatus StatusOf(int leg) => Legs.GetValueOrDefault(leg, LegStatus.Pending);

    /// <summary>
    /// Whether an intent's effect is there, wanted, stopped, or wanted by nobody. Null, which leaves it as it is, for a purpose that is not the
    /// escrow's.
    /// </summary>
    public IntentVerdict? Judge(string purpose, int part, int swapMarginSeconds) =>
        JudgeUnpaused(purpose, part, swapMarginSeconds) is { } verdict
            ? Paused && verdict == IntentVerdict.Wanted && purpose is EscrowIntents.Register or EscrowIntents.ExecuteSwap ? IntentVerdict.Paused : verdict
            : null;

    IntentVerdict? JudgeUnpaused(string purpose, int part, int swapMarginSeconds) => purpose switch
    {
        EscrowIntents.Register => Registered ? IntentVerdict.Done : Wanted(!IsOver && !RollingBack && !Closed && !Expired),
        EscrowIntents.ExecuteSwap => State == EscrowState.Executed
            ? IntentVerdict.Done
            : Wanted(State == EscrowState.Open && IsFull && !RollingBack && !Closed
                     && HeadTime + swapMarginSeconds <= (long)Terms.Header.Deadline),
        EscrowIntents.Refund => StatusOf(part) == LegStatus.Refunded
            ? IntentVerdict.Done
            : Wanted(StatusOf(part) == LegStatus.Deposited && (State == EscrowState.Cancelled || (State == EscrowState.Open && Expired))),
        // Also from nothing: who knows the terms could still register them.
        EscrowIntents.Cancel => State == EscrowState.Cancelled ? IntentVerdict.Done : Wanted(!IsOver && RollingBack && !Expired),
        _ => null,
    };

    bool IsOver => State is EscrowState.Executed or EscrowState.Cancelled;

    static IntentVerdict Wanted(bool wanted) => wanted ? IntentVerdict.Wanted : IntentVerdict.Obsolete;
}
