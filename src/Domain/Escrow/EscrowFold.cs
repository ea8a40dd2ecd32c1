using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Keystone.Domain.Escrow;

/// <summary>
/// Folds a settlement's events, in chain order, into its escrow. Pure: the mirror and a verifier without a database run the same fold,
/// and it never throws, whatever the order of events.
/// </summary>
public static class EscrowFold
{
    /// <summary>The escrow after one more event; advisory events leave it as it was.</summary>
    public static EscrowSnapshot? Apply(EscrowSnapshot? escrow, EscrowEvent happened, LogPosition at)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is EscrowEvent.SwapFailed or EscrowEvent.RefundFailed)
            return escrow;
        EscrowSnapshot current = escrow ?? new EscrowSnapshot(happened.Id, EscrowState.None, null, null, [], at.Block, null, null, null);
        return happened switch
        {
            EscrowEvent.Registered e => current with
            {
                State = Opened(current.State),
                Reference = e.Terms.Header.Ref,
                Deadline = e.Terms.Header.Deadline,
                Legs = WithTerms(current.Legs, e.Terms.Legs),
                Registered = current.Registered ?? at.InTransaction,
            },
            EscrowEvent.Opened e => current with
            {
                State = Opened(current.State),
                Reference = e.Header.Ref,
                Deadline = e.Header.Deadline,
                Legs = current.Legs.IsEmpty
                    ? [.. Enumerable.Repeat(new LegSnapshot(null, LegStatus.Pending, null, null), e.LegHashes.Length)]
                    : current.Legs,
            },
            EscrowEvent.Deposited e => WithLeg(current, e.Index, e.Leg, LegStatus.Deposited, at),
            EscrowEvent.Armed e => WithLeg(current, e.Index, e.Leg, LegStatus.Armed, at),
            EscrowEvent.Withdrawn e => WithLeg(current, e.Index, null, LegStatus.Withdrawn, at),
            EscrowEvent.Disarmed e => WithLeg(current, e.Index, null, LegStatus.Withdrawn, at),
            EscrowEvent.Refunded e => WithLeg(current, e.Index, null, LegStatus.Refunded, at),
            EscrowEvent.Executed => current with { State = EscrowState.Executed, Executed = at.InTransaction, Legs = Moved(current.Legs, null, LegStatus.Released, at) },
            // A consent ends with the settlement; what is held stays owed until it is refunded.
            EscrowEvent.Cancelled => current with { State = EscrowState.Cancelled, Cancelled = at.InTransaction, Legs = Moved(current.Legs, LegStatus.Armed, LegStatus.Pending, at) },
            _ => current,
        };
    }

    static EscrowState Opened(EscrowState state) => state == EscrowState.None ? EscrowState.Open : state;

    // Loops and no lambdas: a backfill folds tens of thousands of events in a second.
    static EscrowSnapshot WithLeg(EscrowSnapshot escrow, int index, EscrowLeg? terms, LegStatus status, LogPosition at)
    {
        if (index >= escrow.Legs.Length) return escrow;
        LegSnapshot leg = escrow.Legs[index];
        LogPosition? deposited = status is LegStatus.Deposited or LegStatus.Armed ? at : leg.Deposited;
        return escrow with { Legs = escrow.Legs.SetItem(index, new LegSnapshot(terms ?? leg.Terms, status, at, deposited)) };
    }

    static ImmutableArray<LegSnapshot> WithTerms(ImmutableArray<LegSnapshot> legs, ImmutableArray<EscrowLeg> terms)
    {
        LegSnapshot[] known = new LegSnapshot[terms.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = i < legs.Length ? legs[i] with { Terms = terms[i] } : new LegSnapshot(terms[i], LegStatus.Pending, null, null);
        return ImmutableCollectionsMarshal.AsImmutableArray(known);
    }

    /// <summary>Legs of which those with a status, or all, have another from now on.</summary>
    static ImmutableArray<LegSnapshot> Moved(ImmutableArray<LegSnapshot> legs, LegStatus? from, LegStatus to, LogPosition at)
    {
        LegSnapshot[] moved = new LegSnapshot[legs.Length];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = from is null || legs[i].Status == from ? legs[i] with { Status = to, Changed = at } : legs[i];
        return ImmutableCollectionsMarshal.AsImmutableArray(moved);
    }
}
