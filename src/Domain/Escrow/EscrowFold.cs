using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Keystone.Domain.Escrow;

/// <summary>
/// Folds a settlement's events, in chain order, into its record. Pure: the indexer and a verifier without a database run the same fold,
/// and it never throws, whatever the order of events.
/// </summary>
public static class EscrowFold
{
    /// <summary>The record after one more event; advisory events leave it as it was.</summary>
    public static EscrowRecord? Apply(EscrowRecord? record, EscrowEvent happened, LogPosition at)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened is EscrowEvent.SwapFailed or EscrowEvent.RefundFailed)
            return record;
        EscrowRecord current = record ?? new EscrowRecord(happened.Id, EscrowState.None, null, [], at, null, null, null);
        return happened switch
        {
            EscrowEvent.Registered e => current with
            {
                State = Opened(current.State),
                Header = e.Terms.Header,
                Legs = WithTerms(current.Legs, e.Terms.Legs),
                Registered = current.Registered ?? at,
            },
            EscrowEvent.Opened e => current with
            {
                State = Opened(current.State),
                Header = e.Header,
                Legs = current.Legs.IsEmpty
                    ? [.. Enumerable.Repeat(new EscrowLegRecord(null, LegStatus.Pending, null), e.LegHashes.Length)]
                    : current.Legs,
            },
            EscrowEvent.Deposited e => WithLeg(current, e.Index, e.Leg, LegStatus.Deposited, at),
            EscrowEvent.Armed e => WithLeg(current, e.Index, e.Leg, LegStatus.Armed, at),
            EscrowEvent.Withdrawn e => WithLeg(current, e.Index, null, LegStatus.Withdrawn, at),
            EscrowEvent.Disarmed e => WithLeg(current, e.Index, null, LegStatus.Withdrawn, at),
            EscrowEvent.Refunded e => WithLeg(current, e.Index, null, LegStatus.Refunded, at),
            EscrowEvent.Executed => current with { State = EscrowState.Executed, Executed = at, Legs = Moved(current.Legs, null, LegStatus.Released, at) },
            // A consent ends with the settlement; what is held stays owed until it is refunded.
            EscrowEvent.Cancelled => current with { State = EscrowState.Cancelled, Cancelled = at, Legs = Moved(current.Legs, LegStatus.Armed, LegStatus.Pending, at) },
            _ => current,
        };
    }

    static EscrowState Opened(EscrowState state) => state == EscrowState.None ? EscrowState.Open : state;

    // Loops and no lambdas: a backfill folds tens of thousands of events in a second.
    static EscrowRecord WithLeg(EscrowRecord record, int index, EscrowLeg? terms, LegStatus status, LogPosition at)
    {
        if (index >= record.Legs.Length) return record;
        EscrowLegRecord leg = record.Legs[index];
        return record with { Legs = record.Legs.SetItem(index, new EscrowLegRecord(terms ?? leg.Leg, status, at)) };
    }

    static ImmutableArray<EscrowLegRecord> WithTerms(ImmutableArray<EscrowLegRecord> legs, ImmutableArray<EscrowLeg> terms)
    {
        EscrowLegRecord[] known = new EscrowLegRecord[terms.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = i < legs.Length ? legs[i] with { Leg = terms[i] } : new EscrowLegRecord(terms[i], LegStatus.Pending, null);
        return ImmutableCollectionsMarshal.AsImmutableArray(known);
    }

    /// <summary>Legs of which those with a status, or all, have another from now on.</summary>
    static ImmutableArray<EscrowLegRecord> Moved(ImmutableArray<EscrowLegRecord> legs, LegStatus? from, LegStatus to, LogPosition at)
    {
        EscrowLegRecord[] moved = new EscrowLegRecord[legs.Length];
        for (int i = 0; i < moved.Length; i++)
            moved[i] = from is null || legs[i].Status == from ? new EscrowLegRecord(legs[i].Leg, to, at) : legs[i];
        return ImmutableCollectionsMarshal.AsImmutableArray(moved);
    }
}
