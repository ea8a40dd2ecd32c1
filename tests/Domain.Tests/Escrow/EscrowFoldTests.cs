using Keystone.Domain.Escrow;
using Keystone.Ethereum;

namespace Keystone.Domain.Tests.Escrow;

public sealed class EscrowFoldTests
{
    static readonly EscrowTerms Terms = SharedVectors.All.Select(SharedVectors.Terms).First(terms => terms.Legs.Length == 2);
    static readonly Address Somebody = Address.Parse("0x00000000000000000000000000000000000000aa");

    [Fact]
    public void Registered_deposited_executed()
    {
        EscrowSnapshot record = Fold(Registered(), Deposited(0), Deposited(1));
        Assert.Equal(EscrowState.Open, record.State);
        Assert.True(record.IsFull);
        Assert.Equal(3UL, record.HeldLegs);
        record = Fold(Registered(), Deposited(0), Deposited(1), new EscrowEvent.Executed(Terms.Id, Somebody, 0));
        Assert.Equal(EscrowState.Executed, record.State);
        Assert.All(record.Legs, leg => Assert.Equal(LegStatus.Released, leg.Status));
        Assert.False(record.Holds);
    }

    [Fact]
    public void Opened_by_a_deposit_knows_only_the_legs_that_came()
    {
        EscrowSnapshot record = Fold(new EscrowEvent.Opened(Terms.Id, Somebody, Terms.Header, Terms.LegHashes), Deposited(1));
        Assert.Null(record.Legs[0].Terms);
        Assert.Equal(Terms.Legs[1], record.Legs[1].Terms);
        Assert.False(record.IsFull);
        record = Fold(new EscrowEvent.Opened(Terms.Id, Somebody, Terms.Header, Terms.LegHashes), Deposited(1), Registered());
        Assert.Equal(Terms.Legs[0], record.Legs[0].Terms);
        Assert.Equal(LegStatus.Deposited, record.Legs[1].Status);
    }

    [Fact]
    public void A_withdrawn_leg_can_come_again_and_a_refund_keeps_the_state()
    {
        EscrowSnapshot record = Fold(Registered(), Deposited(0), new EscrowEvent.Withdrawn(Terms.Id, 0, Somebody), Deposited(0));
        Assert.Equal(LegStatus.Deposited, record.Legs[0].Status);
        record = Fold(Registered(), Deposited(0), new EscrowEvent.Cancelled(Terms.Id, Somebody, CancelledBy.Operator),
            new EscrowEvent.Refunded(Terms.Id, 0, Somebody));
        Assert.Equal(EscrowState.Cancelled, record.State);
        Assert.Equal(LegStatus.Refunded, record.Legs[0].Status);
        Assert.False(record.Holds);
    }

    [Fact]
    public void A_cancellation_ends_a_consent_and_keeps_what_is_held()
    {
        EscrowSnapshot record = Fold(Registered(), new EscrowEvent.Armed(Terms.Id, Somebody, 0, Terms.Legs[0]), Deposited(1),
            new EscrowEvent.Cancelled(Terms.Id, Somebody, CancelledBy.Operator));
        Assert.Equal(LegStatus.Pending, record.Legs[0].Status);
        Assert.Equal(LegStatus.Deposited, record.Legs[1].Status);
    }

    [Fact]
    public void Advisory_events_change_nothing() =>
        Assert.Null(EscrowFold.Apply(null, new EscrowEvent.SwapFailed(Terms.Id, 1UL, []), default));

    [Fact]
    public void Any_order_of_any_events_is_survived()
    {
        Random random = new(17);
        EscrowEvent[] events =
        [
            Registered(), new EscrowEvent.Opened(Terms.Id, Somebody, Terms.Header, Terms.LegHashes), Deposited(0), Deposited(1),
            new EscrowEvent.Deposited(Terms.Id, Somebody, 63, Terms.Legs[0]), new EscrowEvent.Armed(Terms.Id, Somebody, 1, Terms.Legs[1]),
            new EscrowEvent.Withdrawn(Terms.Id, 0, Somebody), new EscrowEvent.Disarmed(Terms.Id, 1), new EscrowEvent.Executed(Terms.Id, Somebody, 3),
            new EscrowEvent.Cancelled(Terms.Id, Somebody, CancelledBy.Party), new EscrowEvent.Refunded(Terms.Id, 1, Somebody),
            new EscrowEvent.RefundFailed(Terms.Id, 1, 5UL, []),
        ];
        for (int i = 0; i < 2_000; i++)
        {
            EscrowSnapshot? record = null;
            for (int step = 0; step < 12; step++)
                record = EscrowFold.Apply(record, events[random.Next(events.Length)], new LogPosition(step, Hash32.Zero, 0));
            Assert.True(record is null || record.Legs.Length is 0 or 2);
        }
    }

    static EscrowEvent.Registered Registered() => new(Terms.Id, Somebody, Terms);

    static EscrowEvent.Deposited Deposited(int index) => new(Terms.Id, Terms.Legs[index].From, index, Terms.Legs[index]);

    static EscrowSnapshot Fold(params ReadOnlySpan<EscrowEvent> events)
    {
        EscrowSnapshot? record = null;
        long block = 0;
        foreach (EscrowEvent happened in events)
            record = EscrowFold.Apply(record, happened, new LogPosition(++block, Hash32.Zero, 0));
        return record!;
    }
}
