using System.Collections.Immutable;

namespace Keystone.Settlement.Escrow;

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
                Legs = [.. e.Terms.Legs.Select((leg, i) => i < current.Legs.Length ? current.Legs[i] with { Leg = leg } : new EscrowLegRecord(leg, LegStatus.Pending, null))],
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
            EscrowEvent.Deposited e => WithLeg(current, e.Index, leg => leg with { Leg = e.Leg, Status = LegStatus.Deposited, Changed = at }),
            EscrowEvent.Armed e => WithLeg(current, e.Index, leg => leg with { Leg = e.Leg, Status = LegStatus.Armed, Changed = at }),
            EscrowEvent.Withdrawn e => WithLeg(current, e.Index, leg => leg with { Status = LegStatus.Withdrawn, Changed = at }),
            EscrowEvent.Disarmed e => WithLeg(current, e.Index, leg => leg with { Status = LegStatus.Withdrawn, Changed = at }),
            EscrowEvent.Refunded e => WithLeg(current, e.Index, leg => leg with { Status = LegStatus.Refunded, Changed = at }),
            EscrowEvent.Executed => current with
            {
                State = EscrowState.Executed,
                Executed = at,
                Legs = [.. current.Legs.Select(leg => leg with { Status = LegStatus.Released, Changed = at })],
            },
            EscrowEvent.Cancelled => current with
            {
                State = EscrowState.Cancelled,
                Cancelled = at,
                // A consent ends with the settlement; what is held stays owed until it is refunded.
                Legs = [.. current.Legs.Select(leg => leg.Status == LegStatus.Armed ? leg with { Status = LegStatus.Pending, Changed = at } : leg)],
            },
            _ => current,
        };
    }

    static EscrowState Opened(EscrowState state) => state == EscrowState.None ? EscrowState.Open : state;

    static EscrowRecord WithLeg(EscrowRecord record, int index, Func<EscrowLegRecord, EscrowLegRecord> change) =>
        index < record.Legs.Length ? record with { Legs = record.Legs.SetItem(index, change(record.Legs[index])) } : record;
}
