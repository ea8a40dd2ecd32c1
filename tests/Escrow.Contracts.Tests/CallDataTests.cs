using Keystone.Domain.Escrow;
using Keystone.Ethereum;
using Keystone.Testing;
using Nethereum.Contracts;
using Xunit.Abstractions;

namespace Keystone.Escrow.Contracts.Tests;

/// <summary>The keeper's own encoder of call data (<see cref="EscrowCalls"/>) and the definitions give the same bytes.</summary>
public sealed class CallDataTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_call_of_random_terms_is_the_same_by_both_encoders()
    {
        HashSet<int> legs = [];
        new FuzzSeed(output, "random terms, every call of each", 150).Run((_, random) =>
        {
            EscrowTerms terms = RandomTerms.Next(random);
            legs.Add(terms.Legs.Length);
            int index = random.Next(terms.Legs.Length);
            Same(EscrowMessages.Register(terms), EscrowCalls.Register(terms));
            Same(EscrowMessages.ExecuteSwap(terms), EscrowCalls.ExecuteSwap(terms));
            Same(EscrowMessages.Deposit(terms, index), EscrowCalls.Deposit(terms, index));
            Same(EscrowMessages.WithdrawLeg(terms, index), EscrowCalls.WithdrawLeg(terms, index));
            Same(EscrowMessages.Refund(terms, index), EscrowCalls.Refund(terms, index));
            Same(EscrowMessages.CancelAsOperator(terms), EscrowCalls.CancelAsOperator(terms));
            int[] some = [.. Enumerable.Range(0, terms.Legs.Length).Where(_ => random.Next(2) == 0)];
            ulong gas = RandomTerms.Seconds(random);
            Same(EscrowMessages.RefundMany(terms, some, gas), EscrowCalls.RefundMany(terms, some, gas));
            EscrowTerms[] batch = [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomTerms.Next(random)), terms];
            Same(EscrowMessages.ExecuteSwaps(batch, gas), EscrowCalls.ExecuteSwaps(batch, gas));
        });
        Assert.True(FuzzSeed.IsDeep || legs.Count is 1 or > 30, $"Only {legs.Count} numbers of legs.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(EscrowTerms.MaxLegs)]
    public void The_smallest_and_the_largest_settlement_are_the_same_by_both_encoders(int legs)
    {
        Random random = new(legs);
        EscrowLeg most = RandomTerms.Leg(random) with { Amount = UInt256.MaxValue, TokenId = UInt256.MaxValue };
        EscrowTerms terms = new(1, RandomTerms.Account(random), RandomTerms.Header(random), [.. Enumerable.Repeat(most, legs)]);
        Same(EscrowMessages.Register(terms), EscrowCalls.Register(terms));
        Same(EscrowMessages.ExecuteSwaps([], 0), EscrowCalls.ExecuteSwaps([], 0));
    }

    [Fact]
    public void What_is_missing_or_out_of_range_is_refused()
    {
        EscrowTerms terms = RandomTerms.Next(new Random(1));
        foreach (Action<SettlementTerms> damage in (Action<SettlementTerms>[])
        [
            one => one.Ref = null!, one => one.Commitment = null!, one => one.Operator = null!, one => one.Legs[0].Token = null!, one => one.Legs[0].RefundTo = null!,
            one => one.Legs[0].Amount = -1, one => one.Legs[0].TokenId = System.Numerics.BigInteger.One << 256,
        ])
        {
            SettlementTerms damaged = EscrowMessages.TermsOf(terms);
            damage(damaged);
            Assert.ThrowsAny<Exception>(() => new SettlementEscrow.RegisterFunction { Settlement = damaged }.GetCallData());
        }
    }

    static void Same<T>(T message, byte[] ours) where T : FunctionMessage, new() => Assert.Equal(Convert.ToHexStringLower(ours), Convert.ToHexStringLower(message.GetCallData()));
}
