using System.Security.Cryptography;
using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Keeper.Attestation;
using Keystone.Settlements.Advance;
using Keystone.Transactions;

namespace Keystone.Keeper.Tests;

public sealed class AttestationVerdictsTests
{
    const ulong Deadline = 1_000_000;

    static readonly Address From = AnyAddress(), To = AnyAddress(), Gate = AnyAddress();

    static readonly EscrowTerms Terms = new(31337, AnyAddress(), new EscrowHeader(AnyHash(), 0, Deadline, AnyAddress(), Gate, AnyHash()), [Leg(From, To), Leg(To, From)]);

    static readonly AttestationSubject Cleared = new(Terms, Guid.Empty, IsCleared: true), NotCleared = Cleared with { IsCleared = false };

    static readonly EscrowSnapshot Funded = Filled(EscrowSnapshot.Unseen(Terms) with { State = EscrowState.Open });

    [Fact]
    public void A_wallet_passes_once_nothing_but_the_swap_is_left()
    {
        Assert.Equal(IntentVerdict.Wanted, Pass(Cleared, Funded, AttestedStatus.None));
        Assert.Equal(IntentVerdict.Done, Pass(Cleared, Funded, AttestedStatus.Pass));
        Assert.Equal(IntentVerdict.Paused, Pass(Cleared, Funded, AttestedStatus.None, paused: true));
        Assert.Equal(IntentVerdict.Obsolete, Pass(NotCleared, Funded, AttestedStatus.None));
        Assert.Equal(IntentVerdict.Obsolete, Pass(Cleared, Funded with { Legs = Funded.Legs.SetItem(1, Funded.Legs[1] with { Status = LegStatus.Pending }) }, AttestedStatus.None));
        foreach (EscrowSnapshot over in new[] { Funded with { State = EscrowState.Executed }, Funded with { State = EscrowState.Cancelled } })
            Assert.Equal(IntentVerdict.Obsolete, Pass(Cleared, over, AttestedStatus.None));
        Assert.Equal(IntentVerdict.Obsolete, Pass(Cleared, Funded, AttestedStatus.None, time: Deadline + 1));
        Assert.Equal(IntentVerdict.Obsolete, Pass(Cleared with { Closed = true }, Funded, AttestedStatus.None));
    }

    [Theory]
    [InlineData((int)AttestedStatus.Flagged)]
    [InlineData((int)AttestedStatus.Fail)]
    public void What_another_attester_found_against_a_wallet_is_not_overwritten(int status) =>
        Assert.Equal(IntentVerdict.Obsolete, Pass(Cleared, Funded, (AttestedStatus)status));

    [Fact]
    public void A_registry_that_does_not_answer_leaves_the_intent_as_it_is()
    {
        Assert.Null(Pass(Cleared, Funded, null));
        Assert.Null(Withdrawal(NotCleared, Funded, null));
        // What needs no answer is judged without one.
        Assert.Equal(IntentVerdict.Obsolete, Pass(NotCleared, Funded, null));
        Assert.Equal(IntentVerdict.Obsolete, Withdrawal(Cleared, Funded, null));
    }

    [Theory]
    [InlineData((int)AttestedStatus.None, IntentVerdict.Done)]
    [InlineData((int)AttestedStatus.Pass, IntentVerdict.Done)]
    [InlineData((int)AttestedStatus.Flagged, IntentVerdict.Wanted)]
    // This service flags; it never fails.
    [InlineData((int)AttestedStatus.Fail, IntentVerdict.Obsolete)]
    public void A_withdrawal_is_lifted_and_one_that_never_was_needs_nothing(int status, IntentVerdict verdict) =>
        Assert.Equal(verdict, Pass(Cleared, Funded, (AttestedStatus)status, part: -1));

    [Fact]
    public void An_open_gate_is_closed_when_a_settlement_is_no_longer_cleared_and_its_time_is_not_over()
    {
        Assert.Equal(IntentVerdict.Wanted, Withdrawal(NotCleared, Funded, true));
        Assert.Equal(IntentVerdict.Done, Withdrawal(NotCleared, Funded, false));
        Assert.Equal(IntentVerdict.Obsolete, Withdrawal(Cleared, Funded, true));
        Assert.Equal(IntentVerdict.Obsolete, Withdrawal(NotCleared, Funded with { State = EscrowState.Cancelled }, true));
        Assert.Equal(IntentVerdict.Obsolete, Withdrawal(NotCleared, Funded, true, time: Deadline + 1));
        // A deposit that a reorg took away can come back, and the gate would be open.
        Assert.Equal(IntentVerdict.Wanted, Withdrawal(NotCleared, EscrowSnapshot.Unseen(Terms), true));
    }

    [Fact]
    public void Each_wallet_of_the_terms_is_asked_about_once() =>
        Assert.Equal((Address[])[From, To, Terms.Legs[0].RefundTo, Terms.Legs[1].RefundTo], AttestedRegistries.WalletsOf(Terms).ToArray());

    [Fact]
    public void Only_the_gate_that_the_settings_name_on_the_chain_is_a_registry()
    {
        Assert.True(new AttestedRegistries(new Dictionary<long, Address> { [31337] = Gate }).IsGateOf(Terms));
        Assert.False(new AttestedRegistries(new Dictionary<long, Address> { [1] = Gate }).IsGateOf(Terms));
        Assert.False(new AttestedRegistries(new Dictionary<long, Address> { [31337] = AnyAddress() }).IsGateOf(Terms));
        Assert.False(AttestedRegistries.None.IsGateOf(Terms));
    }

    static IntentVerdict? Pass(AttestationSubject subject, EscrowSnapshot escrow, AttestedStatus? status, bool paused = false, int part = 0, ulong time = Deadline - 500) =>
        AttestationVerdicts.OfPass(subject, paused, escrow, Head(time), part, status);

    static IntentVerdict? Withdrawal(AttestationSubject subject, EscrowSnapshot escrow, bool? isOpen, ulong time = Deadline - 500) =>
        AttestationVerdicts.OfWithdrawal(subject, escrow, Head(time), isOpen);

    static ChainHead Head(ulong time) => new(1, 100, time, 98, time - 2);

    static EscrowSnapshot Filled(EscrowSnapshot escrow) => escrow with { Legs = [.. escrow.Legs.Select(leg => leg with { Status = LegStatus.Deposited })] };

    static EscrowLeg Leg(Address from, Address to) => new(TokenKind.Erc20, CustodyMode.Custody, AnyAddress(), from, to, AnyAddress(), UInt256.Parse("0"), UInt256.Parse("5"));

    static Address AnyAddress() => new(RandomNumberGenerator.GetBytes(20));

    static Hash32 AnyHash() => new(RandomNumberGenerator.GetBytes(32));
}
