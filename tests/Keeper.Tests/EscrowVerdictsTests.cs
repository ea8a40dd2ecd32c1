using System.Security.Cryptography;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Settlements.Advance;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

public sealed class EscrowVerdictsTests
{
    const int Margin = 24;
    const ulong Deadline = 1_000_000;

    static readonly EscrowTerms Terms = new(
        31337, AnyAddress(), new EscrowHeader(AnyHash(), 0, Deadline, AnyAddress(), default, AnyHash()),
        [Leg(), Leg()]);

    static readonly TransactionSubject Live = new(Terms, RollingBack: false, Closed: false);
    static readonly TransactionSubject RollingBack = Live with { RollingBack = true };
    static readonly TransactionSubject Paused = Live with { Paused = true };

    static readonly EscrowSnapshot Unseen = EscrowSnapshot.Unseen(Terms);
    static readonly EscrowSnapshot Registered = Unseen with { State = EscrowState.Open, Registered = new TransactionPosition(1, AnyHash()) };
    static readonly EscrowSnapshot Funded = With(Registered, LegStatus.Deposited, LegStatus.Deposited);
    static readonly EscrowSnapshot Cancelled = Funded with { State = EscrowState.Cancelled, Cancelled = new TransactionPosition(2, AnyHash()) };

    [Theory]
    [InlineData(500, IntentVerdict.Wanted)]
    [InlineData(Margin, IntentVerdict.Wanted)]
    [InlineData(Margin - 1, IntentVerdict.Obsolete)]
    [InlineData(-1, IntentVerdict.Obsolete)]
    public void A_swap_is_sent_only_while_it_can_be_mined(int secondsLeft, IntentVerdict verdict) =>
        Assert.Equal(verdict, Judge(Live, Funded, EscrowIntents.ExecuteSwap, time: Deadline - (ulong)secondsLeft));

    [Fact]
    public void A_swap_needs_every_leg_and_no_rollback()
    {
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live, With(Registered, LegStatus.Deposited, LegStatus.Pending), EscrowIntents.ExecuteSwap));
        Assert.Equal(IntentVerdict.Wanted, Judge(Live, With(Registered, LegStatus.Deposited, LegStatus.Armed), EscrowIntents.ExecuteSwap));
        Assert.Equal(IntentVerdict.Obsolete, Judge(RollingBack, Funded, EscrowIntents.ExecuteSwap));
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live with { Closed = true }, Funded, EscrowIntents.ExecuteSwap));
        Assert.Equal(IntentVerdict.Done, Judge(Live, Funded with { State = EscrowState.Executed }, EscrowIntents.ExecuteSwap));
    }

    [Fact]
    public void A_refund_waits_for_the_second_after_the_deadline_or_a_cancellation()
    {
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live, Funded, EscrowIntents.Refund, 0, Deadline));
        Assert.Equal(IntentVerdict.Wanted, Judge(Live, Funded, EscrowIntents.Refund, 0, Deadline + 1));
        Assert.Equal(IntentVerdict.Wanted, Judge(Live, Cancelled, EscrowIntents.Refund, 1));
        EscrowSnapshot back = With(Cancelled, LegStatus.Refunded, LegStatus.Pending);
        Assert.Equal(IntentVerdict.Done, Judge(Live, back, EscrowIntents.Refund, 0));
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live, back, EscrowIntents.Refund, 1));
    }

    [Fact]
    public void A_cancellation_is_wanted_from_nothing_and_from_open_until_the_deadline()
    {
        Assert.Equal(IntentVerdict.Wanted, Judge(RollingBack, Funded, EscrowIntents.Cancel));
        Assert.Equal(IntentVerdict.Wanted, Judge(RollingBack, Unseen, EscrowIntents.Cancel));
        Assert.Equal(IntentVerdict.Obsolete, Judge(RollingBack, Funded, EscrowIntents.Cancel, time: Deadline + 1));
        Assert.Equal(IntentVerdict.Obsolete, Judge(RollingBack, Funded with { State = EscrowState.Executed }, EscrowIntents.Cancel));
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live, Funded, EscrowIntents.Cancel));
        Assert.Equal(IntentVerdict.Done, Judge(RollingBack, Cancelled, EscrowIntents.Cancel));
    }

    [Fact]
    public void A_pause_stops_registrations_and_swaps_and_no_refund()
    {
        Assert.Equal(IntentVerdict.Paused, Judge(Paused, Funded, EscrowIntents.ExecuteSwap));
        Assert.Equal(IntentVerdict.Paused, Judge(Paused, Unseen, EscrowIntents.Register));
        Assert.Equal(IntentVerdict.Wanted, Judge(Paused with { RollingBack = true }, Funded, EscrowIntents.Cancel));
        Assert.Equal(IntentVerdict.Wanted, Judge(Paused, Cancelled, EscrowIntents.Refund, 0));
        // What is over is over.
        Assert.Equal(IntentVerdict.Obsolete, Judge(Paused, Funded, EscrowIntents.ExecuteSwap, time: Deadline + 1));
    }

    [Fact]
    public void A_registration_that_a_reorg_removed_is_wanted_again()
    {
        Assert.Equal(IntentVerdict.Done, Judge(Live, Funded, EscrowIntents.Register));
        Assert.Equal(IntentVerdict.Wanted, Judge(Live, Unseen, EscrowIntents.Register));
        Assert.Equal(IntentVerdict.Obsolete, Judge(Live, Unseen, EscrowIntents.Register, time: Deadline + 1));
    }

    [Fact]
    public void Another_purpose_is_not_judged() => Assert.Null(Judge(Live, Funded, "somebody_elses"));

    static IntentVerdict? Judge(TransactionSubject subject, EscrowSnapshot escrow, string purpose, int part = -1, ulong time = Deadline - 500) =>
        EscrowVerdicts.Judge(subject, escrow, new ChainHead(1, 100, time, 98, time - 2), purpose, part, Margin);

    static EscrowSnapshot With(EscrowSnapshot escrow, params ReadOnlySpan<LegStatus> statuses)
    {
        for (int i = 0; i < statuses.Length; i++) escrow = escrow with { Legs = escrow.Legs.SetItem(i, escrow.Legs[i] with { Status = statuses[i] }) };
        return escrow;
    }

    static EscrowLeg Leg() => new(TokenKind.Erc20, CustodyMode.Custody, AnyAddress(), AnyAddress(), AnyAddress(), AnyAddress(), UInt256.Parse("0"), UInt256.Parse("5"));

    static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    static Hash32 AnyHash() => new(RandomNumberGenerator.GetBytes(32));
}
