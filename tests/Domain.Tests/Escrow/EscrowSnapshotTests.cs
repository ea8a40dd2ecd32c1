using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests.Escrow;

/// <summary>The predicates that the engine, the transactions' verdicts, the API and the reconciler share.</summary>
public sealed class EscrowSnapshotTests
{
    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly ChainTime Deadline = Terms.Header.Deadline;

    [Fact]
    public void An_escrow_that_the_chain_has_not_seen_has_the_deadline_and_legs_of_its_terms()
    {
        EscrowSnapshot unseen = EscrowSnapshot.Unseen(Terms);
        Assert.Equal((EscrowState.None, Terms.Header.Ref, (ChainTime?)Deadline), (unseen.State, unseen.Reference!.Value, unseen.Deadline));
        Assert.Equal(Terms.Legs, unseen.Legs.Select(leg => leg.Terms!));
        Assert.All(unseen.Legs, leg => Assert.Equal(LegStatus.Pending, leg.Status));
        Assert.False(unseen.IsFull);
        Assert.True(unseen.IsPast(Deadline.Next));
        Assert.False(unseen.IsPast(Deadline));
    }

    [Fact]
    public void Without_terms_or_header_no_time_is_past()
    {
        EscrowSnapshot cancelledFromNothing = EscrowFold.Apply(null, new EscrowEvent.Cancelled(Terms.Id, default, CancelledBy.Operator), new LogPosition(7, Hash32.Zero, 0))!;
        Assert.False(cancelledFromNothing.IsPast((ChainTime)ulong.MaxValue));
        Assert.False(cancelledFromNothing.IsFull);
        EscrowSnapshot known = cancelledFromNothing.With(Terms);
        Assert.True(known.IsPast(Deadline.Next));
        Assert.Equal((EscrowState.Cancelled, 2), (known.State, known.Legs.Length));
        Assert.Equal(cancelledFromNothing.Cancelled, known.Cancelled);
    }

    [Theory]
    [InlineData(LegStatus.Deposited, LegStatus.Deposited, true, 3, 0)]
    [InlineData(LegStatus.Deposited, LegStatus.Armed, true, 1, 2)]
    [InlineData(LegStatus.Armed, LegStatus.Armed, true, 0, 3)]
    [InlineData(LegStatus.Deposited, LegStatus.Pending, false, 1, 0)]
    [InlineData(LegStatus.Withdrawn, LegStatus.Deposited, false, 2, 0)]
    [InlineData(LegStatus.Released, LegStatus.Released, false, 0, 0)]
    [InlineData(LegStatus.Refunded, LegStatus.Deposited, false, 2, 0)]
    public void Full_held_and_armed_are_read_from_the_legs(LegStatus first, LegStatus second, bool isFull, ulong held, ulong armed)
    {
        EscrowSnapshot escrow = Escrows.At(EscrowState.Open, null, null, [Escrows.Leg(first, 1), Escrows.Leg(second, 1)]);
        Assert.Equal((isFull, held, armed, held != 0), (escrow.IsFull, escrow.HeldLegs, escrow.ArmedLegs, escrow.Holds));
        Assert.Equal((first, second, LegStatus.Pending), (escrow.StatusOf(0), escrow.StatusOf(1), escrow.StatusOf(2)));
    }

    [Theory]
    [InlineData(null, 0, false)]
    [InlineData(null, 1, true)]
    [InlineData(97L, 0, true)]
    [InlineData(98L, 0, false)]
    public void It_is_closed_for_good_by_a_final_cancellation_or_a_final_block_past_the_deadline(long? cancelled, ulong finalizedPast, bool isClosed)
    {
        EscrowSnapshot escrow = Escrows.At(cancelled is null ? EscrowState.Open : EscrowState.Cancelled, null, cancelled, []).With(Terms);
        Assert.Equal(isClosed, escrow.IsClosedForGood(new ChainHead(1, 100, Deadline.Plus(100), 97, Deadline.Plus(finalizedPast))));
    }

    [Fact]
    public void A_leg_keeps_its_last_deposit_when_it_moves_on()
    {
        EscrowSnapshot? escrow = null;
        int block = 0;
        foreach (EscrowEvent happened in (EscrowEvent[])[new EscrowEvent.Registered(Terms.Id, default, Terms), Deposited(0), new EscrowEvent.Withdrawn(Terms.Id, 0, default), Deposited(0),
            new EscrowEvent.Armed(Terms.Id, default, 1, Terms.Legs[1]), new EscrowEvent.Executed(Terms.Id, default, 2)])
            escrow = EscrowFold.Apply(escrow, happened, new LogPosition(++block, Hash32.Zero, block * 10));
        Assert.Equal([4L, 5L], escrow!.Legs.Select(leg => leg.Deposited!.Value.Block));
        Assert.All(escrow.Legs, leg => Assert.Equal((LegStatus.Released, 6L), (leg.Status, leg.Changed!.Value.Block)));
    }

    static EscrowEvent.Deposited Deposited(int leg) => new(Terms.Id, Terms.Legs[leg].From, leg, Terms.Legs[leg]);
}
