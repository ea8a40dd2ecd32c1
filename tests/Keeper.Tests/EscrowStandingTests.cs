using System.Security.Cryptography;
using Keystone.Ethereum;
using Keystone.Keeper.EscrowTransactions;
using Keystone.Domain.Escrow;
using Keystone.Transactions;
using Xunit;

namespace Keystone.Keeper.Tests;

public sealed class EscrowStandingTests
{
    const int Margin = 24;
    const ulong Deadline = 1_000_000;

    static readonly EscrowTerms Terms = new(
        31337, AnyAddress(), new EscrowHeader(AnyHash(), 0, Deadline, AnyAddress(), default, AnyHash()),
        [Leg(), Leg()]);

    static readonly EscrowStanding Funded = new(
        Terms, EscrowState.Open, true, new Dictionary<int, LegStatus> { [0] = LegStatus.Deposited, [1] = LegStatus.Deposited },
        (long)Deadline - 500, false, false, false);

    [Theory]
    [InlineData(500, IntentVerdict.Wanted)]
    [InlineData(Margin, IntentVerdict.Wanted)]
    [InlineData(Margin - 1, IntentVerdict.Obsolete)]
    [InlineData(-1, IntentVerdict.Obsolete)]
    public void A_swap_is_offered_only_while_it_can_be_mined(int secondsLeft, IntentVerdict verdict) =>
        Assert.Equal(verdict, (Funded with { HeadTime = (long)Deadline - secondsLeft }).Judge(EscrowIntents.ExecuteSwap, -1, Margin));

    [Fact]
    public void A_swap_needs_every_leg_and_no_rollback()
    {
        EscrowStanding half = Funded with { Legs = new Dictionary<int, LegStatus> { [0] = LegStatus.Deposited } };
        Assert.Equal(IntentVerdict.Obsolete, half.Judge(EscrowIntents.ExecuteSwap, -1, Margin));
        Assert.Equal(IntentVerdict.Obsolete, (Funded with { RollingBack = true }).Judge(EscrowIntents.ExecuteSwap, -1, Margin));
        Assert.Equal(IntentVerdict.Done, (Funded with { State = EscrowState.Executed }).Judge(EscrowIntents.ExecuteSwap, -1, Margin));
    }

    [Fact]
    public void A_refund_waits_for_the_second_after_the_deadline_or_a_cancellation()
    {
        Assert.Equal(IntentVerdict.Obsolete, (Funded with { HeadTime = (long)Deadline }).Judge(EscrowIntents.Refund, 0, Margin));
        Assert.Equal(IntentVerdict.Wanted, (Funded with { HeadTime = (long)Deadline + 1 }).Judge(EscrowIntents.Refund, 0, Margin));
        Assert.Equal(IntentVerdict.Wanted, (Funded with { State = EscrowState.Cancelled }).Judge(EscrowIntents.Refund, 1, Margin));
        EscrowStanding back = Funded with { State = EscrowState.Cancelled, Legs = new Dictionary<int, LegStatus> { [0] = LegStatus.Refunded } };
        Assert.Equal(IntentVerdict.Done, back.Judge(EscrowIntents.Refund, 0, Margin));
        Assert.Equal(IntentVerdict.Obsolete, back.Judge(EscrowIntents.Refund, 1, Margin));
    }

    [Fact]
    public void A_cancellation_is_wanted_from_nothing_and_from_open_until_the_deadline()
    {
        EscrowStanding rolling = Funded with { RollingBack = true };
        Assert.Equal(IntentVerdict.Wanted, rolling.Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Wanted, (rolling with { State = EscrowState.None, Registered = false }).Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Obsolete, (rolling with { HeadTime = (long)Deadline + 1 }).Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Obsolete, (rolling with { State = EscrowState.Executed }).Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Obsolete, Funded.Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Done, (rolling with { State = EscrowState.Cancelled }).Judge(EscrowIntents.Cancel, -1, Margin));
    }

    [Fact]
    public void A_pause_stops_registrations_and_swaps_and_no_way_back()
    {
        EscrowStanding paused = Funded with { Paused = true };
        Assert.Equal(IntentVerdict.Paused, paused.Judge(EscrowIntents.ExecuteSwap, -1, Margin));
        Assert.Equal(IntentVerdict.Paused, (paused with { State = EscrowState.None, Registered = false }).Judge(EscrowIntents.Register, -1, Margin));
        Assert.Equal(IntentVerdict.Wanted, (paused with { RollingBack = true }).Judge(EscrowIntents.Cancel, -1, Margin));
        Assert.Equal(IntentVerdict.Wanted, (paused with { State = EscrowState.Cancelled }).Judge(EscrowIntents.Refund, 0, Margin));
        // What is over is over.
        Assert.Equal(IntentVerdict.Obsolete, (paused with { HeadTime = (long)Deadline + 1 }).Judge(EscrowIntents.ExecuteSwap, -1, Margin));
    }

    [Fact]
    public void A_registration_that_a_reorg_removed_is_wanted_again()
    {
        Assert.Equal(IntentVerdict.Done, Funded.Judge(EscrowIntents.Register, -1, Margin));
        EscrowStanding gone = Funded with { State = EscrowState.None, Registered = false, Legs = new Dictionary<int, LegStatus>() };
        Assert.Equal(IntentVerdict.Wanted, gone.Judge(EscrowIntents.Register, -1, Margin));
        Assert.Equal(IntentVerdict.Obsolete, (gone with { HeadTime = (long)Deadline + 1 }).Judge(EscrowIntents.Register, -1, Margin));
    }

    static EscrowLeg Leg() => new(TokenKind.Erc20, CustodyMode.Custody, AnyAddress(), AnyAddress(), AnyAddress(), AnyAddress(), UInt256.Parse("0"), UInt256.Parse("5"));

    static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    static Hash32 AnyHash() => new(RandomNumberGenerator.GetBytes(32));
}
